"""What each source wants in the requests for its pages: its languages, and what `[sources.NAME]` of the settings adds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pagewitness.archive.store.database import Sqlite
from pagewitness.config import ConfigError, nearest
from pagewitness.config.settings import Settings
from pagewitness.config.source_headers import SourceHeaders, accept_language
from pagewitness.scraper.net.fetch import Extra


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A source and its languages (JSON)."""

    name: str
    languages: str


def extras(db: Sqlite, settings: Settings) -> dict[str, Extra]:
    """What goes with the requests for each source's pages, by its name; under "" for pages without a source.

    Raises:
        ConfigError: `[sources.NAME]` names no source that the archive knows, or a file of secrets can't be read.
    """
    languages = {one.name: json.loads(one.languages) for one in db.all(_Spoken, "select name, languages from sources")}
    for name in settings.source_headers:
        if name not in languages:
            raise ConfigError(
                f"The settings have a table [sources.{name}], but there is no such source{_near(name, languages)}"
            )
    always = settings.network.accept_language
    found = {"": Extra(always)}
    for name, spoken in languages.items():
        own = settings.source_headers.get(name, SourceHeaders())
        secrets = own.secrets()
        language = always or accept_language(spoken)
        found[name] = Extra(language, own.headers + secrets, frozenset(header.lower() for header, _ in secrets))
    return found


def _near(name: str, known: dict[str, list[str]]) -> str:
    near = nearest(name, known)
    return near if "did you mean" in near else "; `pagewitness sources` lists them."
