"""The catalogue that comes with the program, and how a user's own files join it."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pagewitness.archive.addresses import key_of
from pagewitness.config import ConfigError, catalogue
from pagewitness.config.publishers import CatalogueSource, Entry, Obstacle, Role
from pagewitness.config.source_names import loose

SOURCES = catalogue.load_catalogue()
ENTRIES = [(source, entry) for source in SOURCES.values() for entry in source.entries]

# Names that really are those of several publishers: the program asks which is meant.
SHARED = {
    "amazon", "aisi", "aotd", "diss", "dsn", "fis", "iss", "lagebericht", "meta", "microsoft", "ncsc", "nis", "sis",
}  # fmt: skip
# No https address of them is known.
WITHOUT_TLS = {"http://www.osa-oba.gov.ba/", "http://www.esisc.org/"}


def test_the_catalogue_is_whole() -> None:
    """Every publisher has what the program shows, and an address."""
    assert len(SOURCES) >= 160
    assert {"vsd", "kapo", "supo", "odni", "mi5", "enisa", "dsa", "anthropic", "tiktok-dsa"} <= SOURCES.keys()
    assert list(SOURCES) == sorted(SOURCES, key=lambda name: (SOURCES[name].country, name))
    assert [source.name for source in SOURCES.values() if not (source.languages and source.entries)] == []
    assert [source.name for source in SOURCES.values() if source.title == source.name] == []


def test_most_publishers_can_be_followed_at_once() -> None:
    """And none of the pages that are verified keeps programs out."""
    assert sum(any(entry.verified for entry in source.pages) for source in SOURCES.values()) > 100
    readable = (None, Obstacle.ABROAD, Obstacle.CERTIFICATE)
    assert [entry.url for _, entry in ENTRIES if entry.verified and entry.obstacle not in readable] == []
    assert [entry.url for _, entry in ENTRIES if entry.verified and not entry.is_page and entry.role != Role.FEED] == []


def test_an_address_is_in_the_catalogue_once() -> None:
    """In its canonical form, so that it is one page whoever adds it."""
    owners = defaultdict(list)
    for source, entry in ENTRIES:
        owners[key_of(entry.newest, source.rules.ignore)].append(f"{source.name} {entry.url}")
    assert [several for several in owners.values() if len(several) > 1] == []


def test_addresses_are_https_and_as_browsers_write_them() -> None:
    """No fragment, no tracking, no port, and small letters in the host."""
    assert {entry.url for _, entry in ENTRIES if not entry.url.startswith("https://")} == WITHOUT_TLS
    assert all(entry.note for _, entry in ENTRIES if entry.url in WITHOUT_TLS)
    assert [
        entry.url for _, entry in ENTRIES if f"https:{key_of(entry.newest)}" != entry.newest.replace("http:", "https:")
    ] == []


def test_an_address_with_a_year_is_an_edition() -> None:
    """It is foreseen, not followed."""
    patterns = [entry for _, entry in ENTRIES if "{year}" in entry.url]
    assert len(patterns) > 20
    assert all(entry.role == Role.EDITION and entry.year and "{" not in entry.newest for entry in patterns)


def test_a_name_means_one_publisher_or_is_known_to_mean_several() -> None:
    """A publisher's own name is nobody else's, so that `follow NAME` never surprises."""
    called = defaultdict(set)
    for source in SOURCES.values():
        for name in {loose(source.name), *map(loose, source.names)}:
            called[name].add(source.name)
    assert {name for name, sources in called.items() if len(sources) > 1} == SHARED
    assert len({loose(name) for name in SOURCES}) == len(SOURCES)
    assert {loose(name) for name in SOURCES} & SHARED == set()
    repeated = [
        source.name for source in SOURCES.values()
        if len({loose(source.name), *map(loose, source.names)}) != 1 + len(source.names)
    ]  # fmt: skip
    assert repeated == []


def test_a_host_belongs_to_one_publisher() -> None:
    """Others that publish on it say that they share it."""
    owners = defaultdict(set)
    for source, entry in ENTRIES:
        if (host := urlsplit(entry.url).netloc) not in source.shared:
            owners[host].add(source.name)
    assert {host: names for host, names in owners.items() if len(names) > 1} == {}


def test_languages_of_pages_are_languages_of_their_publisher() -> None:
    assert [entry.url for source, entry in ENTRIES if entry.language and entry.language not in source.languages] == []
    titled = [(source, language) for source in SOURCES.values() for one in source.series for language in one.title]
    assert [source.name for source, language in titled if language not in (*source.languages, "en")] == []


def test_what_a_site_needs_is_said_in_words_of_few_kinds() -> None:
    """Notes are short phrases or sentences, without the catalogue's own jargon."""
    notes = [note for source in SOURCES.values() for note in _notes(source)]
    assert [note for note in notes if note != note.strip() or "  " in note or len(note) > 160] == []
    assert [note for note in notes if "seen" in note.split() or "fetched" in note.split() or "  " in note] == []


def _notes(source: CatalogueSource) -> list[str]:
    entries: tuple[Entry, ...] = source.entries
    return [source.note, *(one.note for one in source.series), *(entry.note for entry in entries)]


def test_the_catalogue_is_read_in_a_moment() -> None:
    """Every command that writes reads it: processor time, so that a busy machine does not matter."""
    times = []
    for _ in range(3):
        began = time.process_time()
        catalogue.load_catalogue()
        times.append(time.process_time() - began)
    assert min(times) < 0.3  # 0.04 was measured; coverage makes it several times slower


OWN = """
country = "LT"
[vsd]
title = "My own department"
[[vsd.entries]]
url = "https://www.vsd.lt/en/reports/summary/"
verified = true
"""


def write(folder: Path, text: str, name: str = "own.toml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_users_source_takes_the_place_of_ours(tmp_path: Path) -> None:
    write(tmp_path, OWN)
    assert catalogue.load_catalogue(tmp_path)["vsd"].title == "My own department"
    assert catalogue.load_catalogue()["vsd"].title != "My own department"
    assert catalogue.load_catalogue(tmp_path / "missing").keys() == catalogue.load_catalogue().keys()


def test_one_name_stands_once(tmp_path: Path) -> None:
    write(tmp_path, OWN, "a.toml")
    write(tmp_path, OWN, "b.toml")
    with pytest.raises(ConfigError, match=r"b\.toml: the source 'vsd' is already defined in .*a\.toml"):
        catalogue.load_catalogue(tmp_path)
