"""What happened in a period as one page, for somebody who reads nothing else: text, Markdown or HTML (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from shlex import quote
from typing import NamedTuple

import click

from pagewitness.archive import times
from pagewitness.archive.diff import Hunk
from pagewitness.archive.diff.listed import ListedChange
from pagewitness.archive.model import Row
from pagewitness.archive.render import change_list, html, markdown, terminal
from pagewitness.archive.render.folding import directions
from pagewitness.archive.render.terminal import Look
from pagewitness.archive.text.columns import safe, wrap

MOST_HUNKS = 12  # lines of a change; of more, the rest is counted
NO_SOURCE = "Pages without a source"
NEW, ELSEWHERE, UNSEEN = "New pages", "Removed, moved, blocked or failing, and back", "Not seen as they should be"
ENTRIES, REPORTS = "Entries of listings", "Overdue reports"
_REPORTS = ("overdue", "arrived")


class Trouble(NamedTuple):
    """A page that could not be seen as it should be, and what is wrong."""

    url: str
    title: str | None
    source: str | None
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a period.

    Attributes:
        since, until: its first and last moment.
        listed: the changes of all pages in it, newest first.
        troubles: the pages that can't be seen now.
        visits, pages: how many visits there were in it, of how many pages.
    """

    since: str
    until: str
    listed: Sequence[ListedChange]
    troubles: Sequence[Trouble]
    visits: int
    pages: int

    @property
    def title(self) -> str:
        """What it is about: `What changed from 2024-02-12 06:00 to 2024-02-19 06:00 (UTC)`."""
        return f"What changed from {times.short(self.since)} to {times.short(self.until)} (UTC)"

    @property
    def texts(self) -> list[ListedChange]:
        """Changes of what pages say, links included."""
        return [one for one in self.listed if one.change is not None or one.cause == "repointed"]

    @property
    def new(self) -> list[ListedChange]:
        """New pages."""
        return [one for one in self.listed if one.cause == "first"]

    @property
    def entries(self) -> list[ListedChange]:
        """Entries of listings that came, moved or went and are no pages here."""
        return [one for one in self.listed if one.cause in change_list.ENTRIES]

    @property
    def reports(self) -> list[ListedChange]:
        """Reports that became overdue, or arrived after that."""
        return [one for one in self.listed if one.cause in _REPORTS]

    @property
    def elsewhere(self) -> list[ListedChange]:
        """Pages that were removed, moved or blocked, that failed, or that are back."""
        others = ("first", "repointed", *change_list.ENTRIES, *_REPORTS)
        return [one for one in self.listed if one.change is None and one.cause not in others]

    @property
    def sections(self) -> list[tuple[str, list[ListedChange]]]:
        """What is below the changes of texts: headings and entries, without those that are empty."""
        found = [(NEW, self.new), (ENTRIES, self.entries), (REPORTS, self.reports), (ELSEWHERE, self.elsewhere)]
        return [(heading, some) for heading, some in found if some]

    def by_source(self) -> Iterator[tuple[str, list[ListedChange]]]:
        """The changes of each source, by its name, newest first."""
        named = sorted(self.texts, key=lambda one: (one.page.source is None, (one.page.source or "").lower()))
        for source, own in groupby(named, key=lambda one: one.page.source):
            yield source or NO_SOURCE, list(own)

    def summary(self) -> str:
        """The period in a sentence or two."""
        pages = len({page.url for one in self.texts for page in one.pages})
        parts = [f"{_counted(len(self.texts), 'change')} on {_counted(pages, 'page')}" if self.texts else ""]
        parts += [_counted(len(self.new), "new page") if self.new else ""]
        entries = sum(entry.change == "new" for one in self.entries for entry in one.entries)
        parts += [f"{entries} new {'entry' if entries == 1 else 'entries'} of listings"] if entries else []
        for what, causes in _COUNTED.items():
            count = sum(one.cause in causes for one in self.listed)
            parts += [f"{count} {what}"] if count else []
        found = ", ".join(part for part in parts if part) or "Nothing changed"
        watched = (
            f"{_counted(self.visits, 'visit')} to {_counted(self.pages, 'page')}"
            if self.visits
            else "No page was visited"
        )
        wrong = (
            f" {_counted(len(self.troubles), 'page')} can't be seen as they should be now."
            if len(self.troubles) > 1
            else ""
        )
        wrong = " 1 page can't be seen as it should be now." if len(self.troubles) == 1 else wrong
        return f"{found}. {watched} in this time.{wrong}"

    def as_json(self) -> Row:
        """The digest as `digest --json` prints it."""
        return {
            "since": self.since, "until": self.until, "summary": self.summary(), "visits": self.visits, "pages": self.pages,
            "changes": [
                {**one.as_json(), "hunks": [_as_json(hunk) for hunk in _shown(one)[0]]} if one.change else one.as_json()
                for one in self.texts
            ],
            "new": [one.as_json() for one in self.new], "entries": [one.as_json() for one in self.entries],
            "reports": [one.as_json() for one in self.reports], "elsewhere": [one.as_json() for one in self.elsewhere],
            "troubles": [one._asdict() for one in self.troubles],
        }  # fmt: skip


# Words of the summary, and the causes that they count.
_COUNTED = {
    "removed": ("removed", "vanished"), "moved": ("redirected",), "blocked": ("blocked",), "failing": ("failing",),
    "back": ("back", "answering", "unblocked"), "overdue": ("overdue",), "arrived late": ("arrived",),
}  # fmt: skip


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_json(hunk: Hunk) -> Row:
    return {"change": hunk.change, "kind": hunk.kind, "words": [list(piece) for piece in hunk.words]}


def _shown(one: ListedChange) -> tuple[list[Hunk], int]:
    """The changed lines to show of a change, and how many more there are."""
    assert one.change is not None
    changed = [hunk for hunk in one.change.hunks if hunk.change != "same"]
    return changed[:MOST_HUNKS], max(0, len(changed) - MOST_HUNKS)


def _rest(one: ListedChange, more: int) -> str:
    page = one.page
    command = f"pagewitness diff {quote(page.url)} r{page.number_before} r{page.number}"
    return f"… and {_counted(more, 'more paragraph')}: `{command}`"


# --- text -------------------------------------------------------------------------------------------------------------


def digest_lines(digest: Digest, look: Look) -> Iterator[str]:
    """The digest in lines for a terminal or a plain mail."""
    yield from (click.style(line, bold=True) for line in wrap(digest.title, look.width))
    yield from wrap(digest.summary(), look.width)
    for source, own in digest.by_source():
        yield from _heading(source, look)
        for one in own:
            yield from _change_lines(one, look)
    for heading, some in digest.sections:
        yield from _heading(heading, look)
        yield from change_list.list_lines(some, look)
    if digest.troubles:
        yield from _heading(UNSEEN, look)
    for trouble in digest.troubles:
        yield from wrap(safe(f"{trouble.state}: {trouble.title or trouble.url}"), look.width, "", "  ")
        yield from wrap(safe(f"{trouble.url} ({trouble.said})"), look.width, "  ", "  ")


def _heading(text: str, look: Look) -> Iterator[str]:
    yield ""
    yield from (click.style(line, bold=True) for line in wrap(safe(text).upper(), look.width))
    yield ""


def _change_lines(one: ListedChange, look: Look) -> Iterator[str]:
    page = one.page
    yield from (click.style(line, bold=True) for line in wrap(safe(page.title or page.url), look.width))
    yield from wrap(safe(change_list.what_happened(one)), look.width, "", "  ")
    if one.change is None:
        yield from wrap(safe(one.summary), look.width, "  ", "  ")
    else:
        ways, (shown, more) = directions(one.change), _shown(one)
        for hunk in shown:
            yield from (f"  {line}" for line in terminal.lines(hunk, ways, Look(look.width - 2, look.colour)))
        if more:
            yield from wrap(safe(_rest(one, more)), look.width, "  ", "    ")
    for line in change_list.entries_of(one):
        yield from wrap(safe(line), look.width, "  ", "    ")
    for line in change_list.addresses_of_pages(one):
        yield from wrap(safe(line), look.width, "  ", "    ")
    yield ""


# --- to pass on -------------------------------------------------------------------------------------------------------


def digest_as_markdown(digest: Digest) -> str:
    """The digest as Markdown."""
    escaped = markdown.escaped
    parts = [f"# {escaped(digest.title)}", escaped(digest.summary())]
    for source, own in digest.by_source():
        parts.append(f"## {escaped(safe(source))}")
        parts += [_change_as_markdown(one) for one in own]
    for heading, some in digest.sections:
        parts += [f"## {heading}", *map(change_list.markdown_entry, some)]
    if digest.troubles:
        said = [f"- {one.state}: {one.title or one.url}, {one.url} ({one.said})" for one in digest.troubles]
        parts += [f"## {UNSEEN}", "\n".join(f"- {escaped(safe(line[2:]))}" for line in said)]
    return "\n\n".join(parts) + "\n"


def _change_as_markdown(one: ListedChange) -> str:
    if one.change is None:
        return change_list.markdown_entry(one)
    ways, (shown, more) = directions(one.change), _shown(one)
    hunks = [safe(markdown.rendered(hunk, ways), keep="\n") for hunk in shown]
    hunks += [markdown.escaped(safe(_rest(one, more)))] if more else []
    return change_list.markdown_entry(one, "\n\n".join(hunks))


def digest_as_html(digest: Digest) -> str:
    """The digest as a self-contained HTML page without scripts."""
    parts = [f"<header>\n<h1>{escape(digest.title)}</h1>\n<p>{escape(digest.summary())}</p>\n</header>\n<main>"]
    for source, own in digest.by_source():
        parts.append(f"<h2>{escape(safe(source))}</h2>")
        parts += [_change_as_html(one) for one in own]
    for heading, some in digest.sections:
        parts += [f"<h2>{heading}</h2>", *map(change_list.html_entry, some)]
    if digest.troubles:
        listed = (
            f"<li>{escape(one.state)}: {escape(safe(one.title or one.url))}<br>{html.link_to(safe(one.url))} "
            f'<span class="quiet">{escape(safe(one.said))}</span></li>'
            for one in digest.troubles
        )
        parts += [f"<h2>{UNSEEN}</h2>", "<ul>", *listed, "</ul>"]
    return html.html_page(digest.title, html.STYLE, "\n".join([*parts, "</main>"]))


def _change_as_html(one: ListedChange) -> str:
    if one.change is None:
        return change_list.html_entry(one)
    ways, (shown, more) = directions(one.change), _shown(one)
    hunks = [html.changed(hunk, ways) for hunk in shown]
    hunks += [f'<p class="quiet">{escape(safe(_rest(one, more)))}</p>'] if more else []
    return change_list.html_entry(one, "\n".join(hunks))
