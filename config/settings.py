"""Settings: TOML over the defaults, the environment over both, and where each value came from.

`defaults.toml` beside this module is the one list of keys, of their types and of their defaults; the dataclasses give
them their types in Python (a test holds the two together).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pagewitness.config import ConfigError, channels, nearest, source_headers
from pagewitness.config.browsing import Browsing
from pagewitness.config.channels import Notify
from pagewitness.config.source_headers import SourceHeaders
from pagewitness.config.user_folders import user_folder
from pagewitness.config.values import Subnet, masked_setting, parse_value, separated
from pagewitness.config.variables import SETTINGS_FILE, Values, from_environment, known_settings

_PATHS = ("archive.path", "network.ca_bundle", "browser.path", *channels.PATHS)


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
    adaptive: bool
    shortest: float
    longest: float


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
        notify: the channels that notify people.
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
    notify: Notify
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
    named: dict[str, Values] = {}
    if file is not None:
        tables = _tables(file)
        headers = source_headers.read_source_headers(tables.pop("sources", {}), file)
        own, further = channels.taken_apart(tables.pop("notify", {}), file)
        tables |= own
        named = {table: _of_channel(table, keys, file) for table, keys in further.items()}
        _overlay(values, origins, _from_file(tables, file), str(file))
    for name, key, text in from_environment(environ):
        _overlay(values, origins, {key: _parsed(key, text, f"environment variable {name}")}, f"environment {name}")
    if values["schedule.shortest"] > values["schedule.longest"]:
        raise ConfigError(f"{origins['schedule.shortest']}: [schedule] shortest is longer than longest: exchange them.")
    folder = file.parent if file is not None else user_folder("config", environ)
    for table, keys in named.items():
        origins |= {f"{table}.{key}": str(file) for key in keys}
    return replace(_settings(values, origins, folder / "sources", named), source_headers=headers)


def defaults() -> Settings:
    """The default settings."""
    return _settings(*_default_values({}), user_folder("config", {}) / "sources")


def _default_values(environ: Mapping[str, str]) -> tuple[Values, dict[str, str]]:
    values = {
        f"{table}.{key}": _checked(f"{table}.{key}", default, "defaults.toml")
        for table, keys in known_settings().items()
        for key, default in keys.items()
    }
    values["archive.path"] = str(user_folder("data", environ) / "archive.db")
    return values, dict.fromkeys(values, "default")


def _settings_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read, or None if no file exists or was asked for."""
    named = path or (source_headers.path(environ[SETTINGS_FILE], SETTINGS_FILE) if environ.get(SETTINGS_FILE) else None)
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
        if table not in known_settings():
            raise ConfigError(
                f"{file}: there is no table [{table}]{nearest(table, [*known_settings(), 'sources', 'notify'])}"
            )
        if not isinstance(keys, dict):
            raise ConfigError(f"{file}: '{table}' is a table: write [{table}] and its keys below.")
        for key, value in keys.items():
            if key not in known_settings()[table]:
                raise ConfigError(f"{file}: [{table}] has no key '{key}'{_elsewhere(table, key)}")
            values[f"{table}.{key}"] = _checked(f"{table}.{key}", value, str(file))
    return values | {key: _placed(values[key], file) for key in _PATHS if key in values}


def _of_channel(table: str, keys: Mapping[str, Any], file: Path) -> Values:
    """The values of a named channel such as `[notify.mail.editors]`, by key. Raises ConfigError."""
    kind = table.rpartition(".")[0]
    try:
        found = _from_file({kind: keys}, file)
    except ConfigError as error:
        raise ConfigError(str(error).replace(f"[{kind}]", f"[{table}]")) from None
    return {key.removeprefix(f"{kind}."): value for key, value in found.items()}


def _parsed(key: str, text: str, where: str) -> Any:
    """A value from the environment, where every value is text."""
    default = _default(key)
    if isinstance(default, list):
        return _checked(key, separated(key, text), where)
    if isinstance(default, int) and re.fullmatch(r"\s*[-+]?\d+\s*", text):
        return _checked(key, int(text), where)
    return _checked(key, text, where)


def _checked(key: str, value: object, where: str) -> Any:
    """A value in the form that the dataclasses hold, by the type of the key's default. Raises ConfigError."""
    try:
        return parse_value(key, _default(key), value)
    except ValueError as error:
        table, _, name = key.rpartition(".")
        raise ConfigError(f"{where}: [{table}] {name} = {masked_setting(key, value)!r} is not {error}.") from None


def _default(key: str) -> object:
    table, _, name = key.rpartition(".")
    return known_settings()[table][name]


def _placed(path: str, file: Path) -> str:
    """A path in a settings file, relative to the file's folder; `~` is the home folder, and URLs stay as they are."""
    return path if not path or "://" in path else str(file.parent / source_headers.path(path, str(file)))


def _overlay(values: Values, origins: dict[str, str], new: Values, origin: str) -> None:
    for key, value in new.items():
        if key == "archive.path" and not value:  # empty means the default
            continue
        values[key], origins[key] = value, origin


def _settings(
    values: Values, origins: dict[str, str], sources: Path, channels_named: Mapping[str, Values] | None = None
) -> Settings:
    def table(name: str) -> Values:
        return {key.rpartition(".")[2]: value for key, value in values.items() if key.rpartition(".")[0] == name}

    return Settings(
        archive=Archive(**table("archive")),
        network=Network(**table("network")),
        schedule=Schedule(**table("schedule")),
        clean=Clean(**table("clean")),
        discover=Discover(**table("discover")),
        browser=Browsing(**table("browser")),
        notify=channels.channels({kind: table(f"notify.{kind}") for kind in channels.KINDS}, channels_named or {}),
        sources=sources,
        origins=origins,
    )


def _elsewhere(table: str, key: str) -> str:
    homes = (other for other, keys in known_settings().items() if key in keys and not other.startswith("notify."))
    home = next(homes, None) if not table.startswith("notify.") else None
    return f"; it belongs to [{home}]." if home else nearest(key, known_settings()[table])
