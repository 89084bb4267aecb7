"""What `run` says about its visits: a line or an object for each, and a summary."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import counted
from pagewitness.archive.derived import PageState
from pagewitness.archive.model import Outcome
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.scraper.work.visit import Visited


def failed(visited: Visited) -> bool:
    """Whether a visit counts as failed; a page that was removed is no failure."""
    return visited.failed and visited.state != PageState.REMOVED


def is_known_failure(visited: Visited) -> bool:
    """Whether a page failed or was blocked already, which was reported when it began; it is again when it ends."""
    from pagewitness.archive.views.failures import ENOUGH

    if visited.state is PageState.BLOCKED:
        return not visited.news
    return failed(visited) and visited.page.failures >= ENOUGH


_KEPT = {PageState.REMOVED: "; what it said is kept", PageState.MOVED: "; what it said is kept"}


def visit_line(visited: Visited) -> str | None:
    """A line about a visit; None if there is nothing to report, or only what was reported before.

    A page that is blocked counts as failed, and is reported each time.
    """
    said = _result(visited)
    if visited.twin and (said or visited.error is None):
        said = said or click.style(f"{'redirected':<10} {safe(visited.page.url)} → {safe(visited.twin)}", fg="yellow")
        return said + click.style(f"; you follow {safe(visited.twin)}, too", fg="yellow")
    return said


def _result(visited: Visited) -> str | None:
    url, derived, state = safe(visited.page.url), visited.derived, visited.state
    if visited.error is not None:
        reason = safe(str(visited.error).removeprefix(f"{visited.page.url}: "))
        return click.style(f"{visited.outcome.value:<10} {url}: {reason}", fg="red")
    if state is not None and state is not PageState.BLOCKED and not visited.news:
        return None
    if state is not None:
        said = f"{state.value:<10} {url}: {safe(derived.reason)}{_KEPT.get(state, '')}"
        return click.style(said, fg="red" if state is PageState.BLOCKED else "yellow")
    if visited.failed:
        missing = derived.state is PageState.REMOVED
        what = f"HTTP status {visited.status}" + ("; is the address right?" if missing else "")
        return click.style(f"{'failed':<10} {url}: {what}", fg="red")
    doubted = derived.verdict is not None and not derived.verdict.credible
    if visited.moved_to and not doubted:
        what = f", revision {derived.number}" if derived.gained > 0 else "; the text is the same"
        return click.style(f"{'moved':<10} {url} → {safe(visited.moved_to)}{what}", fg="yellow")
    if derived.gained > 0:
        verdict = "changed" if derived.verdict == "unchanged" else derived.verdict or ""  # this visit confirmed it
        return click.style(f"{verdict:<10} {url}: revision {derived.number}", fg="green")
    if derived.verdict == "returned":
        return click.style(f"{'returned':<10} {url}: revision {derived.number} again", fg="yellow")
    if derived.pending and not doubted:
        return click.style(f"{'pending':<10} {url}: {safe(derived.reason)}", fg="yellow")
    if doubted:
        return click.style(
            f"{derived.verdict:<10} {url}" + (f": {safe(derived.reason)}" if derived.reason else ""), fg="yellow"
        )
    return None


def found_line(visited: Visited) -> str | None:
    """A line about the pages that are followed from now on, as a page leads to them; None if there are no such pages."""
    if not (found := visited.found):
        return None
    said = safe(found[0]) if len(found) == 1 else counted(len(found), "new page")
    return click.style(f"{'found':<10} {said}, from {safe(visited.page.url)}", fg="green")


def nothing_due(at: str | None) -> str:
    """What a run says that visits nothing.

    Args:
        at: when the next page is due; None if no page is followed.
    """
    from pagewitness.archive.times import short

    if at is None:
        return "You follow no pages: `pagewitness add URL` follows one, `pagewitness follow NAME` those of a publisher."
    return f"No page is due before {short(at)} UTC; `pagewitness run URL` or `run --all` visits at once."


_COUNTED = {PageState.BLOCKED: "of them blocked", PageState.VARIANT: "in another language"}


def visit_as_json(visited: Visited) -> dict[str, object]:
    """A visit as `run --json` prints it. A page that never had a text has no state: its address was not found."""
    derived, state = visited.derived, visited.state
    reason = str(visited.error).removeprefix(f"{visited.page.url}: ") if visited.error else derived.reason
    fresh = visited.error is None and visited.outcome is not Outcome.REFUSED
    return {
        "url": visited.page.url,
        "source": visited.page.source,
        "outcome": visited.outcome.value,
        "status": visited.status,
        "verdict": derived.verdict and derived.verdict.value if fresh else None,
        "state": state and state.value,
        "reason": reason if visited.error or state or (derived.verdict and not derived.verdict.credible) else None,
        "revision": derived.number,
        "new_revisions": max(0, derived.gained),
        "failed": failed(visited),
        "moved_to": visited.moved_to,
        "twin": visited.twin,
        "found": list(visited.found),
    }


def summary_of_run(done: list[Visited], total: int) -> str:
    """A run in a sentence or two.

    Args:
        done: the visits.
        total: how many pages were due.
    """
    failures, states = sum(map(failed, done)), [visited.state for visited in done]
    revisions = sum(max(0, visited.derived.gained) for visited in done)
    said = f"{counted(len(done), 'page')} visited, {counted(revisions, 'new revision')}, {failures} failed"
    for state in (PageState.BLOCKED, PageState.REMOVED, PageState.MOVED, PageState.VARIANT):
        if count := states.count(state):
            said += f", {count} {_COUNTED.get(state, state)}"
    if suspect := sum(
        visited.derived.verdict == "suspect" and not visited.failed and not visited.state for visited in done
    ):
        said += f", {suspect} suspect"
    if found := sum(len(visited.found) for visited in done):
        said += f", {counted(found, 'new page')} found"
    elsewhere = total - len(done)
    said += f"; another run is visiting {elsewhere}." if elsewhere > 0 else "."
    if refused := [safe(quote(visited.page.url)) for visited in done if visited.outcome is Outcome.REFUSED]:
        said += f" Once your settings allow it, `pagewitness run {refused[0]}` tries again at once."
    return said
