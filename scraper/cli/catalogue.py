"""The catalogue's sources in the form that the archive keeps, which source a host belongs to, and entries in words.

A host belongs to one source: to one of the user's own, else to the first by name. Pages that are added there without a
source join it; a page that was followed under another source stays with that. A host that a source shares with others
(`shared`) does not belong to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from pagewitness.archive import addresses
from pagewitness.archive.model import ReportSeries, Source
from pagewitness.config.publishers import HINDERS, Fetch, Role

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.publishers import CatalogueSource, Entry


def as_archived(known: Mapping[str, CatalogueSource]) -> list[Source]:
    """The sources of the catalogue as the archive keeps them, each with the hosts that belong to it."""
    hosts = _claims(known.values())
    owned = defaultdict(list)
    for host, names in hosts.items():
        owned[names[0]].append(host)
    return [
        Source(
            one.name, one.title, one.country, one.languages, one.rules.of_cleaning, tuple(owned[one.name]),
            one.rules.ignore, one.rules.links, tuple(_expected(one)), one.fetch is Fetch.BROWSER,
            one.pacing.as_json(),
        )
        for one in known.values()
    ]  # fmt: skip


def _expected(source: CatalogueSource) -> Iterator[ReportSeries]:
    """The reports of a source that are expected in some months, the English title of each first."""
    keys = tuple(entry_key(source, entry) for entry in source.entries if entry.is_page or entry.role is Role.FEED)
    for one in source.series:
        if one.months:
            titles = sorted(one.title, key=lambda language: language != "en")
            yield ReportSeries(tuple(one.title[language] for language in titles), one.months, keys)


def only_archived(db: Sqlite, known: Collection[str]) -> dict[str, CatalogueSource]:
    """The sources that have pages in the archive but are not in the catalogue, by their names: all these pages are entries.

    Args:
        known: the names of the catalogue's sources.
    """
    from pagewitness.archive.store import sources
    from pagewitness.config.publishers import CatalogueSource, Entry

    found = {name: sources.addresses_of(db, name).values() for name in sources.source_names(db) if name not in known}
    return {
        name: CatalogueSource(name, "", "", (), tuple(Entry(url, verified=True) for url in urls), ours=False)
        for name, urls in found.items()
        if urls
    }


def shared_hosts(known: Mapping[str, CatalogueSource], name: str) -> dict[str, str]:
    """The hosts on which a source has pages but which belong to another one: host -> the name of that one."""
    return {host: names[0] for host, names in _claims(known.values()).items() if name in names[1:]}


def entry_key(source: CatalogueSource, entry: Entry) -> str:
    """The canonical form of an entry's address, or of its newest edition's: that of its page in the archive."""
    return _key(entry.newest, source.rules.ignore)


@lru_cache(maxsize=4096)
def _key(url: str, ignored: tuple[str, ...] = ()) -> str:
    """The canonical form of an address in the catalogue; remembered, since each command asks for all of them twice."""
    return addresses.key_of(url, ignored)


def described(entry: Entry) -> str:
    """What an entry is, what is there, and what may keep visits from reading it, in one line.

    >>> from pagewitness.config.publishers import Entry
    >>> described(Entry("https://a.example/", Role.LISTING, "lt", note="reports"))
    'unverified listing (lt): reports'
    """
    kind = f"{entry.role} page" if entry.role in (Role.LANDING, Role.SERIES) else f"{entry.role}"
    kind = f"{kind} {entry.year}" if entry.year else kind
    kind = kind if entry.verified or not entry.is_page else f"unverified {kind}"
    said = f"{kind} ({entry.language})" if entry.language else kind
    said = f"{said}: {entry.note}" if entry.note else said
    return f"{said}; {HINDERS[entry.obstacle]}" if entry.obstacle else said


def _claims(sources: Iterable[CatalogueSource]) -> dict[str, list[str]]:
    """host -> the sources that have entries on it; it belongs to the first."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in sorted(sources, key=lambda one: (one.ours, one.name)):
        for host in dict.fromkeys(addresses.host_in(_key(entry.url)) for entry in one.entries):
            if host not in one.shared:
                found[host].append(one.name)
    return dict(found)
