"""The catalogue's sources in the form that the archive keeps, and which source a host belongs to.

A host belongs to one source: to one of the user's own, else to the first by name. Pages that are added there without a
source join it; a page that was followed under another source stays with that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pagewitness.archive import addresses
from pagewitness.archive.model import Source

if TYPE_CHECKING:
    from pagewitness.config import catalogue


def as_archived(known: Mapping[str, catalogue.CatalogueSource]) -> list[Source]:
    """The sources of the catalogue as the archive keeps them, each with the hosts that belong to it."""
    hosts = _claims(known.values())
    return [
        Source(
            one.name, one.title, one.country, one.languages, one.rules.of_cleaning,
            tuple(host for host, names in hosts.items() if names[0] == one.name), one.rules.ignore,
        )
        for one in known.values()
    ]  # fmt: skip


def shared_hosts(known: Mapping[str, catalogue.CatalogueSource], name: str) -> dict[str, str]:
    """The hosts on which a source has pages but which belong to another one: host -> the name of that one."""
    return {host: names[0] for host, names in _claims(known.values()).items() if name in names[1:]}


def _claims(sources: Iterable[catalogue.CatalogueSource]) -> dict[str, list[str]]:
    """host -> the sources that have entries on it; it belongs to the first."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in sorted(sources, key=lambda one: (one.ours, one.name)):
        for host in dict.fromkeys(addresses.host_in(addresses.key_of(entry.url)) for entry in one.entries):
            found[host].append(one.name)
    return dict(found)
