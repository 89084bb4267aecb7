"""Plain text, scraped by somebody else: the tables of the other modules, applied line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pagewitness.archive.model import VisibleBlock
from pagewitness.archive.words import normalised
from pagewitness.scraper.clean.labels import consent_button, is_breadcrumb, is_control, names_cookies
from pagewitness.scraper.clean.tables import any_of, strings
from pagewitness.scraper.clean.titles import letters

_SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*$")
_LONGEST_HEADING = 160  # letters
_MOST_DIALOG_LINES = 40


def read_lines(text: str) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """The title and the blocks of plain text.

    Args:
        text: lines, each a block; blank lines only set them apart.
    """
    lines = [line for line in map(normalised, text.splitlines()) if line]
    dropped = _dialogs(lines)
    blocks = [_block(line, dropped.get(at) or _control(line)) for at, line in enumerate(lines)]
    return _titled(blocks)


def _block(line: str, reason: str) -> VisibleBlock:
    return VisibleBlock("p", line, "control" if reason else "main", 0.0, not reason, reason)


def _control(line: str) -> str:
    if is_control(line) or is_control(line, True):
        return f"control: {line.lower()[:60]}"
    return "control: breadcrumb" if is_breadcrumb(line) else ""


def _dialogs(lines: Sequence[str]) -> dict[int, str]:
    """Consent dialogs: from a line that is how they begin to the line of their buttons."""
    found: dict[int, str] = {}
    for start, line in enumerate(lines):
        if start in found or not _begins(line):
            continue
        end = _end(lines, start)
        found.update(dict.fromkeys(range(start, end + 1), "consent: lines") if end is not None else {})
    return found


def _begins(line: str) -> bool:
    return len(line) <= 400 and bool(_headings().match(line))


def _end(lines: Sequence[str], start: int) -> int | None:
    """The last line of the dialog that begins at `start`: the last of its buttons; None where none follows."""
    end = None
    for at in range(start + 1, min(len(lines), start + _MOST_DIALOG_LINES)):
        if consent_buttons(lines[at]):
            end = at
        elif not names_cookies(lines[at]) and (end is not None or len(lines[at]) > 300):
            break
    return end


def consent_buttons(line: str) -> bool:
    """Whether a line is made of a consent dialog's buttons ("Allow all cookies Reject all") and no sentence."""
    return not _SENTENCE_END.search(line) and consent_button(line) in ("accept", "reject", "settings")


@cache
def _headings() -> re.Pattern[str]:
    return re.compile(rf"{any_of(strings('consent', 'headings', 'phrases'))}(?!\w)", re.IGNORECASE)


def _titled(blocks: Sequence[VisibleBlock]) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """Make the first line a title if it looks like one, and take its twins out."""
    first = next((at for at, block in enumerate(blocks) if block.document), None)
    if first is None:
        return None, tuple(blocks)
    title = blocks[first].text
    twins = [
        at for at, block in enumerate(blocks) if block.document and at > first and letters(block.text) == letters(title)
    ]
    if not twins and (len(title) > _LONGEST_HEADING or _SENTENCE_END.search(title)):
        return None, tuple(blocks)
    found = list(blocks)
    found[first] = VisibleBlock("h1", title, "main", 0.0, True, "title")
    for at in twins:
        found[at] = VisibleBlock("p", blocks[at].text, "main", 0.0, False, "title: twin")
    return title, tuple(found)
