"""`pagewitness search`: everything that the pages ever said."""

from __future__ import annotations

import textwrap

import click

from pagewitness.archive.cli import Invocation, colours, echo, json_option, pass_invocation, print_json, safe, width
from pagewitness.archive.model import Hit


# An exclusion looks like an option: `search espionage -sabotage` has to work, and `-threat` is no `-h`.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True)
@click.option("--source", metavar="NAME", help="Only pages of this publisher (or a part of its name).")
@click.option("--lang", metavar="CODE", help="Only text in this language: en, lt, …")
@click.option("--since", metavar="DATE", help="It stood then or later.")
@click.option("--until", metavar="DATE", help="It stood then or before.")
@click.option("--at", metavar="DATE", help="It stood at the end of this date.")
@click.option("--current", is_flag=True, help="It still stands.")
@click.option("--gone", is_flag=True, help="It stands no more.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="Hits at most.")
@json_option
@pass_invocation
def command(
    invocation: Invocation, query: tuple[str, ...], source: str | None, lang: str | None, since: str | None,
    until: str | None, at: str | None, current: bool, gone: bool, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Search everything that the pages ever said.

    All words have to stand on the page at one moment. "a phrase", prefix*, this OR that, (groups), and -without.
    """
    from pagewitness.archive import search, times
    from pagewitness.archive.errors import QueryError

    if current and gone:
        raise QueryError("--current and --gone exclude each other: leave one out.")
    today = times.now()
    filters = search.Filters(
        source=source,
        language=lang.lower() if lang else None,
        since=times.period(since, today)[0] if since else None,
        until=times.period(until, today)[1] if until else None,
        at=times.period(at, today)[1] if at else None,
        current=True if current else False if gone else None,
    )
    text = " ".join(query)
    with invocation.open() as db:
        hits = search.search(db, text, filters, limit)
    for hit in hits:
        if as_json:
            print_json(_fields(hit))
        else:
            _print(hit)
    if not hits and not as_json:
        echo(f"Nothing fits {safe(text)}.")


def _fields(hit: Hit) -> dict[str, object]:
    names = ("url", "title", "kind", "snippet", "marks", "first_seen", "last_seen", "current", "revision", "source")
    return {name: getattr(hit, name) for name in names} | {"language": hit.language}


def _print(hit: Hit) -> None:
    from pagewitness.archive.times import short

    stands = "still there" if hit.current else click.style("gone", fg="red")
    echo(click.style(safe(hit.title or hit.url), bold=True))
    echo(f"  {click.style(safe(hit.url), fg='blue')}  revision {hit.revision}")
    echo(f"  seen {short(hit.first_seen)} to {short(hit.last_seen)}, {stands}")
    for line in textwrap.wrap(_marked(hit), width() - 4, break_long_words=False):
        echo(f"    {line}")
    echo()


def _marked(hit: Hit) -> str:
    """The snippet with its marks: bold on a terminal, in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if colours() else ("[", "]")
    text, last = "", 0
    for start, end in hit.marks:
        if start >= last:
            text += safe(hit.snippet[last:start]) + before + safe(hit.snippet[start:end]) + after
            last = end
    return text + safe(hit.snippet[last:])
