"""The catalogue: publishers that can be followed by name, one file per country or body (`sources/*.toml`).

Users add their own files in the folder `sources` beside their settings; a source there replaces ours of the same name.
A file is checked as a whole when it is read: errors name the file, the line and the key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pagewitness.config import ConfigError, UnknownSource, countries, nearest
from pagewitness.config.rules import Faulty, Rules, rules_of, texts
from pagewitness.config.toml_lines import line_of
from pagewitness.config.values import parse_duration

T = TypeVar("T")
OURS: Final = Path(__file__).parent / "sources"
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")  # ISO 639
_LEAST_EVERY: Final = 60.0  # seconds; no page is visited more often
_MOST_EVERY: Final = 366 * 86400.0
_OF_SOURCE: Final = ("title", "languages", "every", "note", "entries", "rules")
_OF_ENTRY: Final = ("url", "verified", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """An address to follow.

    Attributes:
        verified: whether somebody has checked the page; others are followed only with --unverified.
        note: what is there, and when it changes.
    """

    url: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """A publisher's section to follow.

    Attributes:
        name: the name to follow it by, such as `vsd`.
        title: the name of the publisher.
        country: ISO 3166-1 alpha-2, `EU`, or `INT` for other international bodies.
        languages: that it publishes in (ISO 639-1).
        every: seconds between two visits of its pages; None to use the settings.
        file: the file that defines it.
        ours: whether that file is part of the package.
    """

    name: str
    title: str
    country: str
    languages: tuple[str, ...]
    entries: tuple[Entry, ...]
    every: float | None = None
    note: str = ""
    rules: Rules = field(default_factory=Rules)
    file: str = ""
    ours: bool = True


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


def read_sources(file: Path) -> list[CatalogueSource]:
    """The sources in a file. Raises ConfigError."""
    text = _text(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}.") from None
    try:
        return list(_sources(tables, str(file)))
    except Faulty as error:
        where = ".".join(str(key) for key in error.path if isinstance(key, str))
        raise ConfigError(f"{file}, line {line_of(text, error.path)}: {where}: {_ended(error)}") from None


def read_rules(file: Path) -> Rules:
    """The rules in a file that has only rules, or a table [rules]. Raises ConfigError."""
    text = _text(file)
    try:
        table = tomllib.loads(text)
        inner = table.get("rules", table)
        if not isinstance(inner, dict):
            raise ConfigError(f"{file}: 'rules' is a table: write [rules] and its keys below.")
        return rules_of(inner)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}.") from None
    except Faulty as error:
        path = ("rules", *error.path) if "rules" in table else error.path
        raise ConfigError(f"{file}, line {line_of(text, path)}: {_ended(error)}") from None


def matching(sources: Iterable[CatalogueSource], query: str) -> list[CatalogueSource]:
    """The sources that contain words beginning with each word of a query: in their name, title, country, languages, notes,
    addresses or file name."""
    words = [re.compile(rf"(?<!\w){re.escape(word)}") for word in query.casefold().split()]
    return [source for source in sources if all(word.search(_words_of(source)) for word in words)]


def source_named(sources: Mapping[str, CatalogueSource], name: str) -> CatalogueSource:
    """The source with a name. Raises UnknownSource, which suggests the nearest name."""
    found = sources.get(name.strip().lower())
    if found is None:
        near = nearest(name.strip().lower(), sources)
        near = near if "did you mean" in near else "; `pagewitness sources` lists them."
        raise UnknownSource(f"The catalogue has no source '{name}'{near}")
    return found


def _words_of(source: CatalogueSource) -> str:
    file = Path(source.file).stem.replace("_", " ")  # our files are named after the country
    parts = [source.name, source.title, source.country, file, *source.languages, source.note]
    return " ".join([*parts, *(f"{entry.url} {entry.note}" for entry in source.entries)]).casefold()


def _ended(error: Faulty) -> str:
    """The error as a sentence."""
    said = str(error).rstrip(".")
    return said if said.endswith("?") else f"{said}."


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not TOML: it is not in UTF-8.") from None


def _sources(tables: Mapping[str, Any], file: str) -> Iterator[CatalogueSource]:
    if said := countries.wrong(tables.get("country")):
        raise Faulty(("country",), said)
    country: str = tables["country"]
    for name, table in tables.items():
        if name == "country":
            continue
        if not isinstance(table, dict):
            raise Faulty((name,), f"a source is a table: write [{name}] and its keys below")
        if not _NAME.fullmatch(name):
            raise Faulty((name,), "a source's name consists of small letters, digits and single hyphens")
        yield _source(name, table, country, file)


def _source(name: str, table: Mapping[str, Any], country: str, file: str) -> CatalogueSource:
    _only(table, _OF_SOURCE, (name,), "a source")
    languages = _inside(name, lambda: texts(table, "languages"))
    for number, language in enumerate(languages):
        if not _LANGUAGE.fullmatch(language):
            raise Faulty((name, "languages", number), f"'{language}' is not an ISO 639 language code such as lt")
    return CatalogueSource(
        name=name,
        title=_string(table, "title", (name,)) or name,
        country=country,
        languages=languages,
        entries=tuple(_entries(name, table.get("entries"))),
        every=_every(name, table),
        note=_string(table, "note", (name,)),
        rules=_inside(name, lambda: _rules(table)),
        file=file,
    )


def _rules(table: Mapping[str, Any]) -> Rules:
    inner = table.get("rules", {})
    if not isinstance(inner, dict):
        raise Faulty(("rules",), "'rules' is a table")
    return _inside("rules", lambda: rules_of(inner))


def _entries(name: str, value: object) -> Iterator[Entry]:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise Faulty((name, "entries"), f"the source '{name}' has no entries: write [[{name}.entries]] and a url below")
    for number, table in enumerate(value):
        path = (name, "entries", number)
        _only(table, _OF_ENTRY, path, "an entry")
        url, verified = _string(table, "url", path), table.get("verified", False)
        if not url:
            raise Faulty(path, "the entry needs a url")
        if not _is_web(url):
            raise Faulty((*path, "url"), f"'{url}' is not an http or https address")
        if "@" in urlsplit(url).netloc:
            raise Faulty((*path, "url"), "an address with a user name or password is never visited: omit them")
        if not isinstance(verified, bool):
            raise Faulty((*path, "verified"), f"verified = {verified!r} is neither true nor false")
        yield Entry(url, verified, _string(table, "note", path))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # such as brackets without an address, or a malformed port
        return False


def _every(name: str, table: Mapping[str, Any]) -> float | None:
    if "every" not in table:
        return None
    said = f"every = {table['every']!r}"
    try:
        every = parse_duration(table["every"])
    except ValueError as error:
        raise Faulty((name, "every"), f"{said} is not {error}") from None
    if not _LEAST_EVERY <= every <= _MOST_EVERY:
        raise Faulty((name, "every"), f"{said} is too {'short' if every < _LEAST_EVERY else 'long'}: from 1m to 366d")
    return every


def _only(table: Mapping[str, Any], known: tuple[str, ...], path: tuple[str | int, ...], what: str) -> None:
    for key in table:
        if key not in known:
            raise Faulty((*path, key), f"{what} has no key '{key}'{nearest(key, known)}")


def _string(table: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise Faulty((*path, key), f"{key} = {value!r} is not text")
    return value


def _inside(name: str, read: Callable[[], T]) -> T:
    """The result of a function that reads the table of this name; errors get the name in their path."""
    try:
        return read()
    except Faulty as error:
        raise Faulty((name, *error.path), str(error)) from None
