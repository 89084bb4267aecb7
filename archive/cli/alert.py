"""`pagewitness alert`: saved searches and what they found."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json, refuse_options
from pagewitness.archive.cli.filters import filter_options
from pagewitness.archive.cli.terminal import echo, echo_message, echo_wrapped, width
from pagewitness.archive.text.columns import safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.search.alerts import AlertPage, AlertRow
    from pagewitness.archive.search.temporal_match import Filters
    from pagewitness.archive.store.database import Sqlite


_TIMES = ("--since", "--until", "--at", "--current", "--gone")  # options of `search`


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, metavar="[add NAME QUERY | rm NAME | NAME]")
@filter_options(dates=False)
@json_option
@pass_invocation
def command(invocation: Invocation, words: tuple[str, ...], filters: Filters, as_json: bool) -> None:
    """Save searches and see which pages start or stop matching.

    Every run and import evaluates all alerts. Without a name, list all alerts; with a name, list its pages and when a
    run found that they started or stopped matching. Filters belong to `alert add` and are saved with the query.
    """
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.search import alerts
    from pagewitness.archive.search.find import NO_FILTERS

    if timed := next((word for word in words if word.partition("=")[0] in _TIMES), None):
        raise click.UsageError(f"An alert takes no {timed}: it watches what is on the pages from now on")
    refuse_options(words, command)
    if filters != NO_FILTERS and words[:1] != ("add",):
        raise QueryError("Filters are saved with the query: give them to `pagewitness alert add NAME QUERY`.")
    if words[:1] == ("add",):
        if len(words) < 3:
            raise QueryError("An alert needs a name and a query: `pagewitness alert add NAME QUERY`.")
        with invocation.open() as db:
            _add(db, words[1], " ".join(words[2:]), filters)
    elif words[:1] == ("rm",):
        if len(words) != 2:
            raise QueryError("`pagewitness alert rm NAME` needs the name of one alert.")
        with invocation.open() as db:
            alerts.remove(db, words[1])
        echo(f"Removed alert {safe(words[1])}.")
    elif len(words) > 1:
        raise QueryError(
            "An alert's name is one word: `pagewitness alert NAME`, or `pagewitness alert add NAME QUERY`."
        )
    elif words:
        with invocation.read() as db:
            pages, refused = alerts.pages_of_alert(db, words[0]), alerts.alert_refusal(db, words[0])
        _show(words[0], pages, refused, as_json)
    else:
        with invocation.read() as db:
            rows = alerts.all_alerts(db)
        _list(rows, as_json)


def _add(db: Sqlite, name: str, text: str, filters: Filters) -> None:
    from pagewitness.archive import times
    from pagewitness.archive.cli.terminal import hints
    from pagewitness.archive.search import alerts

    number = alerts.add_alert(db, name, text, times.now(), filters)
    echo(f"Added alert {safe(name)}: {_fit(number)} now.")
    for hint in () if number else hints(db, text, replace(filters, current=True)):
        echo_message(hint)


def _fit(pages: int) -> str:
    return f"{pages} {'page matches' if pages == 1 else 'pages match'}"


def _list(rows: list[AlertRow], as_json: bool) -> None:
    for row in rows:
        if as_json:
            print_json(row)
        else:
            news = f"since {row['added_at'][:10]}, {row['found']} started and {row['lost']} stopped matching"
            query = f"{click.style(safe(row['name']), bold=True)}  {safe(row['query'])}{_said(row['filters'])}"
            for line in wrap(query, width(), "", "  "):
                echo(line)
            echo(f"  {_fit(row['pages'])}; {news}")
            if row["refused"]:
                echo_wrapped(refused_sentence(row["refused"]), "  ", "  ")
    if not rows and not as_json:
        echo("No alerts yet: `pagewitness alert add NAME QUERY` saves a search.")


def refused_sentence(reason: str) -> str:
    """Say that an alert could not be evaluated, and why."""
    return f"Could not be evaluated; left unchanged: {safe(reason)}"


def _said(filters: dict[str, str]) -> str:
    """The filters as you would type them."""
    return "".join(
        f"  --{'lang' if name == 'language' else name} {safe(shlex.quote(value))}" for name, value in filters.items()
    )


def _show(name: str, rows: list[AlertPage], refused: str | None, as_json: bool) -> None:
    from pagewitness.archive.times import short

    if refused and not as_json:
        echo_message(refused_sentence(refused))
    if not rows and not as_json:
        echo(f"No page matches '{safe(name)}', and none has since it was added.")
    for row in rows:
        if as_json:
            print_json(row)
            continue
        if row["lost_at"]:
            said = f"{short(row['lost_at'])}  {click.style('stopped matching', fg='red')}"
        else:
            said = f"{short(row['found_at'])}  {click.style('started matching', fg='green') if row['new'] else 'matched already'}"
        for line in wrap(f"{said}  {safe(row['title'] or row['url'])}", width()):
            echo(line)
        if row["title"]:
            echo(f"  {safe(row['url'])}")
