"""`pagewitness search`: everything that the pages ever said."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import (
    Invocation,
    colours,
    echo,
    json_option,
    pass_invocation,
    print_json,
    refuse_options,
    safe,
    width,
)  # fmt: skip
from pagewitness.archive.cli.filters import REPEATED, filter_options, past
from pagewitness.archive.cli.hints import hints
from pagewitness.archive.model import Hit

if TYPE_CHECKING:
    from pagewitness.archive.search.temporal_match import Filters
    from pagewitness.archive.store.database import Sqlite


# An exclusion looks like an option: `search espionage -sabotage` has to work, and `-threat` is no `-h`.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True)
@filter_options()
@click.option("--at", metavar="DATE", help="It stood at the end of this date.")
@click.option("--current", is_flag=True, help="It still stands.")
@click.option("--gone", is_flag=True, help="It stands no more.")
@click.option("--order", type=click.Choice(["rank", "date"]), default="rank", show_default=True,
              help="The best first, or what began to stand last.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="Hits at most.")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N hits.")
@click.option("--count", is_flag=True, help="Only how many hits there are.")
@click.option("--facet", type=click.Choice(["source", "year", "lang"]), help="Only how many hits there are of each.")
@json_option
@pass_invocation
def command(
    invocation: Invocation, query: tuple[str, ...], filters: Filters, at: str | None, current: bool, gone: bool,
    order: str, limit: int, offset: int, count: bool, facet: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Search everything that the pages ever said.

    All words have to stand on the page at one moment. "a phrase", prefix*, this OR that, (groups), -without, one NEAR/5
    other.
    """
    from pagewitness.archive import times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.search import find

    refuse_options(query, command)
    if current and gone:
        raise QueryError("--current and --gone exclude each other: leave one out.")
    if count and facet:
        raise QueryError("--count and --facet exclude each other: leave one out.")
    past("--at", at, times.period(at, times.now())[0] if at else None)
    filters = replace(
        filters,
        at=times.period(at, times.now())[1] if at else None,
        current=True if current else False if gone else None,
    )
    text = " ".join(query)
    with invocation.open() as db:
        if count or facet:
            _print_counts(db, text, filters, facet, as_json)
            return
        hits = find.search(db, text, filters, limit + 1, offset, order)
        more, hits = len(hits) > limit, hits[:limit]
        advice = [] if hits or as_json or offset else list(hints(db, text, filters))
    if as_json:
        for hit in hits:
            print_json(_fields(hit))
    else:
        _print_hits(hits, text, offset)
        if more:
            echo(f"More fits: --offset {offset + limit} goes on, --count counts.")
        for hint in advice:
            echo(hint)


def _print_counts(db: Sqlite, text: str, filters: Filters, facet: str | None, as_json: bool) -> None:
    from pagewitness.archive.search import facets, find

    if facet is None:
        number = find.count(db, text, filters)
        print_json({"count": number}) if as_json else echo(str(number))
        return
    for value, number in facets.facet(db, text, filters, facet):
        if as_json:
            print_json({"facet": facet, "value": value, "count": number})
        else:
            echo(f"{number:>7}  {safe(value) or '(none)'}")


def _fields(hit: Hit) -> dict[str, object]:
    names = (
        "url", "title", "kind", "snippet", "marks", "first_seen", "last_seen", "current", "revision", "source",
        "language", "same_as", "removed_since", "shown_since", "repeated",
    )  # fmt: skip
    periods = [{"since": since, "until": until} for since, until in hit.periods]
    fields = {name: getattr(hit, name) for name in names} | {"periods": periods}
    return fields | ({"page": hit.page} if hit.page else {})


def _print_hits(hits: list[Hit], text: str, offset: int) -> None:
    """Hits one after the other; the pages whose best paragraph says the same are listed under the first of them."""
    for hit in hits:
        if hit.same_as is None:
            _print(hit, [other for other in hits if other.same_as == hit.url])
    if not hits:
        echo(f"Nothing {'more ' if offset else ''}fits {safe(text)}.")


def _print(hit: Hit, same: list[Hit]) -> None:
    from pagewitness.archive.times import short

    echo(click.style(safe(hit.title or hit.url), bold=True))
    echo(f"  {click.style(safe(hit.url), fg='blue')}  revision {hit.revision}{_page(hit)}")
    echo(f"  {_seen(hit)}")
    for line in textwrap.wrap(_marked(hit), width() - 4, break_long_words=False):
        echo(f"    {line}")
    if hit.shown_since and hit.shown_since > hit.periods[-1][0]:
        echo(click.style(f"    (worded so since {short(hit.shown_since)})", dim=True))
    if hit.repeated and hit.current:
        echo(f"    ({REPEATED})")
    if same:
        echo("  The same paragraph:")
        for other in same:
            echo(
                f"    {click.style(safe(other.url), fg='blue')}  revision {other.revision}{_page(other)}, {_seen(other)}"
            )
    echo()


def _page(hit: Hit) -> str:
    return f", p. {hit.page}" if hit.page else ""


def _seen(hit: Hit) -> str:
    from pagewitness.archive.times import short

    stands = "still there" if hit.current else click.style("gone", fg="red")
    if hit.current and (gone := hit.periods[-1][1]):  # the filters leave only what was before
        stands = f"gone by {short(gone)}, there again now"
    if hit.removed_since:
        stands = click.style(f"the page has been removed since {short(hit.removed_since)}", fg="red")
    return f"seen {short(hit.first_seen)} to {short(hit.last_seen)}{_interrupted(hit)}, {stands}"


def _interrupted(hit: Hit) -> str:
    """Whether the page did not fit all the time between."""
    from pagewitness.archive.times import short

    if len(hit.periods) < 2:
        return ""
    if len(hit.periods) > 2:
        return f" in {len(hit.periods)} periods"
    (_, gone), (back, _) = hit.periods
    return f", but gone by {short(gone or '')} and back {short(back)}"


def _marked(hit: Hit) -> str:
    """The snippet with its marks: bold on a terminal, in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if colours() else ("[", "]")
    text, last = "", 0
    for start, end in hit.marks:
        if start >= last:
            text += safe(hit.snippet[last:start]) + before + safe(hit.snippet[start:end]) + after
            last = end
    return text + safe(hit.snippet[last:])
