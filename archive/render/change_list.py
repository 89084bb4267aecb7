"""Changes of many pages as a list: for a terminal, as Markdown, HTML or CSV (pure)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from io import StringIO

import click

from pagewitness.archive import times
from pagewitness.archive.diff import Hunk
from pagewitness.archive.diff.listed import ListedChange, said_of_entries
from pagewitness.archive.render import html, markdown, terminal
from pagewitness.archive.render.terminal import Look
from pagewitness.archive.text.columns import safe, wrap

MOST_PAGES = 10  # addresses of an entry; of more, the rest is counted
CSV_HEAD = (
    "captured_at", "not_before", "cause", "url", "title", "source", "number", "words_added", "words_removed", "declared",
    "summary", "pages", "entries",
)  # fmt: skip
_CAUSES = {
    "search": "saved search",
    "first": "new page", "change": "change", "edition": "new edition", "moved": "new order", "returned": "returned",
    "removed": "removed", "redirected": "moved", "back": "back", "blocked": "blocked", "unblocked": "no longer blocked",
    "repointed": "link leads elsewhere", "failing": "failing", "answering": "answers again", "overdue": "overdue report",
    "arrived": "overdue report arrived", "vanished": "removed and no longer linked", "listed": "new entries",
    "unlisted": "entries no longer linked", "relisted": "entries moved",
}  # fmt: skip
_TEXTS = ("change", "edition", "moved", "returned")
ENTRIES = ("listed", "unlisted", "relisted")  # causes that are about entries of a listing
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the beginning of a formula
_COLOURS = {"removed": "red", "blocked": "red", "first": "green", "back": "green", "unblocked": "green",
            "failing": "red", "answering": "green", "overdue": "red", "arrived": "green"}  # fmt: skip


def cause_in_words(cause: str) -> str:
    """What happened, in a word or two: `new page`."""
    return _CAUSES[cause]


def what_happened(entry: ListedChange) -> str:
    """What happened and when, in a line: `2024-02-19 06:00  change to revision 2 (+3 -1 words, not declared)`."""
    page, what = entry.page, _CAUSES[entry.cause]
    line = f"{times.short(page.captured_at)}  {what}"
    if entry.cause in _TEXTS:
        declared = f"declared{_declared(entry)}" if entry.declared else "not declared"
        words = f"+{entry.words_added} -{entry.words_removed} words"
        line += f" {'to' if entry.cause == 'returned' else 'in'} revision {page.number} ({words}, {declared})"
    if len(entry.pages) > 1:
        line += f" on {len(entry.pages)} pages"
    return line


def _declared(entry: ListedChange) -> str:
    before, after = entry.dates
    return f": {after[:10]}" if after and after != before else ""


def not_yet(entry: ListedChange) -> str | None:
    """When it was not so yet; None if nobody knows."""
    seen = entry.page.not_before
    if not seen:
        return None
    at = times.short_pair(seen, entry.page.captured_at)[0]
    if entry.cause in ("overdue", "arrived"):
        return None  # what the visit before saw of it is not what it is about
    return f"last seen without it: {at}" if entry.cause in _TEXTS else f"the visit before: {at}"


def addresses_of_pages(entry: ListedChange) -> Iterator[str]:
    """A line for each of its pages: its address, and its source if the address does not have it."""
    for page in entry.pages[:MOST_PAGES]:
        yield page.url + (f" ({page.source})" if page.source and page.source not in page.url else "")
    if (rest := len(entry.pages) - MOST_PAGES) > 0:
        yield f"and {rest} more"


def entries_of(entry: ListedChange) -> Iterator[str]:
    """A line for each entry of a listing that came, moved or went with a change of it."""
    for one in entry.entries[:MOST_PAGES]:
        said = f"{one.said}: {one.title or one.url}"
        address = f" ({one.url})" if one.title else ""
        yield said + (f" ({one.before} → {one.url})" if one.before else address)
    if (rest := len(entry.entries) - MOST_PAGES) > 0:
        yield f"and {rest} more"


# --- for a terminal ---------------------------------------------------------------------------------------------------


def list_lines(entries: Iterable[ListedChange], look: Look) -> Iterator[str]:
    """The lines of a list."""
    for entry in entries:
        colour = _COLOURS.get(entry.cause)
        yield from (
            click.style(line, fg=colour, bold=True) for line in wrap(what_happened(entry), look.width, "", "    ")
        )
        yield from _indented(entry.page.title or "", look)
        if entry.cause not in ENTRIES:
            yield from line_that_says_most(entry, look)
        for line in entries_of(entry):
            yield from _indented(line, look)
        for address in addresses_of_pages(entry):
            yield from _indented(address, look, dim=True)
        if known := not_yet(entry):
            yield from _indented(known, look, dim=True)
        yield ""


def line_that_says_most(entry: ListedChange, look: Look) -> Iterator[str]:
    """The line of an entry that says most, marked."""
    marked = any(mark != "=" for mark, _ in entry.line)
    if not entry.said or not marked:
        yield from _indented(entry.summary, look)
        return
    hunk = Hunk(entry.said if entry.said != "moved" else "edited", "p", None, None, entry.line, None, None)
    for line in terminal.lines(hunk, {}, Look(look.width - 2, look.colour)):
        yield f"  {line}"


def _indented(text: str, look: Look, *, dim: bool = False) -> Iterator[str]:
    return (click.style(line, dim=dim) if dim else line for line in wrap(safe(text), look.width, "  ", "  "))


# --- to pass on -------------------------------------------------------------------------------------------------------


def list_as_markdown(entries: Sequence[ListedChange]) -> str:
    """The list as Markdown."""
    return "# Changes\n\n" + "\n\n".join(map(markdown_entry, entries)) + "\n"


def markdown_entry(entry: ListedChange, instead: str = "") -> str:
    """An entry as Markdown: a heading of the third level and what is below it.

    Args:
        instead: Markdown in place of the line that says most.
    """
    escaped, page = markdown.escaped, entry.page
    line = (
        f"> {safe(markdown.marked_markdown(entry.line) if entry.said else escaped(entry.summary))}"
        if entry.line and entry.cause not in ENTRIES
        else ""
    )
    parts = [f"### {escaped(safe(page.title or page.url))}", escaped(safe(what_happened(entry))), instead or line]
    below = [
        "\n".join(f"- {escaped(safe(one))}" for one in some) for some in (entries_of(entry), addresses_of_pages(entry))
    ]
    return "\n\n".join(filter(None, [*parts, *below]))


def list_as_html(entries: Sequence[ListedChange]) -> str:
    """The list as a self-contained HTML page."""
    body = "\n".join(map(html_entry, entries))
    return html.html_page("Changes", html.STYLE, f"<header><h1>Changes</h1></header>\n<main>\n{body}\n</main>")


def html_entry(entry: ListedChange, instead: str = "") -> str:
    """An entry as HTML: a heading of the third level and what is below it.

    Args:
        instead: markup in place of the line that says most.
    """
    title = escape(safe(entry.page.title or entry.page.url))
    line = f"<p>{html.marked_html(entry.line) if entry.said else escape(safe(entry.summary))}</p>"
    line = "" if entry.cause in ENTRIES else line
    pages = [html.link_to(safe(one.url)) for one in entry.pages[:MOST_PAGES]]
    rest = len(entry.pages) - MOST_PAGES
    more = [*([f"and {rest} more"] if rest > 0 else []), *([known] if (known := not_yet(entry)) else [])]
    listed = "\n".join(f"<li>{escape(safe(one))}</li>" for one in entries_of(entry))
    entries = f"<ul>\n{listed}\n</ul>\n" if listed else ""
    box = "section" if instead else f'section class="hunk {entry.said or "same"}"'
    return (
        f'<{box}>\n<h3>{title}</h3>\n<p class="what">{escape(safe(what_happened(entry)))}</p>\n{instead or line}\n{entries}'
        f'<p class="quiet">{"<br>".join([*pages, *more])}</p>\n</section>'
    )


def as_csv(entries: Iterable[ListedChange]) -> str:
    """The list as CSV (RFC 4180) with a heading. A cell that spreadsheets would take for a formula begins with an apostrophe."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(CSV_HEAD)
    for entry in entries:
        row = {**entry.as_json(), "pages": len(entry.pages), "entries": said_of_entries(entry.entries)}
        writer.writerow([_cell(row[name]) for name in CSV_HEAD])
    return written.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = safe(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
