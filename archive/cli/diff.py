"""`pagewitness diff`: compare two revisions word by word."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, exclusive, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, look, paged
from pagewitness.archive.derived import LinkChange, Revision
from pagewitness.archive.model import Page
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.diff import Change, Hunk
    from pagewitness.archive.render.folding import Side
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.views.absence import Coverage

CONTEXT = 1
BUDGET = 2.0

Named = tuple[Page, Revision]


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of the command, by their names on the command line."""

    context: int
    budget: float
    summary: bool
    new_first: bool
    as_html: bool
    as_markdown: bool
    as_json: bool


@click.command()
@click.argument("page", metavar="URL")
@click.argument("old", required=False, metavar="[A")
@click.argument("new", required=False, metavar="[B]]")
@click.option(
    "--context",
    default=CONTEXT,
    show_default=True,
    type=click.IntRange(0),
    metavar="N",
    help="Unchanged paragraphs to show around each change.",
)
@click.option(
    "--budget",
    default=BUDGET,
    show_default=True,
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Time for comparing words; what remains is shown as replaced.",
)
@click.option("--summary", is_flag=True, help="Print only the summary, without paragraphs.")
@click.option("--new-first", is_flag=True, help="What was added first, then what was edited, moved and removed.")
@click.option("--html", "as_html", is_flag=True, help="Print one self-contained HTML page.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown with <del> and <ins>.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, page: str, old: str | None, new: str | None, **given: Any) -> None:
    """Compare two revisions word by word.

    A and B are revisions: N or rN, a date, first, last, or URL@N. Without B, compare A with the current revision; without
    both, show the last change. A may also be another page, to compare the two pages as they are now or at URL@N.
    """
    from pagewitness.archive import diff
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.views import absence, comparing, history

    options = _Options(**given)
    exclusive(json=options.as_json, html=options.as_html, markdown=options.as_markdown)
    exclusive(summary=options.summary, **{"new-first": options.new_first})
    with invocation.read() as db:
        first, after = _named(db, page, old, new)
        before = first or (after[0], replace(after[1], at=None))
        links = _links(db, before, after)
        if first is None and not links:
            raise NotFound(f"{after[0].url} has only one revision so far, so there is nothing to compare it with.")
        blocks = comparing.compared_texts(db, before[1], after[1])
        texts = [[(block.kind, block.text) for block in one] for one in blocks]
        language = history.reading_details(db, after[1]).get("language")
        edition = before[0].id == after[0].id and any(
            one.cause == "edition" and before[1].number < one.number <= after[1].number
            for one in history.revisions(db, after[0])
        )
        back = _back(db, before, after)
        seen = absence.of_revision(db, after[1])  # what it lacks was seen absent by these visits
    end = time.monotonic() + options.budget
    change = diff.compare(*texts, late=lambda: time.monotonic() > end)
    numbers = [tuple(block.page for block in one) if any(block.page for block in one) else () for one in blocks]
    sides = (
        replace(_side(before), pages=numbers[0]),
        replace(
            _side(after),
            edition=edition,
            back_at=back,
            pages=numbers[1],
            links=links,
            backwards=_is_backwards(before, after),
        ),
    )
    _print(change, sides, seen, language, options)


def _print(change: Change, sides: tuple[Side, Side], seen: Coverage, language: str | None, options: _Options) -> None:
    from pagewitness.archive.diff import Hunk
    from pagewitness.archive.render.folding import LinesShown, fold_unchanged

    shown = LinesShown(options.context, options.new_first, options.summary)
    if options.as_json:
        whole = not (shown.summary or shown.new_first)
        hunks = change.hunks if whole else [one for one in fold_unchanged(change, shown) if isinstance(one, Hunk)]
        print_json(_as_json(change, sides, seen, hunks))
    elif options.as_html:
        from pagewitness.archive.render import html

        page_text = html.difference(change, *sides, shown=shown, language=language)
        click.echo(safe(page_text, keep="\n"), nl=False)
    elif options.as_markdown:
        from pagewitness.archive.render import markdown

        click.echo(safe(markdown.difference(change, *sides, shown=shown), keep="\n"), nl=False)
    else:
        from pagewitness.archive.render import terminal

        for line in terminal.difference(change, *sides, look(), shown=shown):
            echo(line)


# --- which revisions --------------------------------------------------------------------------------------------------------


def _named(db: Sqlite, page: str, old: str | None, new: str | None) -> tuple[Named | None, Named]:
    """The two revisions that the arguments name (see `_revisions`). Raises NotFound, QueryError."""
    from pagewitness.archive import times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.views import selection

    found, reference = selection.page_at(db, page)
    other = _other_page(db, found, old) if old else None
    if other:
        if new:
            raise QueryError(f"'{old}' is another page: omit '{new}', or write URL@N for either page.")
        today = times.now()
        return selection.page_and_revision(db, page, None, today), selection.page_and_revision(
            db, old or "", None, today
        )
    references = [one for one in (reference, old, new) if one]
    if len(references) > 2:
        raise QueryError(f"'{page}' already names a revision: omit '{old}' or '{new}'.")
    return _revisions(db, found, [_reference(db, found, one) for one in references])


def _other_page(db: Sqlite, page: Page, text: str) -> Page | None:
    """The page that the second argument names, unless it is a revision of the first page."""
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.views import selection

    if selection.is_reference(text):
        return None
    try:
        other, reference = selection.page_at(db, text)
    except NotFound as error:
        raise NotFound(f"'{text}' is neither a revision (N, rN, a date, first, last) nor a page: {error}") from None
    return None if other.id == page.id and reference else other


def _reference(db: Sqlite, page: Page, text: str) -> str:
    """The reference to a revision of the page: the text itself, or what follows @ in URL@N."""
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.views import selection

    if selection.is_reference(text):
        return text
    other, reference = selection.page_at(db, text)
    if other.id != page.id or not reference:
        raise QueryError(f"'{text}' is not a revision of {page.url}: write N, rN, a date, first or last.")
    return reference


def _revisions(db: Sqlite, page: Page, references: list[str]) -> tuple[Named | None, Named]:
    """The revisions to compare: those named, one and the current one, or the last change (None and the only revision)."""
    from pagewitness.archive import times
    from pagewitness.archive.views import history, selection

    today = times.now()
    named = [(page, selection.revision_named(db, page, one, today)) for one in references]
    if len(named) == 2:
        return named[0], named[1]
    after = selection.current_revision(db, page)
    if named:
        return named[0], (page, after)
    before = history.before(db, page, after)
    old = (page, selection.revision_named(db, page, f"r{before}", today)) if before else None
    return old, (page, after)


# --- output --------------------------------------------------------------------------------------------------------


def _side(named: Named) -> Side:
    from pagewitness.archive.render.folding import Side

    page, revision = named
    return Side(page.url, revision.title or page.title, revision.number, revision.captured_at)


def _back(db: Sqlite, before: Named, after: Named) -> str | None:
    """When an earlier revision became current again after a later one; None if that is not what is compared."""
    from pagewitness.archive.views import history

    if before[0].id != after[0].id or after[1].number > before[1].number:
        return None
    back = [at for at, number in history.returns(db, after[0]) if number == after[1].number]
    return next((at for at in back if at > before[1].captured_at), None)


def _links(db: Sqlite, before: Named, after: Named) -> tuple[LinkChange, ...]:
    """The links that lead elsewhere in the second text than in the first one, in this direction.

    A text that is named by its number is taken from its first to its last capture, one that is named by a date as it was then.
    """
    from pagewitness.archive.views import link_changes

    if before[0].id != after[0].id:
        return ()
    first, last = sorted((before[1], after[1]), key=lambda one: one.at or one.captured_at)
    since, until = first.at or first.captured_at, last.at or last.last_seen_at
    found = link_changes.changed_between(link_changes.link_changes(db, after[0]), since, until)
    return found if first is before[1] else tuple(link.undone() for link in found)


def _is_backwards(before: Named, after: Named) -> bool:
    """Whether the second text is the earlier one."""
    moments = [one.at or one.captured_at for _, one in (before, after)]
    return moments[0] > moments[1]


def _as_json(change: Change, both: tuple[Side, Side], seen: Coverage, shown: Sequence[Hunk]) -> dict[str, object]:
    from pagewitness.archive.diff.chapters import chapters

    left = ("edition", "back_at", "pages", "links", "backwards")
    sides = [{key: value for key, value in asdict(side).items() if key not in left} for side in both]
    old, new = both
    return {
        "url": new.url, "old": sides[0], "new": sides[1] | asdict(seen), "edition": new.edition, "summary": change.summary(),
        "chapters": [one.as_json() for one in chapters(change)],
        "touched": change.touched.as_json(), "coarse": change.coarse, "hunks": [asdict(hunk) for hunk in shown],
        "links": [asdict(link) for link in new.links],
    } | (_paged(change, old, new, shown) if old.pages or new.pages else {})  # fmt: skip


def _paged(change: Change, old: Side, new: Side, shown: Sequence[Hunk]) -> dict[str, object]:
    """More fields of `--json` for PDFs: the page of each hunk, and pages added and removed."""
    from pagewitness.archive.render.pages import page_of_hunk, pages_added, pages_removed

    both = bool(old.pages and new.pages)
    hunks = [asdict(hunk) | {"page": page_of_hunk(hunk, old, new)} for hunk in shown]
    return {
        "pages_added": pages_added(change, new) if both else [], "hunks": hunks,
        "pages_removed": pages_removed(change, old) if both else [],
    }  # fmt: skip
