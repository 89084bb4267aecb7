"""Decide which visible blocks are the document: first by the tables, then by the model; the title is kept once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pagewitness.archive.derived import UNSHOWN, VisibleBlock
from pagewitness.scraper.clean.blocks.frames import KEEP
from pagewitness.scraper.clean.blocks.pieces import Piece
from pagewitness.scraper.clean.blocks.zones import DOCUMENT
from pagewitness.scraper.clean.classify.asides import without_questions, without_teasers
from pagewitness.scraper.clean.classify.chrome import is_about_cookies, without_chrome
from pagewitness.scraper.clean.classify.containers import ancestry
from pagewitness.scraper.clean.classify.scoring import MOST_LINKED, ScoredPage
from pagewitness.scraper.clean.classify.titles import title_block, without_site
from pagewitness.scraper.clean.lexicon.labels import breadcrumb_of, control_of
from pagewitness.scraper.clean.lexicon.tables import letters

_LEAST_AMONG_KEPT = 0.1  # above this probability a block between kept ones is kept, too
_FEW_WORDS = 40  # shorter pages are not for the model, which was trained on documents
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
    """Decide which blocks of a page are the document.

    Args:
        page: the visible blocks with their probabilities.
        titles: titles that the page gives itself, the likeliest first.

    Returns:
        the title, and all blocks with `document` and `by` set; the title is the document's first block.
    """
    blocks = [_judged(*one, page.kept) for one in zip(page.walk.pieces, page.chances, page.reasons(), strict=True)]
    blocks = without_teasers(without_questions(_without_repeats(blocks, page.walk.copies)), page)
    blocks = without_chrome(blocks, page)
    shown = _without_tail(_without_neighbours(blocks), page)
    return _with_title(_without_holes(_by_place(shown), page), titles)


def _judged(piece: Piece, chance: float, by_model: str, kept: float) -> VisibleBlock:
    unlikely = (
        chance <= _LEAST_AMONG_KEPT and piece.zone in _AROUND
    )  # no rule below keeps it, so its words need no check
    reason = piece.by or ("" if unlikely else _is_no_document(piece))
    keeps = reason.startswith(KEEP)
    document = keeps or (not reason and chance > (_SURE if piece.zone == "control" else kept))
    by = reason or by_model
    return VisibleBlock(piece.kind, piece.text, piece.zone, piece.links, document, by, targets=piece.targets)


def _is_no_document(piece: Piece) -> str:
    """The table's entry that makes a block a control or a breadcrumb; empty if it is neither."""
    if piece.kind in _HEADINGS and piece.zone == "main":
        reason = control_of(piece.text)  # a heading may be a link, such as "YouTube"
        return "" if reason.startswith(_MAY_HEAD) or " " not in piece.text else reason or breadcrumb_of(piece.text)
    if piece.kind == "li" and piece.zone == "main" and piece.links <= MOST_LINKED and " " not in piece.text:
        return ""  # a single word may be anything (a service, a district); it counts as a control only beside one
    return control_of(piece.text, piece.links > 0.9 or piece.zone != "main") or breadcrumb_of(piece.text)


def _without_neighbours(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """Drop blocks because of their neighbours: "Email" beside a control is a control, hidden text belongs to a dialog."""
    found = list(blocks)
    for at, block in enumerate(blocks):
        if not block.by.startswith(_GONE):
            following = blocks[at + 1] if at + 1 < len(blocks) else _NONE
            reason = _by_neighbours(block, found[at - 1].by if at else "", following)
            if reason:
                found[at] = replace(block, document=False, by=reason)
    return found


def _by_neighbours(block: VisibleBlock, before: str, after: VisibleBlock) -> str:
    """Why a block's neighbours show that it is not the document; empty if they do not."""
    if block.zone in ("hidden", "dialog") and "consent" in (before[:7], after.by[:7]):
        return "consent: beside a dialog"
    heading = block.kind in _HEADINGS
    before_control = after.by.startswith("control")
    if len(block.text) <= _LONGEST_SHARE and (share := control_of(block.text, soft=True)).startswith("control: share"):
        named = before_control or control_of(after.text, soft=True).startswith("control: brands")
        return share if named else ""  # "Share:" before "Facebook"
    if heading and " " not in block.text and (before_control or after.links > MOST_LINKED):
        return control_of(block.text)  # "Tools" before links
    if heading and block.zone == "main":
        return ""  # "Contents" and "Archive" may be headings
    return control_of(block.text, soft=True) if before_control or before.startswith("control") else ""


def _without_repeats(blocks: list[VisibleBlock], copies: Sequence[bool]) -> list[VisibleBlock]:
    """Drop hidden blocks that are visible elsewhere on the page: copies for sharing, printing or other windows."""
    return [
        replace(block, document=False, by="hidden: shown elsewhere") if block.document and copy else block
        for block, copy in zip(blocks, copies, strict=True)
    ]


def _stays_behind(page: ScoredPage) -> list[bool]:
    """For each block whether it is in a `main` or `article` element, or probable enough without."""
    return [
        chance > _SURE or piece.by.startswith(KEEP) or place >= 0
        for piece, chance, place in zip(page.walk.pieces, page.chances, page.walk.nearest(DOCUMENT), strict=True)
    ]


def _without_tail(blocks: list[VisibleBlock], page: ScoredPage) -> list[VisibleBlock]:
    """Drop the few blocks after a page's only "back to top" link: they are its footer, whatever their names say.

    Blocks that the markup calls the document stay: they may be corrections and notes.
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


def _without_holes(blocks: list[VisibleBlock], page: ScoredPage) -> list[VisibleBlock]:
    """Keep what the model is unsure of between two kept blocks of its container, and headings with what is below them."""
    if not blocks:
        return blocks
    where, outer, _ = ancestry(page.walk.pieces, page.walk.places)
    box = outer[where].tolist()
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, block in enumerate(blocks):
        if block.document:
            first.setdefault(box[at], at)
            last[box[at]] = at
    began, ended = min(first.values(), default=len(blocks)), max(last.values(), default=-1)
    choices = _explained_choices(blocks, page)
    found = list(blocks)
    for at, block in enumerate(blocks):
        may_be = page.chances[at] > _LEAST_AMONG_KEPT or at in choices
        unsure = may_be and not block.document and not block.by.startswith(_GONE)
        if not unsure or block.links >= MOST_LINKED or at <= began:
            continue
        between = first.get(box[at], at) < at < last.get(box[at], at)
        captions = block.kind == "caption" and at < ended
        if block.kind in _HEADINGS:
            belongs = at + 1 < len(blocks) and blocks[at + 1].document and block.zone in ("main", "aside")
        else:
            belongs = found[at - 1].document and found[at - 1].kind in _HEADINGS and block.zone == "main"
        if belongs or (block.zone == "main" and (between or captions or at in choices)):
            found[at] = replace(block, document=True, by=f"between parts of the document, {block.by}")
    return found


def _explained_choices(blocks: Sequence[VisibleBlock], page: ScoredPage) -> set[int]:
    """The paragraphs in the forms of a page about cookies: they explain the choices that are its subject."""
    if not is_about_cookies(blocks):
        return set()
    forms = page.walk.nearest(("form",))
    return {at for at, piece in enumerate(page.walk.pieces) if piece.kind == "p" and forms[at] >= 0}


def _by_place(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """On a page of few words, or if the model finds nothing, keep all of the main part except links."""
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
    """Put the title first in the document, and drop its repeats."""
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
        return title, (VisibleBlock("h1", title, UNSHOWN, 0.0, True, "title: of the page"), *twins)
    twins[at] = replace(blocks[at], document=True, by="title")
    return title, tuple(twins)


def _without_twin(block: VisibleBlock, title: str, before: bool) -> VisibleBlock:
    """The block, dropped from the document if it only repeats the title or leads to it, or is a link before it."""
    if not block.document:
        return block
    if letters(block.text) == title:
        return replace(block, document=False, by="title: twin")
    if len(block.text) < 300 and _ARROW.search(block.text) and letters(block.text).endswith(title):
        return replace(block, document=False, by="control: breadcrumb")
    if before and block.links > 0.9 and len(block.text) < _LONG:
        return replace(block, document=False, by="link: before the title")
    return block
