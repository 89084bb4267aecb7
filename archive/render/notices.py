"""Notices as text and as HTML: for mail, chats and feeds (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from shlex import quote

import click

from pagewitness.archive.diff import Hunk
from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.render import change_list, html, terminal
from pagewitness.archive.render.folding import LinesShown, fold_unchanged
from pagewitness.archive.render.terminal import Look
from pagewitness.archive.text.columns import clipped, safe, wrap

TITLE = 70  # columns of a title in a subject
_PLAIN = 76  # columns of plain text (RFC 5322, 2.1.1, advises 78)


def heading(notice: Notice) -> str:
    """A notice in a line: `Change: National Threat Assessment`."""
    page = notice.entry.page
    kind = change_list.cause_in_words(notice.entry.cause).capitalize()
    more = f" and {len(notice.entry.pages) - 1} more" if len(notice.entry.pages) > 1 else ""
    return safe(f"{kind}: {clipped(page.title or page.url, TITLE)}{more}")


def subject(notices: Sequence[Notice]) -> str:
    """What a mail with these notices is about, on one line."""
    titles = list(dict.fromkeys(one.entry.page.title or one.entry.page.url for one in notices))
    if len(notices) == 1:
        said = heading(notices[0])
    elif len(titles) == 1:
        said = f"Changes: {clipped(titles[0], TITLE)}"
    else:
        said = clipped(f"{len(notices)} changes: {', '.join(titles)}", 2 * TITLE)
    return " ".join(safe(said).split())  # also of line separators (U+2028), which end a header for some


def as_plain_text(notices: Sequence[Notice], *, new_first: bool = False, width: int = _PLAIN) -> str:
    """Notices as plain text."""
    found = ["\n".join(_lines(one, new_first, Look(width, False))) for one in notices]
    return click.unstyle("\n\n\n".join(found)) + "\n"


def _lines(notice: Notice, new_first: bool, look: Look) -> Iterator[str]:
    entry, page = notice.entry, notice.entry.page
    yield from wrap(safe(page.title or page.url), look.width)
    source = f"{page.source}, " if page.source else ""
    yield from wrap(safe(source + change_list.what_happened(entry)), look.width)
    for line in _about(notice):
        yield from wrap(safe(line), look.width)
    yield ""
    for hunk in _ordered(notice, new_first):
        yield from (f"  {line}" for line in terminal.lines(hunk, {}, Look(look.width - 2, False)))
    if not notice.hunks and notice.entry.cause not in ("search", *change_list.ENTRIES):
        yield from change_list.line_that_says_most(entry, look)
    for line in change_list.entries_of(entry):
        yield from wrap(safe(line), look.width, "  ", "    ")
    if notice.more:
        yield from wrap(_rest(notice), look.width, "  ", "    ")
    yield ""
    yield from (safe(one) for one in change_list.addresses_of_pages(entry))


def _about(notice: Notice) -> Iterator[str]:
    """Sentences about a change: when it was not so yet, and the saved searches that it has to do with."""
    if known := change_list.not_yet(notice.entry):
        yield known.capitalize()
    for name, matches in notice.searches:
        yield f"Saved search “{name}”: {'matches now' if matches else 'no longer matches'}"


def _ordered(notice: Notice, new_first: bool) -> list[Hunk]:
    shown = fold_unchanged(notice.change, LinesShown(new_first=new_first))
    return [one for one in shown if isinstance(one, Hunk)]


def _rest(notice: Notice) -> str:
    page = notice.entry.page
    count = f"{notice.more} more paragraph{'s' if notice.more > 1 else ''}"
    return safe(f"… and {count}: `pagewitness diff {quote(page.url)} r{page.number_before} r{page.number}`")


def as_html_part(notice: Notice, *, new_first: bool = False) -> str:
    """A notice as a piece of HTML, without a style sheet: what is added or removed is in `ins` and `del`."""
    hunks = [html.changed(hunk, {}) for hunk in _ordered(notice, new_first)]
    hunks += [f"<p>{escape(_rest(notice))}</p>"] if notice.more else []
    about = "".join(f"<p>{escape(safe(one))}</p>\n" for one in _about(notice) if not one.startswith("Last"))
    return about + change_list.html_entry(notice.entry, "\n".join(hunks))


def as_html_page(notices: Sequence[Notice], *, new_first: bool = False) -> str:
    """Notices as a self-contained HTML page, for mail."""
    parts = [as_html_part(one, new_first=new_first) for one in notices]
    return html.html_page(subject(notices), html.STYLE, "<main>\n" + "\n".join(parts) + "\n</main>")
