"""The catalogue: publishers that can be followed by name, one file per country or body (`sources/*.toml`).

Users add their own files in the folder `sources` beside their settings; a source there replaces ours of the same name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from pagewitness.config import ConfigError
from pagewitness.config.publishers import CatalogueSource
from pagewitness.config.source_files import read_sources

OURS: Final = Path(__file__).parent / "sources"


def load_catalogue(own: Path | None = None) -> dict[str, CatalogueSource]:
    """All sources by their names, in order of country and name.

    Args:
        own: the folder of the user's own files; it may be missing.

    Raises:
        ConfigError: a file can't be read, or something in it can't be used.
    """
    found: dict[str, CatalogueSource] = {}
    for folder in (OURS, own):
        known: dict[str, CatalogueSource] = {}
        for file in sorted(folder.glob("*.toml")) if folder else ():
            for source in read_sources(file):
                if source.name in known:
                    raise ConfigError(
                        f"{file}: the source '{source.name}' is already defined in {known[source.name].file}."
                    )
                known[source.name] = source
        found |= {name: replace(source, ours=folder == OURS) for name, source in known.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].country, item[0])))
