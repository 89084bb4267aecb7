"""Which visible blocks are the document: what the tables know goes, the model decides on the rest, the title is kept once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.blocks.frames import KEEP
from pagewitness.scraper.clean.blocks.pieces import Piece
from pagewitness.scraper.clean.blocks.zones import DOCUMENT
from pagewitness.scraper.clean.classify.scoring import MOST_LINKED, ScoredPage
from pagewitness.scraper.clean.classify.titles import title_block, without_site
from pagewitness.scraper.clean.lexicon.labels import breadcrumb_of, control_of
from pagewitness.scraper.clean.lexicon.tables import letters

_DOUBTED = 0.1  # the chance from which a caption or a heading amid others is the document
_REPEATED = 0.5  # share of a hidden block that is shown elsewhere
_FEW_WORDS = 40  # a page with fewer is too short for the model, which was trained on documents
_ARROW = re.compile(r"[»›>→•]|\s/\s")  # "2023/24" occurs in sentences
_AROUND = frozenset({"nav", "footer", "header", "control"})
_GONE = ("consent", "control", "hidden", "behind", "rule")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAY_HEAD = ("control: brands", "control: icon")
_NONE = VisibleBlock("p", "", "main", 0.0, False, "")
_LONGEST_SHARE = 20  # letters of "Share:" or "Share this page"
_SURE = 0.8
_TAIL = 0.1  # of the letters kept
_LONG = 60  # letters


def decide(page: ScoredPage, titles: Sequence[str]) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """Decide on a page's blocks.

    Args:
        page: the visible blocks with their chances.
        titles: what the page calls itself, the likeliest first.

    Returns:
        the title, and all the blocks with `document` and `by` set; the title's block is the document's first.
    """
    blocks = [_judged(*one, page.kept) for one in zip(page.walk.pieces, page.chances, page.reasons(), strict=True)]
    shown = _without_tail(_without_neighbours(_without_repeats(blocks, page.walk.seen)), page)
    return _with_title(_completed(_by_place(shown), page.chances), titles)


def _judged(piece: Piece, chance: float, told: str, kept: float) -> VisibleBlock:
    unlikely = chance <= _DOUBTED and piece.zone in _AROUND  # no rule below keeps it: no need to look at its words
    reason = piece.by or ("" if unlikely else _is_no_document(piece))
    if reason.startswith(KEEP):
        return VisibleBlock(piece.kind, piece.text, piece.zone, piece.links, True, reason)
    return VisibleBlock(piece.kind, piece.text, piece.zone, piece.links, not reason and chance > kept, reason or told)


def _is_no_document(piece: Piece) -> str:
    """The table's entry by which a block is a control or a breadcrumb; empty where it is neither."""
    if piece.kind in _HEADINGS and piece.zone == "main":
        reason = control_of(piece.text)  # a heading may be a link, and "YouTube" one
        return "" if reason.startswith(_MAY_HEAD) or " " not in piece.text else reason or breadcrumb_of(piece.text)
    if piece.kind == "li" and piece.zone == "main" and piece.links <= MOST_LINKED and " " not in piece.text:
        return ""  # one word may be anything: a service, a city's quarter; beside a control it is one
    return control_of(piece.text, piece.links > 0.9 or piece.zone != "main") or breadcrumb_of(piece.text)


def _without_neighbours(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """A word like "Email" is a control where one is beside it: in a row of them; hidden words go with a dialog."""
    found = list(blocks)
    for at, block in enumerate(blocks):
        if not block.by.startswith(_GONE):
            following = blocks[at + 1] if at + 1 < len(blocks) else _NONE
            reason = _by_neighbours(block, found[at - 1].by if at else "", following)
            if reason:
                found[at] = replace(block, document=False, by=reason)
    return found


def _by_neighbours(block: VisibleBlock, before: str, after: VisibleBlock) -> str:
    """What makes a block no document beside its neighbours; empty for nothing."""
    if block.zone in ("hidden", "dialog") and "consent" in (before[:7], after.by[:7]):
        return "consent: beside a dialog"
    heading = block.kind in _HEADINGS
    before_control = after.by.startswith("control")
    if len(block.text) <= _LONGEST_SHARE and (share := control_of(block.text, soft=True)).startswith("control: share"):
        named = before_control or control_of(after.text, soft=True).startswith("control: brands")
        return share if named else ""  # "Share:", and then Facebook
    if heading and " " not in block.text and (before_control or after.links > MOST_LINKED):
        return control_of(block.text)  # "Tools", and then links
    if heading and block.zone == "main":
        return ""  # "Contents", "Archive": they head something
    return control_of(block.text, soft=True) if before_control or before.startswith("control") else ""


def _without_repeats(blocks: list[VisibleBlock], seen: Sequence[float]) -> list[VisibleBlock]:
    """What is hidden is no document where most of it is shown as well: texts for sharing, prints, other windows."""
    return [
        replace(block, document=False, by="hidden: shown elsewhere")
        if block.document and block.zone == "hidden" and share > _REPEATED
        else block
        for block, share in zip(blocks, seen, strict=True)
    ]


def _stays_behind(page: ScoredPage) -> list[bool]:
    """Of each block whether it is in a `main` or an `article`, or is so likely that it needs no such place."""
    inside = [False] * len(page.walk.places)
    for at, place in enumerate(page.walk.places):
        inside[at] = place.tag in DOCUMENT or (place.parent >= 0 and inside[place.parent])
    return [
        chance > _SURE or piece.by.startswith(KEEP) or (piece.place >= 0 and inside[piece.place])
        for piece, chance in zip(page.walk.pieces, page.chances, strict=True)
    ]


def _without_tail(blocks: list[VisibleBlock], page: ScoredPage) -> list[VisibleBlock]:
    """Little that is behind the one "back to top" of a page is its foot, whatever its names say.

    Not where the markup says that it is the document: corrections and notes stand there.
    """
    tops = [at for at, block in enumerate(blocks) if block.by.startswith("control: top ")]
    if len(tops) != 1:
        return blocks
    stays = _stays_behind(page)
    kept = [(at, len(block.text)) for at, block in enumerate(blocks) if block.document]
    behind = sum(size for at, size in kept if at > tops[0] and not stays[at])
    if not behind or behind > _TAIL * sum(size for _, size in kept):
        return blocks
    return [
        replace(block, document=False, by=f"behind {blocks[tops[0]].by}")
        if at > tops[0] and block.document and not stays[at]
        else block
        for at, block in enumerate(blocks)
    ]


def _completed(blocks: list[VisibleBlock], chances: Sequence[float]) -> list[VisibleBlock]:
    """Captions, headings and rows amid the document, or right behind it, are a part of it, also where the model doubts.

    Those who label pages disagree on captions; the heading of a box may be for itself.
    """
    kept = [at for at, block in enumerate(blocks) if block.document]
    if not kept:
        return blocks
    found = list(blocks)
    for at in range(kept[0] + 1, len(blocks)):
        block = blocks[at]
        doubted = not block.document and not block.by.startswith(_GONE) and chances[at] > _DOUBTED
        if doubted and block.links < MOST_LINKED and (_amid(found, at) if at < kept[-1] else _ends(found, at)):
            found[at] = replace(block, document=True, by=f"beside the document, {block.by}")
    return found


def _amid(blocks: Sequence[VisibleBlock], at: int) -> bool:
    """Whether a block is a caption, the heading of what is kept, or a table's row beside one that is kept."""
    block, following = blocks[at], blocks[at + 1]
    if block.kind == "row":
        return any(other.kind == "row" and other.document for other in (blocks[at - 1], following))
    if block.kind == "caption":
        return block.zone == "main"
    return block.kind in _HEADINGS and block.zone in ("main", "aside") and following.document


def _ends(blocks: Sequence[VisibleBlock], at: int) -> bool:
    """Whether a block is a caption right behind the document, or a heading there that heads nothing else."""
    block, following = blocks[at], blocks[at + 1] if at + 1 < len(blocks) else None
    if block.zone != "main" or not blocks[at - 1].document:
        return False
    alone = following is None or following.by.startswith(_GONE) or following.zone != "main"
    return block.kind == "caption" or (block.kind in _HEADINGS and alone)


def _by_place(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """On a page of a few words, or where the model finds nothing, all of the main part that is no link is the document."""
    may = [_may_stay(block) for block in blocks]
    words = sum(len(block.text.split()) for block, stays in zip(blocks, may, strict=True) if stays)
    if words >= _FEW_WORDS and any(block.document for block in blocks):
        return blocks
    return [
        replace(block, document=True, by="zone: main") if stays and not block.document else block
        for block, stays in zip(blocks, may, strict=True)
    ]


def _may_stay(block: VisibleBlock) -> bool:
    return not block.by.startswith(_GONE) and block.zone == "main" and block.links < MOST_LINKED


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
    """A block, not as document where it only repeats the title, leads to it, or is a link that is before it."""
    if not block.document:
        return block
    if letters(block.text) == title:
        return replace(block, document=False, by="title: twin")
    if len(block.text) < 300 and _ARROW.search(block.text) and letters(block.text).endswith(title):
        return replace(block, document=False, by="control: breadcrumb")
    if before and block.links > 0.9 and len(block.text) < _LONG:
        return replace(block, document=False, by="link: before the title")
    return block
