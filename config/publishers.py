"""What the catalogue says about a publisher: its names, the reports that it publishes, and its addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pagewitness.config.rules import Rules


class Role(StrEnum):
    """What an address is for."""

    LANDING = "landing"
    """A page that stays; its text is replaced."""
    SERIES = "series"
    """The page of one series of reports."""
    LISTING = "listing"
    """A list that each new report is added to."""
    DOCUMENT = "document"
    """One document, such as a PDF, that may be exchanged at its address."""
    FEED = "feed"
    """RSS or Atom."""
    EDITION = "edition"
    """The report of one year; the next one has another address."""


class Fetch(StrEnum):
    """How the pages of a source are fetched."""

    PLAIN = "plain"
    """Their HTML as it is sent."""
    BROWSER = "browser"
    """As a browser shows them when their scripts have run."""


class Obstacle(StrEnum):
    """Why an address may not be readable from where you are."""

    WALL = "wall"
    ABROAD = "abroad"
    SCRIPTS = "scripts"
    ROBOTS = "robots"
    CERTIFICATE = "certificate"


PAGES: Final = frozenset({Role.LANDING, Role.SERIES, Role.LISTING, Role.DOCUMENT})  # the roles that can be followed
HINDERS: Final = {
    Obstacle.WALL: "turns programs away",
    Obstacle.ABROAD: "may be blocked abroad",
    Obstacle.SCRIPTS: "needs JavaScript, so a browser must show it",
    Obstacle.ROBOTS: "robots.txt forbids visits",
    Obstacle.CERTIFICATE: "sends too few certificates: visits need [network] ca_bundle",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An address of a source.

    Attributes:
        url: the address; `{year}` in it is the year of an edition.
        role: what it is for. Only pages (`is_page`) are followed.
        language: of what is there (ISO 639); empty if it is unknown or there are several.
        verified: whether a program has read the page; others are followed only with --unverified.
        obstacle: what may keep visits from reading it.
        note: what is there.
        year: the newest edition that is known, where the address has `{year}`.
    """

    url: str
    role: Role = Role.LANDING
    language: str = ""
    verified: bool = False
    obstacle: Obstacle | None = None
    note: str = ""
    year: int | None = None

    @property
    def is_page(self) -> bool:
        """Whether it can be followed as a page: neither a feed nor a single edition."""
        return self.role in PAGES

    @property
    def newest(self) -> str:
        """The address, with the newest known year in place of `{year}`."""
        return self.url if self.year is None else self.url.replace("{year}", str(self.year))


@dataclass(frozen=True, slots=True)
class Series:
    """A report that is published again and again.

    Attributes:
        title: its titles by language (ISO 639).
        months: in which a new one is expected, 1 to 12; empty if that is irregular or unknown.
        note: its form, and what is special about it.
    """

    title: dict[str, str]
    months: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """A publisher that can be followed by name.

    Attributes:
        name: the name to follow it by, such as `vsd`; no other source has it.
        title: the name of the publisher.
        names: what else people call it; several sources may share such a name.
        country: ISO 3166-1 alpha-2, `EU`, or `INT` for other international bodies.
        languages: that it publishes in (ISO 639).
        every: seconds between two visits of its pages; None to use the settings.
        fetch: how its pages are fetched.
        quiet: the hours of a day in which its pages are not visited, such as `22:00-06:00`; None to use the settings, empty
            for none.
        timezone: of these hours; empty to use the settings.
        shared: hosts on which others publish too, so that pages added there do not join it.
        file: the file that defines it.
        ours: whether that file is part of the package.
    """

    name: str
    title: str
    country: str
    languages: tuple[str, ...]
    entries: tuple[Entry, ...]
    names: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    every: float | None = None
    fetch: Fetch = Fetch.PLAIN
    quiet: str | None = None
    timezone: str = ""
    note: str = ""
    shared: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    file: str = ""
    ours: bool = True

    @property
    def pages(self) -> tuple[Entry, ...]:
        """The entries that can be followed."""
        return tuple(entry for entry in self.entries if entry.is_page)
