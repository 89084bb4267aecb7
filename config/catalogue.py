"""The catalogue: publishers that can be followed by name, one file per country or body (`sources/*.toml`).

Users add their own files in the folder `sources` beside their settings; a source there replaces ours of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
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
    found = dict(_shipped())
    if own:
        found |= {name: replace(source, ours=False) for name, source in _in_folder(own).items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].country, item[0])))


@cache
def _shipped() -> Mapping[str, CatalogueSource]:
    """The sources that come with the program, read once per process."""
    return _in_folder(OURS)


def _in_folder(folder: Path) -> dict[str, CatalogueSource]:
    known: dict[str, CatalogueSource] = {}
    for file in sorted(folder.glob("*.toml")):
        for source in read_sources(file):
            if source.name in known:
                raise ConfigError(
                    f"{file}: the source '{source.name}' is already defined in {known[source.name].file}."
                )
            known[source.name] = source
    return known
