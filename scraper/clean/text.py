"""Read plain text that somebody else scraped: apply the tables of the other modules line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.lexicon.dialogs import consent_button, is_category, names_cookies, notice_entry
from pagewitness.scraper.clean.lexicon.labels import breadcrumb_of, control_of
from pagewitness.scraper.clean.lexicon.tables import letters

_SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*$")
_LONGEST_HEADING = 160  # letters
_LONGEST_NOTICE = 400
_MOST_DIALOG_LINES = 40
_NO_HEADING = ("control: more (", "control: newsletter (")


def read_lines(text: str) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """The title and the blocks of plain text.

    Args:
        text: each line is a block; blank lines are ignored.
    """
    lines = [line for line in map(normalised, text.splitlines()) if line]
    dropped = _dialogs(lines)
    dropped |= {at: reason for at, line in enumerate(lines) if at not in dropped and (reason := _control(line))}
    dropped |= _soft(lines, dropped)
    return _titled([_block(line, dropped.get(at, "")) for at, line in enumerate(lines)])


def _block(line: str, reason: str) -> VisibleBlock:
    return VisibleBlock("p", line, "control" if reason else "main", 0.0, not reason, reason)


def _control(line: str) -> str:
    return control_of(line) or breadcrumb_of(line)


def _soft(lines: Sequence[str], dropped: dict[int, str]) -> dict[int, str]:
    """Labels that could also be headings of a document ("Cookie settings"), if they are beside another label."""
    reasons = {at: control_of(line, True) for at, line in enumerate(lines) if at not in dropped}
    found = {at: reason for at, reason in reasons.items() if reason}
    return {
        at: reason
        for at, reason in found.items()
        if reason.startswith(_NO_HEADING) or any(near in found or near in dropped for near in (at - 1, at + 1))
    }


def _dialogs(lines: Sequence[str]) -> dict[int, str]:
    """Consent dialogs: from a line that begins like a notice to the line with the buttons."""
    found: dict[int, str] = {}
    speaks = cache(lambda at: names_cookies(lines[at]))  # a dialog that never ends is searched again from each line
    for start, line in enumerate(lines):
        entry = notice_entry(line) if start not in found and len(line) <= _LONGEST_NOTICE else None
        end = _end(lines, start, speaks) if entry else None
        found.update(
            dict.fromkeys(range(start, end + 1), f"consent: {entry.reason()}") if entry and end is not None else {}
        )
    return found


def _end(lines: Sequence[str], start: int, speaks: Callable[[int], bool]) -> int | None:
    """The last line of the dialog that begins at `start`, that of its last button; None if no button follows."""
    end = None
    for at in range(start + 1, min(len(lines), start + _MOST_DIALOG_LINES)):
        if consent_buttons(lines[at]) or (end is not None and consent_button(lines[at]) == "more"):
            end = at
        elif is_category(lines[at]):
            continue
        elif not speaks(at) and (end is not None or len(lines[at]) > 300):
            break
    return end


def consent_buttons(line: str) -> bool:
    """Whether a line is only the buttons of a consent dialog ("Allow all cookies Reject all"), not a sentence."""
    return not _SENTENCE_END.search(line) and consent_button(line) in ("accept", "reject", "settings")


def _titled(blocks: Sequence[VisibleBlock]) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """Make the first line the title if it looks like one, and drop its repeats."""
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
