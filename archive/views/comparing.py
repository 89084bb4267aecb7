"""The two texts of a diff, as far as their pages differ: what was visible is not new, and what still is was not removed.

A line may belong to one of two revisions only, though the page showed it at both: our opinion of it, or its place, was
another one. Each text of a diff therefore has all lines that its page showed and that belong to either revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pagewitness.archive.derived import Block, Revision, VisibleBlock
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain
from pagewitness.archive.views import history

_READING = "select reading_id from revisions where page_id = :page and number = :number"


def compared_texts(db: Sqlite, old: Revision, new: Revision) -> tuple[list[Block], list[Block]]:
    """The lines to be compared of two revisions, each in reading order.

    Args:
        old, new: of one page; the texts of different pages are taken as they are.
    """
    blocks = history.blocks_of(db, old), history.blocks_of(db, new)
    if old.page_id != new.page_id:
        return blocks
    stored = PageTexts(db)
    views = [stored.view(db.value(_READING, page=one.page_id, number=one.number)) for one in (old, new)]
    sides = [_Side(view, own) for view, own in zip(views, blocks, strict=True)]
    return sides[0].with_lines_of(sides[1]), sides[1].with_lines_of(sides[0])


class _Side:
    """A revision, and all that its page showed."""

    def __init__(self, view: ReadingView, own: Sequence[Block]) -> None:
        self._view = view
        self._own = own
        self._forms = [plain(block.text) for block in own]
        self.lines = Counter(self._forms)
        self.visible = Counter(plain(block.text) for block in view.blocks)

    def with_lines_of(self, other: _Side) -> list[Block]:
        """The revision's lines, and those of the other one that the page showed as often here as there."""
        lacking = {
            form: count - self.lines[form]
            for form, count in other.lines.items()
            if self.lines[form] < count and self.visible[form] >= other.visible[form] > 0
        }
        return list(self._filled(lacking)) if lacking else list(self._own)

    def _filled(self, lacking: dict[str, int]) -> Iterator[Block]:
        """The lines with those that are lacking, each at its place on the page."""
        left = list(zip(self._forms, self._own, strict=True))
        for block in self._view.blocks:
            form = plain(block.text)
            if left and left[0][0] == form:
                yield left.pop(0)[1]
            elif lacking.get(form, 0) > 0:
                lacking[form] -= 1
                yield _line(block)
        yield from (block for _, block in left)


def _line(block: VisibleBlock) -> Block:
    return Block(0, block.kind, block.text, block.language, "", block.page)
