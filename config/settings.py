"""Settings: TOML over the defaults, the environment over both, and where each value came from.

`defaults.toml` beside this module is the one list of keys, of their types and of their defaults; the dataclasses give
them their types in Python (a test holds the two together).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from pagewitness.config import ConfigError, nearest, source_headers
from pagewitness.config.browsing import Browsing
from pagewitness.config.source_headers import SourceHeaders
from pagewitness.config.user_folders import user_folder
from pagewitness.config.values import Subnet, masked, masked_proxy, parse_value

PREFIX = "PAGEWITNESS_"
_SHORT_ARCHIVE, _SETTINGS_FILE = "PAGEWITNESS_ARCHIVE", "PAGEWITNESS_SETTINGS"
_FILE = "_FILE"  # after the name of a variable: its value is in this file
_PATHS = ("archive.path", "network.ca_bundle", "browser.path")
_OF_TESTS = "PAGEWITNESS_TEST_"  # names that begin so are free for tests and scripts
Values = dict[str, Any]  # by "table.key"


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the archive is: a file, or `postgresql://…`."""

    path: str


@dataclass(frozen=True, slots=True)
class Network:
    """How sites are visited; times in seconds. `defaults.toml` says what each is for."""

    allow: tuple[Subnet, ...]
    delay: float
    contact: str
    timeout: float
    deadline: float
    max_bytes: int
    retries: int
    proxy: str
    ca_bundle: str
    accept_language: str
    user_agent_suffix: str
    vantage: str
    operator: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often (seconds), how many hosts at once, and in which hours of a day not at all (`quiet_hours`)."""

    interval: float
    threads: int
    quiet: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Clean:
    """What reading one page may take (seconds of processor time, megabytes), and how many processes read (0: by cores)."""

    seconds: float
    megabytes: int
    workers: int


@dataclass(frozen=True, slots=True)
class Discover:
    """How much is followed of what pages lead to. `defaults.toml` says what each is for."""

    most: int
    depth: int
    pager: int
    files: int


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings.

    Attributes:
        sources: the folder of the user's own sources (`catalogue`), beside the settings file; it may be missing.
        origins: by "table.key": `default`, the path of the file, or `environment PAGEWITNESS_…`.
        source_headers: extra headers for requests to a source's pages, by its name.
    """

    archive: Archive
    network: Network
    schedule: Schedule
    clean: Clean
    discover: Discover
    browser: Browsing
    sources: Path
    origins: dict[str, str]
    source_headers: dict[str, SourceHeaders] = field(default_factory=dict)


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Load the settings.

    Args:
        path: the file given by `--settings`; else PAGEWITNESS_SETTINGS, else `settings.toml` in the user's config
            folder, which alone may be missing.
        environ: the environment; PAGEWITNESS_TABLE_KEY overrides the file.

    Raises:
        ConfigError: a file that is missing, unreadable or malformed; an unknown table or key; an unusable value.
    """
    values, origins = _default_values(environ)
    file = _settings_file(path, environ)
    headers: dict[str, SourceHeaders] = {}
    if file is not None:
        tables = _tables(file)
        headers = source_headers.read_source_headers(tables.pop("sources", {}), file)
        _overlay(values, origins, _from_file(tables, file), str(file))
    for name, key, text in _from_environment(environ):
        _overlay(values, origins, {key: _parsed(key, text, f"environment variable {name}")}, f"environment {name}")
    folder = file.parent if file is not None else user_folder("config", environ)
    return replace(_settings(values, origins, folder / "sources"), source_headers=headers)


def defaults() -> Settings:
    """The default settings."""
    return _settings(*_default_values({}), user_folder("config", {}) / "sources")


@cache
def _known() -> dict[str, Values]:
    with (Path(__file__).parent / "defaults.toml").open("rb") as file:
        return tomllib.load(file)


def _default_values(environ: Mapping[str, str]) -> tuple[Values, dict[str, str]]:
    values = {
        f"{table}.{key}": _checked(f"{table}.{key}", default, "defaults.toml")
        for table, keys in _known().items()
        for key, default in keys.items()
    }
    values["archive.path"] = str(user_folder("data", environ) / "archive.db")
    return values, dict.fromkeys(values, "default")


def _settings_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read, or None if no file exists or was asked for."""
    named = path or (
        source_headers.path(environ[_SETTINGS_FILE], _SETTINGS_FILE) if environ.get(_SETTINGS_FILE) else None
    )
    if named is not None:
        return named
    usual = user_folder("config", environ) / "settings.toml"
    return usual if usual.exists() else None


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"The settings file {file} does not exist: create it, or name another one.") from None
    except OSError as error:
        raise ConfigError(f"The settings file {file} can't be read: {error.strerror}.") from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are both
        raise ConfigError(f"The settings file {file} is not TOML: {error}.") from error


def _from_file(tables: Mapping[str, Any], file: Path) -> Values:
    values: Values = {}
    for table, keys in tables.items():
        if table not in _known():
            raise ConfigError(f"{file}: there is no table [{table}]{nearest(table, [*_known(), 'sources'])}")
        if not isinstance(keys, dict):
            raise ConfigError(f"{file}: '{table}' is a table: write [{table}] and its keys below.")
        for key, value in keys.items():
            if key not in _known()[table]:
                raise ConfigError(f"{file}: [{table}] has no key '{key}'{_elsewhere(table, key)}")
            values[f"{table}.{key}"] = _checked(f"{table}.{key}", value, str(file))
    return values | {key: _placed(values[key], file) for key in _PATHS if key in values}


def _from_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """The variables that set something, as (variable, "table.key", text); PAGEWITNESS_ARCHIVE comes last, so it wins."""
    for name in sorted(environ):
        if name in (_SHORT_ARCHIVE, _SETTINGS_FILE) or not name.startswith(PREFIX) or name.startswith(_OF_TESTS):
            continue
        if name.endswith(_FILE) and _key_of(name.removesuffix(_FILE)):
            yield name, _key_of(name.removesuffix(_FILE)), _from_secret(name, environ)
        elif key := _key_of(name):
            yield name, key, environ[name]
        else:
            raise ConfigError(f"The environment variable {name} names no setting{_near(name)}")
    if environ.get(_SHORT_ARCHIVE):
        yield _SHORT_ARCHIVE, "archive.path", environ[_SHORT_ARCHIVE]


def _key_of(variable: str) -> str:
    """The setting that a variable sets, as "table.key"; empty if it sets none."""
    if variable == _SHORT_ARCHIVE:
        return "archive.path"
    table, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    return f"{table}.{key}" if key in _known().get(table, ()) else ""


def _near(variable: str) -> str:
    """The end of the message about an unknown variable."""
    table, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    if table not in _known():
        return _nearest_variable(variable)
    return f" of [{table}]{nearest(key, _known()[table], partial(_variable, table))}"


def _from_secret(variable: str, environ: Mapping[str, str]) -> str:
    """The text of the file that a variable `…_FILE` names."""
    if environ.get(direct := variable.removesuffix(_FILE)):
        raise ConfigError(f"The environment variables {direct} and {variable} are both set: unset one of them.")
    return source_headers.text_of(source_headers.path(environ[variable], variable), variable)


def _parsed(key: str, text: str, where: str) -> Any:
    """A value from the environment, where every value is text."""
    default = _default(key)
    if isinstance(default, list):
        return _checked(key, [part.strip() for part in text.split(",") if part.strip()], where)
    if isinstance(default, int) and re.fullmatch(r"\s*[-+]?\d+\s*", text):
        return _checked(key, int(text), where)
    return _checked(key, text, where)


def _checked(key: str, value: object, where: str) -> Any:
    """A value in the form that the dataclasses hold, by the type of the key's default. Raises ConfigError."""
    try:
        return parse_value(key, _default(key), value)
    except ValueError as error:
        hide = masked_proxy if key == "network.proxy" else masked
        shown = hide(value) if isinstance(value, str) else value
        raise ConfigError(f"{where}: [{key.replace('.', '] ', 1)} = {shown!r} is not {error}.") from None


def _default(key: str) -> object:
    table, _, name = key.partition(".")
    return _known()[table][name]


def _placed(path: str, file: Path) -> str:
    """A path in a settings file, relative to the file's folder; `~` is the home folder, and URLs stay as they are."""
    return path if not path or "://" in path else str(file.parent / source_headers.path(path, str(file)))


def _overlay(values: Values, origins: dict[str, str], new: Values, origin: str) -> None:
    for key, value in new.items():
        if key == "archive.path" and not value:  # empty means the default
            continue
        values[key], origins[key] = value, origin


def _settings(values: Values, origins: dict[str, str], sources: Path) -> Settings:
    def table(name: str) -> Values:
        return {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{name}.")}

    return Settings(
        archive=Archive(**table("archive")),
        network=Network(**table("network")),
        schedule=Schedule(**table("schedule")),
        clean=Clean(**table("clean")),
        discover=Discover(**table("discover")),
        browser=Browsing(**table("browser")),
        sources=sources,
        origins=origins,
    )


def _elsewhere(table: str, key: str) -> str:
    home = next((other for other, keys in _known().items() if key in keys), None)
    return f"; it belongs to [{home}]." if home else nearest(key, _known()[table])


def _variable(table: str, key: str) -> str:
    return f"{PREFIX}{table}_{key}".upper()


def _nearest_variable(name: str) -> str:
    """`; did you mean …?` for the variable most like this one, even without its table; else how to list the settings."""
    from difflib import get_close_matches

    names = [_variable(table, key) for table, keys in _known().items() for key in keys]
    short = [known for known in names if known.endswith(name.removeprefix(PREFIX.rstrip("_")))]
    near = short or get_close_matches(name, [*names, _SHORT_ARCHIVE, _SETTINGS_FILE], n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else "; `pagewitness config` lists the settings."
