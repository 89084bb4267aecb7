"""Drop what is in the middle of a document and is not part of it, by its structure: teasers, and questions to the reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.blocks.frames import KEEP
from pagewitness.scraper.clean.blocks.pieces import Place
from pagewitness.scraper.clean.classify.scoring import MOST_LINKED, ScoredPage

_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SURE: Final = 0.8
_ALONE: Final = 0.95  # the same for the only heading of a page that is a link
_LONGEST_QUESTION: Final = 90  # letters
_LONGEST_ANSWER: Final = 12  # letters of "Yes" or "Not at all"
_ANSWERS: Final = re.compile(r"[?？;]\s*(?P<answers>(?:[^\W\d_]+[\s/|·,]*){2,4})[.!]?$")
_ROUNDED: Final = 0.04  # how far the share of link text may be off


def without_questions(blocks: list[VisibleBlock]) -> list[VisibleBlock]:
    """Drop questions that the site asks its readers ("Was this useful? Yes No"): their answers are links or buttons."""
    found = list(blocks)
    for at, block in enumerate(blocks):
        asks = block.document and block.kind == "p" and len(block.text) <= _LONGEST_QUESTION and "?" in block.text
        if asks and (_is_answered(block) or _has_buttons(block, blocks[at + 1 : at + 3])):
            found[at] = replace(block, document=False, by="control: a question with its answers as links")
    return found


def _is_answered(block: VisibleBlock) -> bool:
    """Whether the words after a question are its only links."""
    found = _ANSWERS.search(block.text)
    if found is None or not 0 < block.links < MOST_LINKED:
        return False
    share = len("".join(found["answers"].split())) / max(1, len("".join(block.text.split())))
    return abs(share - block.links) <= _ROUNDED


def _has_buttons(block: VisibleBlock, following: Sequence[VisibleBlock]) -> bool:
    """Whether two short buttons or links follow a question."""
    return block.text.endswith("?") and [
        (other.zone == "control" or other.links == 1) and len(other.text) <= _LONGEST_ANSWER for other in following
    ] == [True, True]


def without_teasers(blocks: list[VisibleBlock], page: ScoredPage) -> list[VisibleBlock]:
    """Drop headings between texts that lead elsewhere and head nothing: each is a link, alone in a container of its own.

    In a list of such headings they are the document, so only one between texts is a teaser.
    """
    places = page.walk.places
    chances = page.first or page.chances  # what a block is by itself, not among its neighbours
    found = list(blocks)
    linked = [block for block in blocks if block.kind in _HEADINGS and block.document and block.links == 1]
    alone = len(linked) == 1  # in a list of entries there are more
    for at in range(1, len(blocks) - 1):
        block, piece = blocks[at], page.walk.pieces[at]
        if block.kind not in _HEADINGS or not block.document or block.links < 1 or block.by.startswith(KEEP):
            continue
        sure = chances[at] > (_ALONE if alone else _SURE)
        if sure or not piece.targets or not all(map(_is_text, (blocks[at - 1], blocks[at + 1]))):
            continue
        box = _box(places, piece.place)
        beside = (page.walk.pieces[at - 1].place, page.walk.pieces[at + 1].place)
        if box >= 0 and not any(_is_in(places, place, box) for place in beside):
            found[at] = replace(block, document=False, by="link: a teaser between texts")
    return found


def _is_text(block: VisibleBlock) -> bool:
    return block.document and block.kind not in _HEADINGS and block.links < MOST_LINKED


def _box(places: Sequence[Place], place: int) -> int:
    """The container of a heading; -1 if the heading is in none of its own."""
    while place >= 0 and places[place].tag in _HEADINGS:
        place = places[place].parent
    return place


def _is_in(places: Sequence[Place], place: int, box: int) -> bool:
    while place >= 0 and place != box:
        place = places[place].parent
    return place == box
