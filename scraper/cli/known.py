"""The catalogue as the commands use it: read from the package and from the user's own folder, as the archive has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pagewitness.archive import addresses
from pagewitness.archive.model import Source


def catalogue_of(settings: Any) -> dict[str, Any]:
    """All sources by their names (`config.catalogue.Source`). Raises ConfigError."""
    from pagewitness.config import catalogue

    return catalogue.load(settings.sources)


def as_archived(known: Mapping[str, Any]) -> list[Source]:
    """The sources of the catalogue as the archive has them.

    A host is one source's: that of the user's own, else the first by name.
    """
    owner: dict[str, str] = {}
    for one in sorted(known.values(), key=lambda one: (one.ours, one.name)):
        for entry in one.entries:
            owner.setdefault(_host(entry.url), one.name)
    return [
        Source(
            one.name, one.title, one.country, one.languages, one.rules.of_cleaning,
            tuple(host for host, name in owner.items() if name == one.name), one.rules.ignore,
        )
        for one in known.values()
    ]  # fmt: skip


def _host(url: str) -> str:
    return addresses.host_in(addresses.key_of(url))
