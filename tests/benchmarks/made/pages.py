"""Made pages with known truth: lists, texts and hub pages, in frames of our own and in those of rendered sites.

They teach the model what a list looks like that is the document, and what a frame looks like whose words it can't know.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
from benchmarks.labels import Page, body_of, words
from benchmarks.made.entries import Entries
from benchmarks.made.frames import Site
from benchmarks.made.lists import DESIGNS
from benchmarks.made.names import Names
from benchmarks.made.speech import Speech, marked, share_marked, unmarked
from benchmarks.made.texts import Text

from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.classify.scoring import with_vote
from pagewitness.scraper.clean.page import parse_page

_OWN = 800  # pages in frames of our own
_EVERY = 3  # of so many rendered pages the frame of one is used
_HUBS, _TEXTS = 0.15, 0.35  # of the pages in frames of our own


def with_made(pages: list[Page], folder: Path) -> list[Page]:
    """Pages as they were read, and made ones: in frames of our own, and lists in every third of the rendered frames."""
    # The words of documents on cookies are those of dialogs.
    rendered = [page.row for page in pages if page.part == "chrome" and page.row["kind"] != "privacy"][::_EVERY]
    frames = [(row, body_of(folder, "chrome", row).decode("utf-8", "replace")) for row in rendered]
    own = (_own(f"made-{at}", at, random.Random(at)) for at in range(_OWN))
    framed = (_framed(row, html, at, random.Random(row["id"])) for at, (row, html) in enumerate(frames))
    return [*pages, *filter(None, own), *filter(None, framed)]


def _own(name: str, number: int, chance: random.Random) -> Page | None:
    speech, names = Speech(chance), Names(chance)
    at = number % len(DESIGNS)
    others = [design for place, design in enumerate(DESIGNS) if place % 5 == at % 5]  # of the same fold
    site, text = Site(speech, names, others), Text(speech, names, others)
    kind = chance.random()
    if kind < _TEXTS:
        html = site.page(speech.title(), text.document(), is_list=False)
    elif kind < _TEXTS + _HUBS:
        html = site.page(speech.title(1, 4), text.hub(), is_list=True)
    else:
        html = site.page(speech.title(1, 4), _list(speech, names, at), is_list=True)
    row = {"id": name, "design": at, "layout": None, "lang": None, "kind": "text" if kind < _TEXTS else "list"}
    return _page(row, html)


def _list(speech: Speech, names: Names, at: int) -> str:
    chance = speech.chance
    entries = Entries(
        speech, names, chance.choice((2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 40)), chance.choice((2, 2, 3, 3, 4))
    )
    ahead = f"<p>{marked(speech.paragraph(2))}</p>" if chance.random() < 0.5 else ""
    return f"{ahead}<div{names('list')}>{DESIGNS[at](entries)}</div>"


def _framed(row: dict[str, Any], html: str, number: int, chance: random.Random) -> Page | None:
    """A list in the place of a rendered page's document, in words of that document."""
    sample = " ".join(row["keep"]).split()
    root = lxml.html.document_fromstring(html)
    box = _box(root, row)
    if box is None or len(sample) < 60:
        return None
    at = (number * 7) % len(DESIGNS)
    shown = lxml.html.fragment_fromstring(_list(Speech(chance, sample), Names(chance), at), create_parent="div")
    held = [child for child in box if _holds(child, row["keep"])]
    place = box.index(held[0])
    for child in held:
        box.remove(child)
    box.text = None
    box.insert(place, shown)
    for heading in root.iter("h1"):
        if words(heading.text_content()) == words(row["keep_once"]):
            heading.text = marked(heading.text_content())
            for child in list(heading):
                heading.remove(child)
    new = {"id": f"made-{row['id']}", "design": at, "kind": "list"} | {
        name: row[name] for name in ("layout", "strings", "lang")
    }
    return _page(new, lxml.html.tostring(root, encoding="unicode"))


def _box(root: Any, row: dict[str, Any]) -> Any:
    """The innermost element with all lines of a page's document; None if it is the body."""
    box = root.find("body")
    if box is None or not _has(box, row["keep"]):
        return None
    while True:
        inner = next((child for child in box if isinstance(child.tag, str) and _has(child, row["keep"])), None)
        if inner is None:
            return box if box.tag != "body" else None
        box = inner


def _has(element: Any, lines: Sequence[str]) -> bool:
    text = "".join(words(element.text_content()))
    return all("".join(words(line)) in text for line in lines)


def _holds(element: Any, lines: Sequence[str]) -> bool:
    text = "".join(words(element.text_content())) if isinstance(element.tag, str) else ""
    known = "".join(words("\n".join(lines)))
    return bool(text) and (text in known or any("".join(words(line)) in text for line in lines if len(line) > 20))


def _page(row: dict[str, Any], html: str) -> Page | None:
    shown = parse_page(strip(html), None)
    if shown is None or not shown.walk.pieces:
        return None
    labels = [share_marked(piece.text) for piece in shown.walk.pieces]
    walk = _bare(shown.walk)
    facts = replace(shown.facts, titles=tuple(map(unmarked, shown.facts.titles)))
    for element in shown.root.iter():
        element.text, element.tail = unmarked(element.text or ""), unmarked(element.tail or "")
    voted, vote = with_vote(shown.root, shown.marks, copy.copy(walk))
    return Page("made", row, walk, facts, voted, vote, labels)


def _bare(walk: Walk) -> Walk:
    """The walk without the marks of the document's words."""
    return Walk([_bare_piece(piece) for piece in walk.pieces], walk.places)


def _bare_piece(piece: Piece) -> Piece:
    return piece._replace(
        text=unmarked(piece.text),
        targets=tuple((unmarked(said), target) for said, target in piece.targets),
        lines=tuple(map(unmarked, piece.lines)),
    )
