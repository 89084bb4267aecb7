"""`pagewitness search`: search the current and past text of all pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, exclusive, json_option, pass_invocation, print_json, refuse_options
from pagewitness.archive.cli.filters import filter_options
from pagewitness.archive.cli.terminal import absent, echo, echo_message, echo_wrapped, hints, look, paged, width
from pagewitness.archive.derived import Hit
from pagewitness.archive.render.terminal import marked
from pagewitness.archive.text.columns import safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.search.temporal_match import Filters
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of the command, except the filters on pages, by their names on the command line."""

    at: str | None
    current: bool
    gone: bool
    order: str
    limit: int
    offset: int
    count: bool
    facet: str | None
    as_json: bool


# An exclusion looks like an option: `search espionage -sabotage` has to work, and `-threat` is no `-h`.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True)
@filter_options()
@click.option("--at", metavar="DATE", help="Only text that was on the page at the end of this date.")
@click.option("--current", is_flag=True, help="Only text that is still on the page.")
@click.option("--gone", is_flag=True, help="Only text that has since been removed.")
@click.option("--order", type=click.Choice(["rank", "date"]), default="rank", show_default=True,
              help="Best match first, or most recently appeared first.")  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="Show at most N hits."
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Skip the first N hits.")
@click.option("--count", is_flag=True, help="Print only the number of hits.")
@click.option(
    "--facet",
    type=click.Choice(["source", "year", "lang"]),
    help="Print only the number of hits for each source, year or language.",
)
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, query: tuple[str, ...], filters: Filters, **given: Any) -> None:
    """Search the current and past text of all pages.

    All words must have been on the page at the same time. Write "a phrase", prefix*, this OR that, (groups), -without,
    one NEAR/5 other.
    """
    from pagewitness.archive import times
    from pagewitness.archive.search import find

    refuse_options(query, command)
    options = _Options(**given)
    at = options.at
    exclusive(current=options.current, gone=options.gone)
    exclusive(count=options.count, facet=options.facet)
    filters = replace(
        filters,
        at=times.past(at, times.now(), "--at")[1] if at else None,
        current=True if options.current else False if options.gone else None,
    )
    text = " ".join(query)
    if options.count or options.facet:
        with invocation.read() as db:
            counts = _counts(db, text, filters, options.facet)
        _print_counts(counts, options)
        return
    with invocation.read() as db:
        hits = find.search(db, text, filters, options.limit + 1, options.offset, options.order)
        more, hits = len(hits) > options.limit, hits[: options.limit]
        advice = [] if hits or options.as_json or options.offset else list(hints(db, text, filters))
    if options.as_json:
        for hit in hits:
            print_json(_fields(hit))
    else:
        _print_hits(hits, text, options.offset)
        if more:
            echo_message(
                f"More results: --offset {options.offset + options.limit} shows the next page, --count the total."
            )
        for hint in advice:
            echo_message(hint)


def _counts(db: Sqlite, text: str, filters: Filters, facet: str | None) -> list[tuple[str | None, int]]:
    """The number of hits for each value of a facet; without one, their number alone."""
    from pagewitness.archive.search import facets, find

    return list(facets.facet(db, text, filters, facet)) if facet else [(None, find.count(db, text, filters))]


def _print_counts(counts: list[tuple[str | None, int]], options: _Options) -> None:
    for value, number in counts:
        if options.as_json:
            print_json(
                {"facet": options.facet, "value": value, "count": number} if options.facet else {"count": number}
            )
        elif options.facet:
            echo_wrapped(safe(value) or "(none)", f"{number:>7}  ", " " * 9)
        else:
            echo(str(number))


def _fields(hit: Hit) -> dict[str, object]:
    names = (
        "url", "title", "kind", "snippet", "marks", "first_seen", "last_seen", "current", "revision", "source",
        "language", "same_as", "removed_since", "moved_since", "blocked_since", "shown_since", "shown_until",
        "visits", "longest_gap",
    )  # fmt: skip
    periods = [{"since": since, "until": until} for since, until in hit.periods]
    fields = {name: getattr(hit, name) for name in names} | {"periods": periods}
    return fields | ({"page": hit.page} if hit.page else {})


def _print_hits(hits: list[Hit], text: str, offset: int) -> None:
    """Print the hits; pages with the same best paragraph are listed under the first of them."""
    for hit in hits:
        if hit.same_as is None:
            _print(hit, [other for other in hits if other.same_as == hit.url])
    if not hits:
        echo_message(f"No {'more ' if offset else ''}results for {text}.")


def _print(hit: Hit, same: list[Hit]) -> None:
    from pagewitness.archive.times import short

    for line in wrap(safe(hit.title or hit.url), width()):
        echo(click.style(line, bold=True))
    where = f"{click.style(safe(hit.url), fg='blue')}  revision {hit.revision}{_page(hit)}"
    for line in [*wrap(where, width(), "  ", "    "), *wrap(_seen(hit), width(), "  ", "  ")]:
        echo(line)
    for line in wrap(marked(hit.snippet, hit.marks, look()), width(), "    ", "    "):
        echo(line)
    if hit.shown_since and hit.shown_since > hit.periods[-1][0]:
        echo(click.style(f"    (in this wording since {short(hit.shown_since)})", dim=True))
    if hit.shown_until:
        echo(click.style(f"    (reworded by {short(hit.shown_until)})", dim=True))
    if same:
        echo("  The same paragraph is on:")
        for other in same:
            where = (
                f"{click.style(safe(other.url), fg='blue')}  revision {other.revision}{_page(other)}, {_seen(other)}"
            )
            for line in wrap(where, width(), "    ", "      "):
                echo(line)
    echo()


def _page(hit: Hit) -> str:
    return f", p. {hit.page}" if hit.page else ""


def _seen(hit: Hit) -> str:
    from pagewitness.archive.times import short

    watched = f" ({absent(hit.visits, hit.longest_gap)})" if hit.visits else ""
    state = (
        ("current" if hit.visited else "not visited since")
        if hit.current
        else click.style(f"removed{watched}", fg="red")
    )
    if hit.current and (gone := hit.periods[-1][1]):  # the filters keep only earlier intervals
        state = f"removed by {short(gone)}, back now"
    if hit.removed_since:
        state = click.style(f"the page has been removed since {short(hit.removed_since)}{watched}", fg="red")
    if hit.moved_since:
        state = click.style(f"the page has moved since {short(hit.moved_since)}{watched}", fg="red")
    if hit.blocked_since:
        state = click.style(f"the last text seen: blocked since {short(hit.blocked_since)}", fg="yellow")
    return f"seen {short(hit.first_seen)} to {short(hit.last_seen)}{_interrupted(hit)}, {state}"


def _interrupted(hit: Hit) -> str:
    """Say so if the page did not match all the time in between."""
    from pagewitness.archive.times import short

    if len(hit.periods) < 2:
        return ""
    if len(hit.periods) > 2:
        return f" in {len(hit.periods)} periods"
    (_, gone), (back, _) = hit.periods
    return f", but removed by {short(gone or '')} and back {short(back)}"
