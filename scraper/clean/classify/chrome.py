"""Drop what a site puts beside a text, by its form and place and in any language: forms, pagers, trails, addresses.

Nothing here reads words. What only words can tell is in the tables (`lexicon/`), and what only other pages of the site can
tell is boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.blocks.frames import KEEP
from pagewitness.scraper.clean.blocks.pieces import Piece
from pagewitness.scraper.clean.blocks.zones import DOCUMENT
from pagewitness.scraper.clean.classify.scoring import ScoredPage
from pagewitness.scraper.clean.classify.tree import Tree
from pagewitness.scraper.clean.lexicon.dialogs import names_cookies

_SUBHEADS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_LINKED: Final = 0.9  # share of link text in a block that is a link
_PROSE: Final = 80  # letters of a block that is text
_OF_FORM: Final = 500  # letters of what a form says besides its fields
_MOST_OF_FORM: Final = 5  # blocks
_BESIDE: Final = (200, 3)  # letters and blocks beside a form in its box
_MORE: Final = 2  # how many times as much text there must be before a form, or before an address
_BACK: Final = re.compile(r"\s*[«‹←]")
_ON: Final = re.compile(r".*[»›→]\s*$", re.DOTALL)
_ARROWS: Final = re.compile(r"[›»>→▸▶⟩]")
_OF_PAGES: Final = re.compile(r"(?:[^\W\d]+\.? )?(\d{1,3}) ?(?:/|\||[^\W\d_A-Z]{1,4}) ?(\d{1,3})")
_SCALE: Final = re.compile(r"[^\d]{0,40}?1\s?2\s?3(?:\s?4(?:\s?5(?:\s?6\s?7\s?8\s?9\s?10)?)?)?")
_SIZES: Final = re.compile(r"(?=.*(?<!\w)A\s?[-−–](?!\w))(?=.*(?<!\w)A\s?\+)", re.DOTALL)
_LONGEST_SIZES: Final = 60
_LONGEST_STEPS: Final = 40
_CONTACTS: Final = (
    re.compile(r"\+?\(?\d[\d ()/.–-]{6,}\d"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"(?<!\w)(?:[A-Z]{1,2}-)?\d{4,5} [^\W\d_]"),
    re.compile(r"[©℗]|\(c\) (?:19|20)\d\d", re.IGNORECASE),
)
_LEAST_CONTACTS: Final = 2
_DATE: Final = re.compile(
    r"\d{1,2}[./-] ?\d{1,2}[./-] ?\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
)  # has the figures of a telephone
_MOST_OF_ADDRESS: Final = 12  # blocks
_LONGEST_OF_ADDRESS: Final = 160  # letters of each


def without_chrome(blocks: list[VisibleBlock], page: ScoredPage) -> list[VisibleBlock]:
    """The blocks, with what a site puts beside the text taken out of the document.

    Args:
        blocks: as decided by the tables and the model, without a title.
        page: their elements.
    """
    walk = page.walk
    tree = Tree([piece.place for piece in walk.pieces], walk.places)
    dropped: dict[int, str] = {}
    for at, reason in (
        *_forms(blocks, page, tree),
        *_rows_of_links(blocks, walk.pieces),
        *_addresses(blocks, page, tree),
        *_lone_heads(blocks, tree),
        *_first_labels(page),
    ):
        dropped.setdefault(at, reason)
    return [
        replace(block, document=False, by=dropped[at])
        if at in dropped and block.document and not block.by.startswith(KEEP)
        else block
        for at, block in enumerate(blocks)
    ]


def is_about_cookies(blocks: Sequence[VisibleBlock]) -> bool:
    """Whether a page's own heading names cookies: forms and choices on it are its subject."""
    return any(block.kind == "h1" and names_cookies(block.text) for block in blocks)


def _is_prose(block: VisibleBlock) -> bool:
    return block.document and len(block.text) >= _PROSE and block.links < 0.5


def _forms(blocks: Sequence[VisibleBlock], page: ScoredPage, tree: Tree) -> Iterator[tuple[int, str]]:
    """Small forms after the text or before it, with what explains them: comments, newsletters, mail to friends, searches."""
    if is_about_cookies(blocks):
        return  # its forms are its subject
    for place, element in enumerate(page.walk.places):
        if element.tag != "form" or place not in tree.ends:
            continue
        first, last = tree.ends[place]
        asks = any(block.zone == "control" for block in blocks[first : last + 1])
        if not asks or not _is_small(blocks, first, last):
            continue
        first, last = _box(blocks, tree, place)
        inside = sum(len(block.text) for block in blocks[first : last + 1] if block.document)
        before = sum(len(block.text) for block in blocks[:first] if _is_prose(block))
        behind = sum(len(block.text) for block in blocks[last + 1 :] if _is_prose(block))
        if (before and behind) or before + behind < _MORE * inside:
            continue
        for at in range(first, last + 1):
            yield at, "control: a form beside the text"


def _is_small(blocks: Sequence[VisibleBlock], first: int, last: int) -> bool:
    own = [block for block in blocks[first : last + 1] if block.document]
    heads = any(block.kind == "h1" for block in own)
    return not heads and len(own) <= _MOST_OF_FORM and sum(len(block.text) for block in own) <= _OF_FORM


def _box(blocks: Sequence[VisibleBlock], tree: Tree, form: int) -> tuple[int, int]:
    """The first and last block of a form's box: the outermost element around it that adds little."""
    first, last = tree.ends[form]
    begin, end = first, last
    for place in tree.around(tree.elements[form].parent):
        begin, end = tree.ends[place]
        beside = [block for at, block in enumerate(blocks[begin : end + 1], begin) if not first <= at <= last]
        small = sum(len(block.text) for block in beside) <= _BESIDE[0] and len(beside) <= _BESIDE[1]
        if not small or any(block.kind == "h1" or block.zone in ("nav", "header") for block in beside):
            return first, last
        first, last = begin, end
    return first, last


def _rows_of_links(blocks: Sequence[VisibleBlock], pieces: Sequence[Piece]) -> Iterator[tuple[int, str]]:
    """Pagers, scales, sizes of letters, and trails before the title: links with nothing but signs between them."""
    head = next((at for at, block in enumerate(blocks) if block.kind == "h1"), 0)
    for at, block in enumerate(blocks):
        if not block.document or block.kind[0] == "h":
            continue
        text, links = block.text, pieces[at].targets
        if block.links >= _LINKED and (_BACK.match(text) or (len(links) > 1 and _ON.match(text))):
            yield at, "control: a step to another page"
        elif len(text) <= _LONGEST_SIZES and _SIZES.search(text):
            yield at, "control: sizes of letters"
        elif block.links > 0 and _SCALE.fullmatch(text):
            yield at, "control: a scale"
        elif len(links) > 1 and _is_trail(_between(text, links), at < head):
            yield at, "control: links before the title"
        elif (found := _OF_PAGES.fullmatch(text)) and int(found[1]) <= int(found[2]):
            beside = [near for near in (at - 1, at + 1) if 0 <= near < len(blocks) and _is_step(blocks[near])]
            for near in (at, *beside) if beside else ():
                yield near, "control: a page of several"


def _is_step(block: VisibleBlock) -> bool:
    return (block.links >= _LINKED and len(block.text) <= _LONGEST_STEPS) or block.zone == "control"


def _between(text: str, links: Sequence[tuple[str, str]]) -> str:
    """What is between the links of a text."""
    for words, _ in links:
        text = text.replace(words, " ", 1)
    return text


def _is_trail(between: str, before_title: bool) -> bool:
    """Whether the links lead down to the page: only arrows are between them, or, before the title, any signs."""
    return not any(map(str.isalnum, between)) and (before_title or _ARROWS.search(between) is not None)


def _addresses(blocks: Sequence[VisibleBlock], page: ScoredPage, tree: Tree) -> Iterator[tuple[int, str]]:
    """The last lines of a page, in a part of their own, if they say where and how its publisher can be reached."""
    prose = [at for at, block in enumerate(blocks) if _is_prose(block) and not _is_contact(block)]
    if not prose:
        return
    own = {place for at in prose for place in tree.around(tree.places[at])}
    run = [
        at
        for at in range(prose[-1] + 1, len(blocks))
        if blocks[at].document and not own.issuperset(_boxes(tree, at)) and not _is_in_document(page, tree, at)
    ]
    texts = [_DATE.sub("", blocks[at].text) for at in run]
    if not 0 < len(run) <= _MOST_OF_ADDRESS or max(map(len, texts)) > _LONGEST_OF_ADDRESS:
        return
    signs = sum(any(map(sign.search, texts)) for sign in _CONTACTS)
    total = sum(map(len, texts))
    if signs >= _LEAST_CONTACTS and sum(len(blocks[at].text) for at in prose) >= _MORE * total:
        for at in run:
            yield at, "control: an address after the text"


def _is_contact(block: VisibleBlock) -> bool:
    text = _DATE.sub("", block.text)
    return len(text) <= _LONGEST_OF_ADDRESS and sum(bool(sign.search(text)) for sign in _CONTACTS) > 1


def _boxes(tree: Tree, at: int) -> list[int]:
    """The elements around a block, without the one that is the block."""
    return list(tree.around(tree.places[at]))[1:]


def _is_in_document(page: ScoredPage, tree: Tree, at: int) -> bool:
    return any(page.walk.places[place].tag in DOCUMENT for place in tree.around(tree.places[at]))


def _lone_heads(blocks: Sequence[VisibleBlock], tree: Tree) -> Iterator[tuple[int, str]]:
    """Headings over links alone that are not the document, as far as their part of the page goes."""
    for at, block in enumerate(blocks[:-2]):
        if block.kind not in _SUBHEADS or not block.document or block.links or not _is_dropped_link(blocks[at + 1]):
            continue
        around = tree.elements[tree.places[at]].parent if tree.places[at] >= 0 else -1
        below = blocks[at + 1 : tree.ends[around][1] + 1] if around in tree.ends else ()
        if len(below) > 1 and all(map(_is_dropped_link, below)):
            yield at, "link: a heading over links"


def _is_dropped_link(block: VisibleBlock) -> bool:
    return not block.document and block.links >= _LINKED


def _first_labels(page: ScoredPage) -> Iterator[tuple[int, str]]:
    """Labels of what is folded away that another label follows at once: scripts put theirs in place of a library's own."""
    places = page.walk.places
    for at, (label, following) in enumerate(pairwise(page.walk.nearest(("summary",)))):
        if label >= 0 and following >= 0 and label != following and places[label].parent == places[following].parent:
            yield at, "control: a label that another one follows"
