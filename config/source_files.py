"""Read a file of sources, and check it as a whole: errors name the file, the line and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pagewitness.config import ConfigError, countries, nearest
from pagewitness.config.publishers import CatalogueSource, Entry, Fetch, Obstacle, Role, Series
from pagewitness.config.quiet_hours import checked_hours, checked_zone
from pagewitness.config.rules import Faulty, Rules, rules_of, texts
from pagewitness.config.source_names import loose
from pagewitness.config.toml_lines import line_of
from pagewitness.config.values import parse_duration

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
Keys = tuple[str | int, ...]  # the path to a value, from the outside in

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")  # ISO 639
_LEAST_EVERY: Final = 60.0  # seconds; no page is visited more often
_MOST_EVERY: Final = 366 * 86400.0
_YEARS: Final = range(1900, 2200)
_OF_SOURCE: Final = (
    "title", "names", "country", "languages", "every", "fetch", "quiet", "timezone", "note", "shared", "series", "entries",
    "rules",
)  # fmt: skip
_OF_SERIES: Final = ("title", "months", "note")
_OF_ENTRY: Final = ("url", "role", "language", "verified", "obstacle", "note", "year")


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
        raise Faulty(("country",), f"the file must begin with a country: {said}")
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
    if "country" in table and (said := countries.wrong(table["country"])):
        raise Faulty((name, "country"), f"a country is {said}")
    entries = tuple(_entries(name, table.get("entries")))
    return CatalogueSource(
        name=name,
        title=_string(table, "title", (name,)) or name,
        country=table.get("country", country),
        languages=tuple(_languages(name, table)),
        entries=entries,
        names=tuple(_names(name, table)),
        series=tuple(_series(name, table.get("series", []))),
        every=_every(name, table),
        fetch=_word(Fetch, table, "fetch", (name,)) or Fetch.PLAIN,
        quiet=_checked(checked_hours, table, "quiet", name) if "quiet" in table else None,
        timezone=_checked(checked_zone, table, "timezone", name),
        note=_string(table, "note", (name,)),
        shared=tuple(_shared(name, table, entries)),
        rules=_inside(name, lambda: _rules(table)),
        file=file,
    )


def _languages(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    for number, language in enumerate(_inside(name, lambda: texts(table, "languages"))):
        yield _language(language, (name, "languages", number))


def _language(code: str, path: Keys) -> str:
    if not _LANGUAGE.fullmatch(code):
        raise Faulty(path, f"'{code}' is not an ISO 639 language code such as lt")
    return code


def _names(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    for number, other in enumerate(_inside(name, lambda: texts(table, "names"))):
        if not loose(other):
            raise Faulty((name, "names", number), f"'{other}' has no letter or digit to find it by")
        yield other


def _rules(table: Mapping[str, Any]) -> Rules:
    inner = table.get("rules", {})
    if not isinstance(inner, dict):
        raise Faulty(("rules",), "'rules' is a table")
    return _inside("rules", lambda: rules_of(inner))


def _series(name: str, value: object) -> Iterator[Series]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Faulty((name, "series"), f"write [[{name}.series]] for each report, and its title below")
    for number, table in enumerate(value):
        path = (name, "series", number)
        _only(table, _OF_SERIES, path, "a series")
        title = table.get("title")
        if not isinstance(title, dict) or not title or not all(isinstance(one, str) and one for one in title.values()):
            raise Faulty((*path, "title"), 'a series needs titles by language: write title = {en = "Annual Report"}')
        for language in title:
            _language(language, (*path, "title"))
        yield Series(title, _months(table.get("months", []), (*path, "months")), _string(table, "note", path))


def _months(value: object, path: Keys) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int and 1 <= one <= 12 for one in value):
        raise Faulty(path, f"months = {value!r} is not a list of numbers from 1 to 12")
    return tuple(dict.fromkeys(value))


def _shared(name: str, table: Mapping[str, Any], entries: tuple[Entry, ...]) -> Iterator[str]:
    hosts = {urlsplit(entry.url).netloc.lower() for entry in entries}
    for number, host in enumerate(_inside(name, lambda: texts(table, "shared"))):
        if host not in hosts:
            raise Faulty((name, "shared", number), f"'{host}' is the host of no entry{nearest(host, sorted(hosts))}")
        yield host


def _entries(name: str, value: object) -> Iterator[Entry]:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise Faulty((name, "entries"), f"the source '{name}' has no entries: write [[{name}.entries]] and a url below")
    for number, table in enumerate(value):
        yield _entry(table, (name, "entries", number))


def _entry(table: Mapping[str, Any], path: Keys) -> Entry:
    _only(table, _OF_ENTRY, path, "an entry")
    url, verified, language = (
        _string(table, "url", path),
        table.get("verified", False),
        _string(table, "language", path),
    )
    role = _word(Role, table, "role", path) or Role.LANDING
    if not url:
        raise Faulty(path, "the entry needs a url")
    if not _is_web(url):
        raise Faulty((*path, "url"), f"'{url}' is not an http or https address")
    if "@" in urlsplit(url).netloc:
        raise Faulty((*path, "url"), "an address with a user name or password is never visited: omit them")
    if not isinstance(verified, bool):
        raise Faulty((*path, "verified"), f"verified = {verified!r} is neither true nor false")
    if verified and role == Role.EDITION:
        raise Faulty((*path, "verified"), "an edition is never followed, so it can't be verified: omit this key")
    return Entry(
        url=url,
        role=role,
        language=_language(language, (*path, "language")) if language else "",
        verified=verified,
        obstacle=_word(Obstacle, table, "obstacle", path),
        note=_string(table, "note", path),
        year=_year(table, url, role, path),
    )


def _year(table: Mapping[str, Any], url: str, role: Role, path: Keys) -> int | None:
    year = table.get("year")
    if "{year}" not in url:
        if year is not None:
            raise Faulty((*path, "year"), "a year is for an address with {year} in it")
        return None
    if role != Role.EDITION:
        raise Faulty((*path, "url"), 'an address with {year} needs role = "edition"')
    if type(year) is not int or year not in _YEARS:
        raise Faulty((*path, "year"), "an address with {year} needs the newest year that is known: write year = 2026")
    return year


def _word(words: type[Word], table: Mapping[str, Any], key: str, path: Keys) -> Word | None:
    """The value of a key that has one of a few words, or None if it is missing."""
    if key not in table:
        return None
    value = table[key]
    if value not in list(words):
        near = nearest(str(value), [str(word) for word in words])
        raise Faulty((*path, key), f"{key} = {value!r} can't be used{near}")
    return words(value)


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


def _checked(check: Callable[[str], str], table: Mapping[str, Any], key: str, name: str) -> str:
    """The text of a key, if a check lets it pass, whose errors complete the sentence "… is not …"."""
    text = _string(table, key, (name,))
    try:
        return check(text)
    except ValueError as error:
        raise Faulty((name, key), f"{key} = {text!r} is not {error}") from None


def _only(table: Mapping[str, Any], known: tuple[str, ...], path: Keys, what: str) -> None:
    for key in table:
        if key not in known:
            raise Faulty((*path, key), f"{what} has no key '{key}'{nearest(key, known)}")


def _string(table: Mapping[str, Any], key: str, path: Keys) -> str:
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
