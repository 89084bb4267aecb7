"""`pagewitness show`: print the text of a revision."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.filters import REPEATED
from pagewitness.archive.cli.terminal import echo, look, width
from pagewitness.archive.derived import Block, Revision
from pagewitness.archive.model import Page
from pagewitness.archive.render import terminal
from pagewitness.archive.text.columns import fill, safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, by their names on the command line; `form` is `html` or `markdown`."""

    raw: bool
    cleaner: str | None
    form: str | None
    as_json: bool


@click.command()
@click.argument("page", metavar="URL[@N|@DATE]")
@click.option("--at", metavar="DATE|N", help="The revision current at the end of this date, or number N.")
@click.option("--raw", is_flag=True, help="Print the bytes of a capture instead.")
@click.option("--cleaner", metavar="NAME|list", help="Show how another cleaner read the capture, or list the cleaners.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--html", "form", flag_value="html", help="Print one self-contained HTML page.")
@json_option
@pass_invocation
def command(invocation: Invocation, /, page: str, at: str | None, **given: Any) -> None:
    """Print the text of a page, now or at a revision or date.

    After @ or --at write a revision (N or rN), first, last (the highest number), or a date: 2024, 2024-03,
    2024-03-07, a full time, 30d or 6h ago. The default is the current revision.

    --raw prints the bytes of the capture that first showed the revision; with a full time, the capture taken then or
    the last one before, credible or not (`log --all --json` lists the times).

    --cleaner shows how an earlier cleaner read that capture (`reclean` keeps old readings). Give the beginning of its
    name, or of one part of it.
    """
    from pagewitness.archive import times
    from pagewitness.archive.views import history, selection

    options = Options(**given)
    _check(options)
    with invocation.read() as db:
        if options.cleaner is not None:
            from pagewitness.archive.cli import cleaners

            cleaners.show(db, selection.capture_id_of(db, page, at, times.now()), options.cleaner, options.as_json)
            return
        if options.raw:
            sys.stdout.buffer.write(history.raw(db, selection.capture_id_of(db, page, at, times.now())))
            sys.stdout.buffer.flush()
            return
        (found, reference), now = selection.page_and_reference(db, page, at), times.now()
        revision = selection.chosen(db, found, reference, now)
        blocks = history.blocks_of(db, revision)
        details = history.reading_details(db, revision)
        state = _state(db, found, revision, selection.end_of_date(reference, now))
    if options.as_json:
        lines = [_fields(block, details.get("language")) for block in blocks]
        print_json({
            "url": found.url, "number": revision.number, "captured_at": revision.captured_at,
            "last_seen_at": revision.last_seen_at, "title": revision.title, **details, "digest": revision.digest,
            "lines": lines, "blocks": lines,
        })  # fmt: skip
        return
    seen = f"{times.short(revision.captured_at)} to {times.short(revision.last_seen_at)} UTC"
    if options.form:
        from pagewitness.archive.render import html, markdown

        about = (found.url, revision, blocks, seen + state + _repeated(blocks))
        html_text = html.revision(*about, details.get("language")) if options.form == "html" else None
        click.echo(safe(html_text or markdown.revision(*about), keep="\n"), nl=False)
        return
    said = f"{seen}, {revision.words} words{_read(details)}{state}{_repeated(blocks)}{_byline(details)}"
    _print(safe(found.url), revision, blocks, said)


def _check(options: Options) -> None:
    """Raise a QueryError if options exclude each other."""
    from pagewitness.archive.errors import QueryError

    form, raw = options.form, options.raw
    if raw and options.as_json:
        raise QueryError("--raw and --json exclude each other: choose one.")
    if form and (raw or options.as_json):
        raise QueryError(f"--{form} and --{'raw' if raw else 'json'} exclude each other: choose one.")
    if options.cleaner is not None and (raw or form):
        raise QueryError(f"--cleaner and --{form or 'raw'} exclude each other: choose one.")


def _state(db: Sqlite, page: Page, revision: Revision, moment: str | None) -> str:
    """Notes on a revision: another text in between, the page removed, or no observation at the moment asked for."""
    from pagewitness.archive import times
    from pagewitness.archive.times import short
    from pagewitness.archive.views import history

    said = "; with another text in between" if history.is_interrupted(db, page, revision) else ""
    visits = history.visits(db, page) if moment or history.was_gone(db, page.id) else []
    for one in history.removals(visits):
        if one.until is None:
            said += f"; the page has been removed since {short(one.since)}"
        elif moment and one.since <= moment < one.until:
            return f"{said}; the page was removed from {short(one.since)} to {short(one.until)}"
    for gap in history.unobserved(page, visits, times.now()):
        if moment and gap.until and gap.since < moment < gap.until:
            said += f"; the page was not observed from {short(gap.since)} to {short(gap.until)}"
    return said


def _repeated(blocks: list[Block]) -> str:
    """Say how many lines the site repeats."""
    repeated = sum(block.repeated for block in blocks)
    if not repeated:
        return ""
    return f"; the site repeats {repeated} of its lines on other pages and may have changed {'it' if repeated == 1 else 'them'}"


def _read(details: Mapping[str, Any]) -> str:
    """Pages of a PDF that were read by OCR, and pages that could not be read."""
    ocr = f", {details['ocr']} read by OCR" if details.get("ocr") else ""
    return ocr + (
        f"; {details['unread']} could not be read (no text, or garbled text)" if details.get("unread") else ""
    )


def _byline(details: Mapping[str, Any]) -> str:
    from pagewitness.archive.cli.terminal import byline

    said = byline(*(details.get(key) for key in ("published", "modified", "author", "agency")))
    return f"\n{safe(said)}" if said else ""


def _fields(block: Block, language: str | None) -> dict[str, object]:
    """A line's fields; `language`, `page` and `repeated` only where they say something."""
    fields: dict[str, object] = {"kind": block.kind, "text": block.text, "first_seen": block.first_seen}
    if block.repeated:
        fields["repeated"] = True
    if block.language and block.language != language:
        fields["language"] = block.language
    return fields if block.page is None else fields | {"page": block.page}


def _print(url: str, revision: Revision, blocks: list[Block], said: str) -> None:
    echo(click.style(url, dim=True))
    for line in f"revision {revision.number}, seen {said}".splitlines():
        echo(click.style(fill(line, width()), dim=True))
    echo()
    page = None
    for block in blocks:
        if block.page and block.page != page:
            page = block.page
            echo(click.style(f"p. {page}", dim=True))
        echo(terminal.struck(terminal.block(block.kind, safe(block.text), look()), look()))
        if block.repeated:
            echo(click.style(fill(f"({REPEATED})", width(), "  ", "  "), dim=True))
