"""`pagewitness show`: print the text of a revision."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, exclusive, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, look, paged, width
from pagewitness.archive.derived import Block, Revision
from pagewitness.archive.model import Page
from pagewitness.archive.render import terminal
from pagewitness.archive.text.columns import fill, safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of the command, by their names on the command line."""

    raw: bool
    rendered: bool
    picture: str | None
    cleaner: str | None
    as_html: bool
    as_markdown: bool
    as_json: bool


@click.command()
@click.argument("page", metavar="URL[@N|@DATE]")
@click.option("--at", metavar="DATE|N", help="The revision current at the end of this date, or number N.")
@click.option("--raw", is_flag=True, help="Print the bytes of a capture instead, as they were sent.")
@click.option("--rendered", is_flag=True, help="Print the HTML that a browser made of the capture instead.")
@click.option("--picture", metavar="FILE", help="Write the picture that a browser took of the page (PNG); - prints it.")
@click.option("--cleaner", metavar="NAME|list", help="Show how another cleaner read the capture, or list the cleaners.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--html", "as_html", is_flag=True, help="Print one self-contained HTML page.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, page: str, at: str | None, **given: Any) -> None:
    """Print the text of a page, now or at a revision or date.

    After @ or --at write a revision (N or rN), first, last (the highest number), or a date: 2024, 2024-03,
    2024-03-07, a full time, 30d or 6h ago. The default is the current revision.

    --raw prints the bytes of the capture that first showed the revision; with a full time, the capture taken then or
    the last one before, credible or not (`log --all --json` lists the times). --rendered and --picture do the same with
    what a browser made of that capture, if one showed the page.

    --cleaner shows how an earlier cleaner read that capture (`reclean` keeps old readings). Give the beginning of its
    name, or of one part of it.
    """
    from pagewitness.archive import times
    from pagewitness.archive.views import history, selection

    options = _Options(**given)
    _check(options)
    if options.cleaner is not None:
        from pagewitness.archive.cli import cleaners

        cleaners.show(invocation, page, at, options.cleaner, options.as_json)
        return
    if options.raw or options.rendered or options.picture is not None:
        _give_bytes(invocation, page, at, options)
        return
    with invocation.read() as db:
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
    if options.as_html or options.as_markdown:
        from pagewitness.archive.render import html, markdown

        about = (found.url, revision, blocks, seen + state)
        html_text = html.revision(*about, details.get("language")) if options.as_html else None
        click.echo(safe(html_text or markdown.revision(*about), keep="\n"), nl=False)
        return
    said = f"{seen}, {revision.words} words{_read(details)}{state}{_byline(details)}"
    _print(safe(found.url), revision, blocks, said)


def _give_bytes(invocation: Invocation, page: str, at: str | None, options: _Options) -> None:
    """What --raw, --rendered and --picture give. Raises as `selection.capture_id_of` and `rendered.rendered_part`."""
    from pagewitness.archive import times
    from pagewitness.archive.views import history, rendered, selection

    picture = options.picture
    with invocation.read() as db:
        capture = selection.capture_id_of(db, page, at, times.now())
        body = (
            history.raw(db, capture)
            if options.raw
            else rendered.rendered_part(db, capture, picture=picture is not None)
        )
    if picture is None or picture == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        Path(picture).write_bytes(body)
    except OSError as error:
        raise click.UsageError(f"{picture} can't be written: {error.strerror}; name another file") from None
    echo(f"Wrote {safe(picture)}.")


def _check(options: _Options) -> None:
    """Raise a UsageError if options exclude each other; --cleaner has the forms of text and JSON."""
    bytes_of = {"raw": options.raw, "rendered": options.rendered, "picture": options.picture is not None}
    forms = bytes_of | {"html": options.as_html, "markdown": options.as_markdown}
    exclusive(**forms, json=options.as_json)
    exclusive(**forms, cleaner=options.cleaner)


def _state(db: Sqlite, page: Page, revision: Revision, moment: str | None) -> str:
    """Notes on a revision: another text in between, the page removed, or no observation at the moment asked for."""
    from pagewitness.archive import times
    from pagewitness.archive.times import short
    from pagewitness.archive.views import departures, history

    said = "; with another text in between" if history.is_interrupted(db, page, revision) else ""
    if since := _differing(db, page, revision, moment):
        said += f"; since {short(since)} its order, or a line beside the text, has differed, which is not confirmed"
    visits = history.visits(db, page) if moment or departures.has_departed(db, page.id) else []
    for one in departures.removals(visits):
        if one.until is None:
            said += f"; the page has been removed since {short(one.since)}" + (
                f" (it redirects to {one.to})" if one.to else ""
            )
        elif moment and one.since <= moment < one.until:
            return f"{said}; the page was removed from {' to '.join(times.short_pair(one.since, one.until))}"
    for move in departures.moves(visits):
        if move.until is None:
            there = "where its history continues" if move.continues else "where another text is"
            said += f"; the page has moved to {move.to} since {short(move.since)}, {there}"
    if since := departures.blocked_since(db, page.id):
        last = history.current_at(db, page, times.LAST) == revision.number
        said += f"; the page has been blocked since {short(since)}" + (
            ", and this is the last text seen" if last else ""
        )
    for gap in history.unobserved(page, visits, times.now()):
        if moment and gap.until and gap.since < moment < gap.until:
            said += f"; the page was not observed from {short(gap.since)} to {short(gap.until)}"
    return said


def _differing(db: Sqlite, page: Page, revision: Revision, moment: str | None) -> str | None:
    """The time from which the page has shown the revision in another order, by the moment asked for, or by now; or None."""
    from pagewitness.archive import times
    from pagewitness.archive.views import history, periods

    at = moment or times.LAST
    return periods.differing_since(db, page, at) if history.current_at(db, page, at) == revision.number else None


def _read(details: Mapping[str, Any]) -> str:
    """Pages of a PDF that were read by OCR, and pages that could not be read, or only in part."""
    ocr = f", {details['ocr']} read by OCR" if details.get("ocr") else ""
    unread = f"; {details['unread']} could not be read (no text, or garbled text)" if details.get("unread") else ""
    garbled = f"; {details['garbled']} can be read only in part (garbled text)" if details.get("garbled") else ""
    return ocr + unread + garbled


def _byline(details: Mapping[str, Any]) -> str:
    from pagewitness.archive.cli.terminal import byline

    said = byline(*(details.get(key) for key in ("published", "modified", "author", "agency")))
    return f"\n{safe(said)}" if said else ""


def _fields(block: Block, language: str | None) -> dict[str, object]:
    """A line's fields; `language` and `page` only where they say something."""
    fields: dict[str, object] = {"kind": block.kind, "text": block.text, "first_seen": block.first_seen}
    if block.language and block.language != language:
        fields["language"] = block.language
    return fields if block.page is None else fields | {"page": block.page}


def _print(url: str, revision: Revision, blocks: list[Block], said: str) -> None:
    echo(click.style(url, dim=True))
    for line in f"revision {revision.number}, seen {said}".splitlines():
        echo(click.style(fill(line, width()), dim=True))
    echo()
    page = before = None
    for block in blocks:
        if block.page and block.page != page:
            if terminal.ends_list(before, ""):
                echo()
            page, before = block.page, None
            echo(click.style(f"p. {page}", dim=True))
        echo(terminal.struck(terminal.block(block.kind, safe(block.text), look(), before), look()))
        before = block.kind
