"""`pagewitness sources`: publishers that can be followed by name."""

from __future__ import annotations

import calendar
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, counted, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_message, echo_wrapped, print_table
from pagewitness.archive.text.columns import safe
from pagewitness.archive.times import every

if TYPE_CHECKING:
    from pagewitness.archive.views.series import Overdue
    from pagewitness.config.publishers import CatalogueSource, Entry, Series


@click.command()
@click.argument("query", nargs=-1)
@json_option
@pass_invocation
def command(invocation: Invocation, query: tuple[str, ...], as_json: bool) -> None:
    """List publishers that can be followed by name.

    With QUERY, list those that are called so, or else those that match all its words; a single one is shown in full.
    Capitals, accents and hyphens do not matter. Names that only your archive has are listed, too: those that you gave to
    `add`, and hosts. Add your own in files of the same format (docs/sources.md) in the folder `sources` beside your
    settings.
    """
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.config.source_names import matching, named, suggestion

    known = load_catalogue(invocation.settings.sources)
    words = " ".join(query)
    followed, own, late = _archived(invocation, known)
    every_source = known | own
    found = named(every_source, words) or matching(every_source.values(), words)
    if as_json:
        for source in found:
            print_json(_fields(source, followed, late))
    elif not found:
        echo_message(f"No source matches '{words}'{suggestion(every_source, words)}")
    elif len(found) == 1 and not found[0].file:
        _show_own(found[0], followed, invocation.interval)
    elif len(found) == 1:
        _show(found[0], followed, invocation.interval, late)
    else:
        if listed := [source for source in found if source.file]:
            _list(listed, followed)
            _list_late(listed, late)
        if alone := [source for source in found if not source.file]:
            echo_wrapped("Only this archive has:")
            for source in alone:
                echo_wrapped(f"{source.name} ({counted(len(source.entries), 'page')})", "  ", "    ")


def _archived(
    invocation: Invocation, known: Collection[str]
) -> tuple[Collection[str], dict[str, CatalogueSource], list[Overdue]]:
    """The keys of followed pages, the sources of the archive that the catalogue does not have, and the reports that are overdue.

    All are empty if there is no archive yet.
    """
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.store import sources
    from pagewitness.archive.views import series
    from pagewitness.scraper.cli.catalogue import only_archived

    try:
        with invocation.read() as db:
            late = [one for one in series.overdue_reports(db) if one.lasts]
            return sources.followed(db), only_archived(db, known), late
    except NotFound:
        return (), {}, []


def _is_followed(source: CatalogueSource, entry: Entry, followed: Collection[str]) -> bool:
    from pagewitness.scraper.cli.catalogue import entry_key

    return bool(followed) and entry_key(source, entry) in followed


def _list(found: list[CatalogueSource], followed: Collection[str]) -> None:
    head = ["NAME", "COUNTRY", "PAGES", "LANGUAGES", "PUBLISHER"]
    cells = []
    for source in found:
        verified = sum(entry.verified for entry in source.pages)
        pages = f"{verified}/{len(source.pages)}" if source.pages else "-"
        count = sum(_is_followed(source, entry, followed) for entry in source.entries)
        cells.append(
            [source.name, source.country, pages, " ".join(source.languages), f"{count or '-'}", _shortened(source)]
        )
    any_followed = any(row[4] != "-" for row in cells)
    for row in [] if any_followed else cells:
        del row[4]
    if any_followed:
        head.insert(4, "FOLLOWED")
    print_table(tuple(head), map(tuple, cells), flexible=len(head) - 1, prose=True)
    echo()
    echo_wrapped(
        "PAGES: how many pages are verified, of how many that can be followed. `pagewitness sources NAME` shows a publisher "
        "in full, `pagewitness follow NAME` follows its verified pages."
    )


def _list_late(found: list[CatalogueSource], late: list[Overdue]) -> None:
    """Say which reports of the sources are overdue."""
    names = {source.name for source in found}
    if said := [one.said for one in late if one.source in names]:
        echo()
        echo_wrapped("Overdue:")
    for line in said:
        echo_wrapped(safe(line), "  ", "    ")


def _shortened(source: CatalogueSource) -> str:
    """The title without brackets at its end that begin with the source's own name, which is in the first column."""
    from pagewitness.config.source_names import loose

    title, _, end = source.title.rpartition(" (")
    return title if title and loose(end.partition(",")[0]) == loose(source.name) else source.title


def _show(source: CatalogueSource, followed: Collection[str], interval: float, late: list[Overdue]) -> None:
    from pagewitness.config.publishers import Role

    echo_wrapped(f"{source.name}: {source.title}", "", "  ")
    if source.names:
        echo_wrapped(f"also called {', '.join(source.names)}", "  ", "  ")
    about = [f"country {source.country}", f"languages {' '.join(source.languages)}"][: 2 if source.languages else 1]
    shown = ", in a browser" if source.fetch == "browser" else ""
    about.append(f"visited {every(source.every or interval)}{'' if source.every else ' (your setting)'}{shown}")
    echo_wrapped("; ".join(about), "  ", "  ")
    if source.note:
        echo_wrapped(source.note, "  ", "  ")
    if source.series:
        echo("Reports:")
    for series in source.series:
        echo_wrapped(_series(series), "  ", "      ")
        if report := _late_of(source, series, late):
            echo_wrapped(f"overdue: expected in {report.expected}, not seen by {report.seen_day}", "      ", "      ")
    feeds, editions = ([one for one in source.entries if one.role == role] for role in (Role.FEED, Role.EDITION))
    _entries("Pages:", source, source.pages, followed)
    _entries("Feeds:", source, feeds, followed)
    _entries("Editions with addresses of their own, which `pagewitness add` follows:", source, editions, followed)
    for name, value in asdict(source.rules).items():
        if value:
            echo_wrapped(f"rules.{name} = {json.dumps(value, ensure_ascii=False)}", "", "  ")
    if not source.ours:
        echo_wrapped(f"from {source.file}", "", "  ")


def _show_own(source: CatalogueSource, followed: Collection[str], interval: float) -> None:
    echo_wrapped(source.name, "", "  ")
    echo_wrapped(f"visited {every(interval)} (your setting)", "  ", "  ")
    for entry in source.entries:
        echo(f"  {safe(entry.url)}{'  [followed]' if _is_followed(source, entry, followed) else ''}")
    echo_wrapped("named in this archive only, by `add` or a page's host", "  ", "    ")


def _series(series: Series) -> str:
    titles = " / ".join(dict.fromkeys(series.title.values()))
    details = [_months(series.months)] if series.months else []
    details += [series.note] if series.note else []
    return f"{titles}: {'; '.join(details)}" if details else titles


def _late_of(source: CatalogueSource, series: Series, late: list[Overdue]) -> Overdue | None:
    """The report of a series that is overdue, or None."""
    titles = series.title.values()
    return next((one for one in late if one.source == source.name and one.title in titles), None)


def _months(months: Iterable[int]) -> str:
    """The names of months, as periods where they follow one another.

    >>> _months([1, 9, 10, 11])
    'January, September to November'
    """
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    names = [[calendar.month_name[month] for month in run] for run in runs]
    if len(names) == 1 and len(names[0]) == 12:
        return "all year"
    return ", ".join(
        run[0] if len(run) == 1 else f"{run[0]} {'or' if len(run) == 2 else 'to'} {run[-1]}" for run in names
    )


def _entries(head: str, source: CatalogueSource, entries: Collection[Entry], followed: Collection[str]) -> None:
    from pagewitness.scraper.cli.catalogue import described

    if entries:
        echo_wrapped(head, "", "  ")
    for entry in entries:
        echo(f"  {safe(entry.newest)}")
        is_followed = "followed; " if _is_followed(source, entry, followed) else ""
        echo_wrapped(f"{is_followed}{described(entry)}", "      ", "      ")


def _fields(source: CatalogueSource, followed: Collection[str], late: list[Overdue]) -> dict[str, Any]:
    return {
        "name": source.name,
        "names": source.names,
        "title": source.title,
        "country": source.country,
        "languages": source.languages,
        "every": source.every,
        "fetch": source.fetch,
        "note": source.note,
        "series": [
            asdict(series) | {"overdue": {"expected": one.expected, "since": one.since} if one else None}
            for series in source.series
            for one in [_late_of(source, series, late)]
        ],
        "entries": [
            asdict(entry) | {"newest": entry.newest, "followed": _is_followed(source, entry, followed)}
            for entry in source.entries
        ],
        "shared": source.shared,
        "rules": {name: value for name, value in asdict(source.rules).items() if value},
        "file": source.file,
    }
