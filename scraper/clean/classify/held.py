"""Lines that their place makes a part of the document, whatever the model says about lines so short.

A notice ("Withdrawn", "Draft") may be written above the title, under it, or last, and a list of links between two paragraphs is as
much a part of the text as they are. News pages show other stories there, too, but in boxes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.blocks.zones import DOCUMENT
from pagewitness.scraper.clean.classify.tree import Tree

_HELD: Final = 0.45  # the chance of such a line: enough for a member among the text, and not so much that it is sure
_BESIDE: Final = 0.55  # the same behind the text, and in an `aside`
_LEAST_ABOVE: Final = 0.01  # chance that the model must give a line above the title
_LEAST: Final = 0.05  # and one elsewhere; the entries of a list of links between paragraphs need none
_LEAST_ENTRIES: Final = 2
_LINKED: Final = 0.5  # share of link text from which a line is a link
_ENTRIES: Final = frozenset({"li", "row", "dt", "dd"})


def with_held(
    blocks: Sequence[VisibleBlock], tree: Tree, main: Sequence[bool], chances: Sequence[float]
) -> list[float]:
    """The chances, raised for blocks that are not kept though their place makes them a part of the document.

    Args:
        blocks: with `document` and `by` as decided.
        tree: their elements.
        main: for each block whether it is in the main part.
        chances: the model's probability of each, 0 to 1.
    """
    found = {at for at in _above_title(blocks, main) if chances[at] >= _LEAST_ABOVE}
    for run in _runs(blocks, tree, main):
        if _is_list(blocks, run):
            found.update(run)
        found.update(at for at in run if blocks[at].links <= _LINKED and chances[at] >= _LEAST)
    last = max((at for at, block in enumerate(blocks) if block.document), default=-1)
    raised = list(chances)
    for at in found:
        raised[at] = max(chances[at], _HELD if main[at] and at < last else _BESIDE)
    return raised


def _title(blocks: Sequence[VisibleBlock]) -> int:
    """The number of the block that is the title; -1 if none is."""
    return next((at for at, block in enumerate(blocks) if block.by == "title"), -1)


def _above_title(blocks: Sequence[VisibleBlock], main: Sequence[bool]) -> Iterator[int]:
    """The lines of the main part above the title that are no links."""
    above = range(max(0, _title(blocks)))
    return (at for at in above if main[at] and not blocks[at].document and not blocks[at].links)


def _runs(blocks: Sequence[VisibleBlock], tree: Tree, main: Sequence[bool]) -> Iterator[range]:
    """The runs of blocks that are not kept, in one container with the kept blocks before and behind them.

    Of the title only what is behind it counts, since it may be set apart, and behind the last kept block only one line. In what
    the markup calls the document, kept blocks may be in parts of it.
    """
    kept = [at for at, block in enumerate(blocks) if block.document]
    title = _title(blocks)
    for at, before in enumerate(kept):
        behind = kept[at + 1 : at + 2]
        run = range(before + 1, behind[0] if behind else min(before + 2, len(blocks)))
        if not run or not all(main[each] or _may_be_note(blocks[each]) for each in run):
            continue
        container = tree.container(run.start)
        beside = [each for each in (before, *behind) if each != title]
        if tree.container(run.stop - 1) == container and (
            all(tree.container(each) == container for each in beside)
            or (tree.tag(container) in DOCUMENT and all(container in tree.around(tree.places[each]) for each in beside))
        ):
            yield run


def _is_list(blocks: Sequence[VisibleBlock], run: range) -> bool:
    """Whether a run is the entries of a list of links that is followed by text."""
    linked = all(blocks[at].links > _LINKED and blocks[at].kind in _ENTRIES for at in run)
    return linked and len(run) >= _LEAST_ENTRIES and run.stop < len(blocks) and blocks[run.stop].document


def _may_be_note(block: VisibleBlock) -> bool:
    """Whether a block is in an `aside`, and no link."""
    return block.zone == "aside" and not block.links
