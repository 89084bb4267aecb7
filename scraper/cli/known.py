"""The catalogue as the commands use it: read from the package and from the user's own folder, and told to the archive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pagewitness.archive.database import Sqlite
from pagewitness.archive.model import Source


def catalogue_of(settings: Any) -> dict[str, Any]:
    """All sources by their names (`config.catalogue.Source`). Raises ConfigError."""
    from pagewitness.config import catalogue

    return catalogue.load(settings.sources)


def know_sources(db: Sqlite, settings: Any) -> None:
    """Let the archive know the sources as they are now: rules may be others than at the last run. Raises ConfigError."""
    from pagewitness.archive import sources

    sources.know(db, rows(catalogue_of(settings).values()))


def rows(sources: Iterable[Any]) -> list[Source]:
    """Sources of the catalogue as the archive has them."""
    return [
        Source(
            one.name, one.title, one.country, one.languages, one.rules.of_cleaning, one.rules.scale, one.hosts,
            one.rules.ignore,
        )
        for one in sources
    ]  # fmt: skip
