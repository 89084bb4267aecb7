"""Which visible blocks are the document: what cannot be it goes, the extractor votes, what stands between stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pagewitness.archive.model import VisibleBlock
from pagewitness.scraper.clean.labels import is_breadcrumb, is_control
from pagewitness.scraper.clean.titles import letters, title_block, without_site
from pagewitness.scraper.clean.votes import Vote
from pagewitness.scraper.clean.walk import Piece, Walk

KEPT_SHARE = 0.6  # of a block's spans that the extractor must have kept
_OUTSIDE = frozenset({"nav", "footer", "control", "header", "hidden", "dialog"})
_MOST_LINKED = 0.5  # share of link letters in a block that may stay without a vote
_HEAVY = 0.7  # share of the voted letters that the document's part of the page holds
_PURE = 0.45  # share of the letters in that part that must be voted for, so that all of it stays
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ARROW = re.compile(r"[»›>→/•]")
_GONE = ("consent", "control")
_LONG = 60  # letters from which a block outside the main part may be the document, if it was voted for
_FEW_WORDS = 25  # below them a vote says nothing: everything in the main part is the document


def decide(walk: Walk, vote: Vote, titles: Sequence[str]) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """Decide on a page's blocks.

    Args:
        walk: the visible blocks in reading order, and where they stand.
        vote: what the extractor kept.
        titles: what the page calls itself, the likeliest first.

    Returns:
        the title, and all the blocks with `document` and `by` set; the title's block is the document's first.
    """
    blocks = _without_neighbours([_judged(piece, vote) for piece in walk.pieces])
    blocks = _without_voters(blocks) if vote.words < _FEW_WORDS else _completed(blocks, walk)
    return _with_title(blocks, titles)


def _judged(piece: Piece, vote: Vote) -> VisibleBlock:
    reason = piece.by or _is_no_document(piece)
    kept = False
    if not reason:
        share = vote.share(piece.text)
        kept, reason = share >= KEPT_SHARE, f"vote: trafilatura {share:.2f}"
        if piece.zone in _OUTSIDE and not (kept and len(piece.text) >= _LONG and piece.links < _MOST_LINKED):
            kept, reason = False, f"zone: {piece.zone}"
    return VisibleBlock(piece.kind, piece.text, piece.zone, piece.links, kept, reason)


def _is_no_document(piece: Piece) -> str:
    """The table's entry by which a block is a control or a breadcrumb; empty where it is none."""
    soft = piece.links > 0.9 or piece.zone != "main"
    if is_control(piece.text, soft):
        return f"control: {piece.text.lower()[:60]}"
    return "control: breadcrumb" if is_breadcrumb(piece.text) else ""


def _without_neighbours(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """A word like "Email" is a control where one stands beside it: in a row of them."""
    found = list(blocks)
    for at, block in enumerate(blocks):
        beside = found[max(0, at - 1) : at] + blocks[at + 1 : at + 2]
        in_row = not block.by.startswith(_GONE) and any(other.by.startswith("control") for other in beside)
        if in_row and is_control(block.text, soft=True):
            found[at] = replace(block, document=False, by=f"control: {block.text.lower()[:60]}")
    return found


def _may_stay(block: VisibleBlock) -> bool:
    """Whether a block that has no vote may be the document for where it stands."""
    undecided = not block.by or block.by.startswith("vote:")
    return undecided and block.zone in ("main", "aside") and block.links < _MOST_LINKED


def _without_voters(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    return [
        replace(block, document=True, by="zone: main") if _may_stay(block) and block.zone == "main" else block
        for block in blocks
    ]


def _completed(blocks: list[VisibleBlock], walk: Walk) -> list[VisibleBlock]:
    """Add what the extractor lost inside the part of the page that is the document, drop what it took behind it.

    Captions, credits, headings of boxes, footnotes: where most of that part was voted for, all of it stays; elsewhere
    only captions and headings between two kept blocks do.
    """
    inside = _inside(blocks, walk)
    kept = [at for at in inside if blocks[at].document]
    if not kept:
        return blocks
    may = [at for at in inside if not blocks[at].document and _may_stay(blocks[at])]
    size = sum(len(blocks[at].text) for at in kept)
    whole = size >= _PURE * (size + sum(len(blocks[at].text) for at in may))
    found = list(blocks)
    for at in may:
        between = kept[0] < at < kept[-1]
        if _stays(blocks[at], between, whole):
            found[at] = replace(blocks[at], document=True, by="between" if between else "beside")
    within = set(inside)
    for at in range(kept[-1] + 1, len(blocks)):
        if found[at].document and at not in within:
            found[at] = replace(blocks[at], document=False, by="behind")
    return _without_bare_headings(found, kept[-1])


def _stays(block: VisibleBlock, between: bool, whole: bool) -> bool:
    if between:
        return whole or block.kind == "caption" or block.kind in _HEADINGS
    return whole and block.zone == "main"


def _without_bare_headings(blocks: list[VisibleBlock], last: int) -> list[VisibleBlock]:
    """Headings that nobody voted for, and of which nothing is kept, were those of other things ("Related stories")."""
    found = list(blocks)
    for at in range(len(found) - 1, -1, -1):
        block = found[at]
        unvoted = at > last or block.by in ("between", "beside")
        bare = at + 1 == len(found) or not found[at + 1].document
        if block.document and unvoted and bare and _is_heading(block):
            found[at] = replace(block, document=False, by="behind" if at > last else "heading of nothing kept")
    return found


def _is_heading(block: VisibleBlock) -> bool:
    return block.kind in _HEADINGS or (block.text.endswith(":") and len(block.text) < _LONG)


def _inside(blocks: list[VisibleBlock], walk: Walk) -> list[int]:
    """The indexes of the blocks in the smallest part of the page that holds nearly all that was voted for."""
    weights = [0] * len(walk.parents)
    total = 0
    for block, piece in zip(blocks, walk.pieces, strict=True):
        if block.document and piece.place >= 0:
            weights[piece.place] += len(block.text)
            total += len(block.text)
    for place in range(len(weights) - 1, 0, -1):
        if walk.parents[place] >= 0:
            weights[walk.parents[place]] += weights[place]
    heavy = [place for place, weight in enumerate(weights) if weight >= _HEAVY * total]
    if not total or not heavy:
        return []
    inner = [False] * len(weights)
    for place, parent in enumerate(walk.parents):
        inner[place] = place == heavy[-1] or (parent >= 0 and inner[parent])
    return [at for at, piece in enumerate(walk.pieces) if piece.place >= 0 and inner[piece.place]]


def _with_title(blocks: list[VisibleBlock], titles: Sequence[str]) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """Put the title in front of the document and take its twins out of it."""
    barred = {at for at, block in enumerate(blocks) if block.by.startswith("consent")}
    at = title_block(blocks, titles, barred)
    if at is None and not titles:
        return None, tuple(blocks)
    title = blocks[at].text if at is not None else without_site(titles[0])
    before = at if at is not None else 0
    twins = [_without_twin(block, letters(title), place < before) for place, block in enumerate(blocks)]
    if at is None and not any(block.document for block in twins):
        return title, tuple(blocks)
    if at is None:
        return title, (VisibleBlock("h1", title, "main", 0.0, True, "title: of the page"), *twins)
    twins[at] = replace(blocks[at], document=True, by="title")
    return title, tuple(twins)


def _without_twin(block: VisibleBlock, title: str, before: bool) -> VisibleBlock:
    """A block, not as document where it only repeats the title, leads to it, or is a link that stands before it."""
    if not block.document:
        return block
    if letters(block.text) == title:
        return replace(block, document=False, by="title: twin")
    if len(block.text) < 300 and _ARROW.search(block.text) and letters(block.text).endswith(title):
        return replace(block, document=False, by="control: breadcrumb")
    if before and block.links > 0.9 and len(block.text) < _LONG:
        return replace(block, document=False, by="link: before the title")
    return block
