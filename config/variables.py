"""The list of all settings, and the environment variables that set them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from pagewitness.config import ConfigError, nearest, source_headers

PREFIX = "PAGEWITNESS_"
SETTINGS_FILE = "PAGEWITNESS_SETTINGS"
_SHORT_ARCHIVE = "PAGEWITNESS_ARCHIVE"
_FILE = "_FILE"  # after the name of a variable: its value is in this file
_OF_TESTS = "PAGEWITNESS_TEST_"  # names that begin so are free for tests and scripts
Values = dict[str, Any]  # by "table.key"


@cache
def known_settings() -> dict[str, Values]:
    """The keys and defaults of each table, as `defaults.toml` gives them; `[notify.mail]` is the table `notify.mail`."""
    with (Path(__file__).parent / "defaults.toml").open("rb") as file:
        tables = tomllib.load(file)
    channels = {f"notify.{kind}": keys for kind, keys in tables.pop("notify", {}).items()}
    return tables | channels


def from_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """The variables that set something, as (variable, "table.key", text); PAGEWITNESS_ARCHIVE comes last, so it wins."""
    for name in sorted(environ):
        if name in (_SHORT_ARCHIVE, SETTINGS_FILE) or not name.startswith(PREFIX) or name.startswith(_OF_TESTS):
            continue
        if key := _key_of(name):
            yield name, key, environ[name]
        elif name.endswith(_FILE) and _key_of(name.removesuffix(_FILE)):
            yield name, _key_of(name.removesuffix(_FILE)), _from_secret(name, environ)
        else:
            raise ConfigError(f"The environment variable {name} names no setting{_near(name)}")
    if environ.get(_SHORT_ARCHIVE):
        yield _SHORT_ARCHIVE, "archive.path", environ[_SHORT_ARCHIVE]


def _key_of(variable: str) -> str:
    """The setting that a variable sets, as "table.key"; empty if it sets none."""
    if variable == _SHORT_ARCHIVE:
        return "archive.path"
    table, key = _taken_apart(variable)
    return f"{table}.{key}" if key in known_settings().get(table, ()) else ""


def _taken_apart(variable: str) -> tuple[str, str]:
    """The table and the key that a variable names, whether or not there are such: `notify.mail` is a table, too."""
    table, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    if table == "notify":
        kind, _, key = key.partition("_")
        return f"{table}.{kind}", key
    return table, key


def _near(variable: str) -> str:
    """The end of the message about an unknown variable."""
    table, key = _taken_apart(variable)
    if table not in known_settings():
        return _nearest_variable(variable)
    return f" of [{table}]{nearest(key, known_settings()[table], partial(_variable, table))}"


def _from_secret(variable: str, environ: Mapping[str, str]) -> str:
    """The text of the file that a variable `…_FILE` names."""
    if environ.get(direct := variable.removesuffix(_FILE)):
        raise ConfigError(f"The environment variables {direct} and {variable} are both set: unset one of them.")
    return source_headers.text_of(source_headers.path(environ[variable], variable), variable)


def _variable(table: str, key: str) -> str:
    return f"{PREFIX}{table}_{key}".replace(".", "_").upper()


def _nearest_variable(name: str) -> str:
    """`; did you mean …?` for the variable most like this one, even without its table; else how to list the settings."""
    from difflib import get_close_matches

    names = [_variable(table, key) for table, keys in known_settings().items() for key in keys]
    short = [one for one in names if one.endswith(name.removeprefix(PREFIX.rstrip("_")))]
    near = short or get_close_matches(name, [*names, _SHORT_ARCHIVE, SETTINGS_FILE], n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else "; `pagewitness config` lists the settings."
