"""Extra headers and a cookie for requests to a source's pages, from `[sources.NAME]` in the settings.

Secrets are in separate files, which are read only when a run begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pagewitness.config import ConfigError, nearest

Fields = tuple[tuple[str, str], ...]

_KEYS: Final = ("headers", "cookie_file", "headers_file")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_VALUE: Final = re.compile(r"[\x20-\x7e]+")
# Headers that pagewitness sets itself.
_OURS: Final = frozenset(
    {
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "te",
        "trailer",
        "upgrade",
        "range",
    }
    | {"if-none-match", "if-modified-since", "proxy-authorization", "proxy-connection"}
)


@dataclass(frozen=True, slots=True)
class SourceHeaders:
    """The contents of `[sources.NAME]`.

    Attributes:
        headers: header fields that are not secret.
        cookie_file: a file with the value of the Cookie header.
        headers_file: a file with secret header fields, one `Name: value` a line.
    """

    headers: Fields = ()
    cookie_file: Path | None = None
    headers_file: Path | None = None

    def secrets(self) -> Fields:
        """The secret header fields, read from their files.

        Raises:
            ConfigError: a file can't be read, or does not hold header fields.
        """
        fields: list[tuple[str, str]] = []
        if self.headers_file is not None:
            lines = [line.strip() for line in text_of(self.headers_file, "[sources]").splitlines()]
            fields += [_field(line, self.headers_file) for line in lines if line and not line.startswith("#")]
        if self.cookie_file is not None:
            fields.append(("Cookie", _checked("Cookie", text_of(self.cookie_file, "[sources]"), str(self.cookie_file))))
        return tuple(fields)


def read_source_headers(table: object, file: Path) -> dict[str, SourceHeaders]:
    """The tables `[sources.NAME]` of a settings file, by the names of the sources. Raises ConfigError."""
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: 'sources' is a table: write [sources.NAME] and its keys below.")
    return {name: _source(name, keys, file) for name, keys in table.items()}


def _source(name: str, keys: object, file: Path) -> SourceHeaders:
    where = f"{file}: [sources.{name}]"
    if not isinstance(keys, dict):
        raise ConfigError(f"{where} is a table: write its keys below.")
    for key in keys:
        if key not in _KEYS:
            raise ConfigError(f"{where} has no key '{key}'{nearest(key, _KEYS)}")
    headers = keys.get("headers", {})
    if not isinstance(headers, dict):
        raise ConfigError(f"{where} headers is a table: write [sources.{name}.headers] and a line for each header.")
    return SourceHeaders(
        headers=tuple((header, _checked(header, value, where)) for header, value in headers.items()),
        cookie_file=_path(keys, "cookie_file", where, file.parent),
        headers_file=_path(keys, "headers_file", where, file.parent),
    )


def _path(keys: Mapping[str, Any], key: str, where: str, folder: Path) -> Path | None:
    if key not in keys:
        return None
    if not isinstance(keys[key], str) or not keys[key]:
        raise ConfigError(f"{where} {key} = {keys[key]!r} is not the path of a file.")
    return folder / path(keys[key], where)


def _field(line: str, file: Path) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ConfigError(f"{file} has a line without a colon: write each header as `Name: value`.")
    return name.strip(), _checked(name.strip(), value.strip(), str(file))


def _checked(name: str, value: object, where: str) -> str:
    """The value of a header field, checked. Errors do not repeat it, because it may be secret."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{where}: '{name[:40]}' can't be the name of a header.")
    if name.lower() in _OURS:
        raise ConfigError(f"{where}: the header {name} is pagewitness's own to set; leave it out.")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise ConfigError(f"{where}: the value of the header {name} is not ASCII text on one line.")
    return value


def path(text: str, where: str) -> Path:
    """A path that somebody wrote, with `~` for the home folder. Raises ConfigError where no file can have it."""
    try:
        found = Path(text).expanduser()
    except RuntimeError:  # `~name` of a user whom nobody knows
        found = None
    if found is None or "\0" in text:
        raise ConfigError(f"{where}: {text!r} can't be the path of a file.")
    return found


def text_of(file: Path, named_by: str) -> str:
    """The text of a file that holds a secret. Raises ConfigError."""
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"{file}, which {named_by} names, can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}, which {named_by} names, is not text in UTF-8.") from None


def accept_language(languages: Iterable[str]) -> str:
    """The Accept-Language for languages in order of preference, with English last; empty for none.

    >>> accept_language(["lt", "ru"])
    'lt, ru;q=0.9, en;q=0.8'
    >>> accept_language(["lt"])
    'lt, en;q=0.8'
    """
    names = list(dict.fromkeys(languages))
    if not names:
        return ""
    parts = [name if not at else f"{name};q={max(10 - at, 1) / 10:g}" for at, name in enumerate(names)]
    if "en" not in names:
        parts.append(f"en;q={min(8, max(10 - len(names), 1)) / 10:g}")
    return ", ".join(parts)
