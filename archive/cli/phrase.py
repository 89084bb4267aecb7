"""`pagewitness phrase`: when a phrase was on each page, and the captures that prove it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.filters import filter_options
from pagewitness.archive.cli.terminal import absent, before_the_first, echo, echo_message, look, paged, width
from pagewitness.archive.render.terminal import marked
from pagewitness.archive.text.columns import safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.search.phrases import PhraseInterval
    from pagewitness.archive.search.temporal_match import Filters

LIKENESS = 0.8


@click.command()
@click.argument("phrase", nargs=-1, required=True)
@click.option("--fuzzy", is_flag=True, help="Also find similar wordings, and show how similar they are.")
@click.option("--likeness", type=click.FloatRange(0.5, 1), metavar="SHARE",
              help=f"How similar a wording must be, 0.5 to 1 (implies --fuzzy).  [default: {LIKENESS}]")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N pages.")
@filter_options()
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, phrase: tuple[str, ...], filters: Filters, as_json: bool, **given: Any) -> None:
    """Show when a phrase was on each page, with proof.

    The proof is the captures that show the phrase, and those before and after that do not. Case, diacritics, dashes
    and quotation marks do not count; other punctuation counts if you write it between words. Other forms of a word
    match only with --fuzzy. If the phrase is in the first capture, its start date is unknown.
    """
    from pagewitness.archive.search import phrases
    from pagewitness.archive.search.temporal_match import NO_FILTERS

    text = " ".join(phrase)
    likeness, limit = given["likeness"], given["limit"]
    least = (likeness or LIKENESS) if given["fuzzy"] or likeness else None
    with invocation.read() as db:
        found = phrases.phrase_history(db, text, filters, least, limit + 1 if limit else None)
        advice = [] if found or as_json else list(before_the_first(db, filters))
    pages = list(dict.fromkeys(one.page_id for one in found))
    shown = set(pages[:limit])
    found = [one for one in found if one.page_id in shown]
    if as_json:
        for one in found:
            print_json(
                {
                    name: value
                    for name, value in asdict(one).items()
                    if name not in ("page_id", "visited") and (value or name != "page")
                }
            )
        return
    for _, own in groupby(found, key=lambda one: one.page_id):
        _print(list(own), least is not None)
    if len(pages) > len(shown):
        echo("More pages contain it: raise --limit or omit it.")
    if not found:
        where = (
            "No revision in this archive contains"
            if filters == NO_FILTERS
            else "No revision passes the filters and contains"
        )
        what = f"these or similar words: '{text}'" if least else f"the words '{text}'; --fuzzy finds similar wordings"
        echo_message(f"{where} {what}.")
        for hint in advice:
            echo_message(hint)


def _print(found: list[PhraseInterval], fuzzy: bool) -> None:
    """The intervals of one page, each with the first sentence that contained the phrase."""
    for line in wrap(safe(found[-1].title or found[-1].url), width()):
        echo(click.style(line, bold=True))
    echo(f"  {click.style(safe(found[0].url), fg='blue')}")
    for one in found:
        like = f", {one.likeness:.0%} similar" if fuzzy and one.likeness < 1 else ""
        interval = f"{_began(one)}, {_ended(one)}{like}{f', p. {one.page}' if one.page else ''}"
        for line in wrap(interval, width(), "  ", "  "):
            echo(line)
        sentences = [marked(one.sentence, [one.mark], look())]
        if one.last_sentence and one.last_mark:
            sentences.append(
                f"{'now' if one.until is None and one.visited else 'finally'}: {marked(one.last_sentence, [one.last_mark], look())}"
            )
        for sentence in sentences:
            for line in wrap(sentence, width(), "    ", "    "):
                echo(line)
    echo()


def _began(one: PhraseInterval) -> str:
    from pagewitness.archive.times import short, short_pair

    if one.not_before is None:
        return f"already in the first capture, {short(one.since)}"
    return "appeared between {} and {}".format(*short_pair(one.not_before, one.since))


def _ended(one: PhraseInterval) -> str:
    from pagewitness.archive.times import short, short_pair

    watched = f" ({absent(one.visits, one.longest_gap)})"
    if one.gone_by:
        return click.style(
            "removed between {} and {}".format(*short_pair(one.last_seen, one.gone_by)) + watched, fg="red"
        )
    if one.removed_since:
        return click.style(f"last seen {short(one.last_seen)}; the page has been removed since{watched}", fg="red")
    if one.moved_since:
        return click.style(f"last seen {short(one.last_seen)}; the page has moved since{watched}", fg="red")
    if one.blocked_since:
        said = f"last seen {short(one.last_seen)}; the page has been blocked since {short(one.blocked_since)}"
        return click.style(said, fg="yellow")
    if not one.visited:
        return f"last seen on {short(one.last_seen)}; nobody visits the page"
    return f"still in the last capture, {short(one.last_seen)}"
