"""A stripped page of HTML to a reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pagewitness.archive.errors import CleanError
from pagewitness.archive.model import Reading, VisibleBlock
from pagewitness.archive.words import tokens
from pagewitness.scraper.clean.decide import by_place, decide
from pagewitness.scraper.clean.features import Facts
from pagewitness.scraper.clean.meta import Meta, guessed_language, read_meta
from pagewitness.scraper.clean.model import model
from pagewitness.scraper.clean.naming import cleaner_name
from pagewitness.scraper.clean.prune import consent_parts
from pagewitness.scraper.clean.suspect import suspicion
from pagewitness.scraper.clean.tree import parse
from pagewitness.scraper.clean.votes import extracted
from pagewitness.scraper.clean.walk import Piece, Walk, visible_blocks

_NAMED: Final = frozenset({"nav", "footer", "aside", "header", "control"})
_MOST_OF_DOCUMENT = 0.4
# Larger pages are judged by place: the extractor takes 0.1 ms for a tag, the features 5 kB for a block.
_MOST_VOTED = 50_000  # tags
_MOST_LETTERS = 5_000_000  # with tags
_MOST_JUDGED = 30_000  # blocks
_MOST_BLOCKS = 120_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows, before anybody has decided on it.

    Attributes:
        walk: its visible blocks.
        vote: the share of each that the extractor kept, 0 to 1.
        facts, meta: what it says of itself.
        voted: whether that was the extractor; the page was too large for it otherwise, and its blocks' places voted.
    """

    walk: Walk
    vote: list[float]
    facts: Facts
    meta: Meta
    voted: bool = True


def read_page(stripped: str, url: str | None, digest: str, encodings: dict[str, str | None]) -> Reading:
    """Read a stripped page.

    Args:
        stripped: the page as `strip` left it.
        url: its address, or None.
        digest: the name of the reading.
        encodings: how the body was decoded, to be handed on.
    """
    shown = look(stripped, url)
    if shown is None:
        return Reading(cleaner_name(), digest, None, None, None, None, None, (), "it is empty", encodings)
    title, blocks = _decided(shown)
    text = "\n".join(block.text for block in blocks if block.document)
    return Reading(
        cleaner=cleaner_name(),
        stripped=digest,
        title=title,
        language=shown.meta.language or guessed_language(text),
        published=shown.meta.published,
        modified=shown.meta.modified,
        author=shown.meta.author,
        blocks=blocks,
        suspicion=suspicion(title, blocks),
        encodings=encodings,
    )


def _decided(shown: Shown) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    walk, vote, titles = shown.walk, shown.vote, shown.meta.titles
    if len(walk.pieces) > _MOST_JUDGED:
        return decide(walk, vote, by_place(walk.pieces), titles, "place: the page has too many blocks for the model")
    chances = model().chances(walk, vote, shown.facts)
    if not shown.voted:
        return decide(walk, vote, chances, titles, "model: {chance:.2f}, vote by place {vote:.2f}")
    return decide(walk, vote, chances, titles)


def look(stripped: str, url: str | None) -> Shown | None:
    """What a stripped page shows; None where there is nothing to parse.

    Args:
        stripped, url: as for `read_page`.

    Raises:
        CleanError: it has too many blocks.
    """
    root = parse(stripped)
    if root is None:
        return None
    meta = read_meta(root)
    marks = consent_parts(root)
    walk = _walked(root, marks)
    if len(walk.pieces) > _MOST_BLOCKS:
        raise CleanError(f"the page has more than the {_MOST_BLOCKS:,} blocks that are read")
    too_large = len(stripped) > _MOST_LETTERS or stripped.count("<") > _MOST_VOTED
    vote = by_place(walk.pieces) if too_large else _voted(root, marks, walk)
    return Shown(_with_zones(walk, vote), vote, Facts(url, meta.titles, meta.types), meta, not too_large)


def _voted(root: Any, marks: dict[Any, str], walk: Walk) -> list[float]:
    extractor = extracted(root, marks)
    return [extractor.share(words) for words in walk.words]


def _with_zones(walk: Walk, vote: Sequence[float]) -> Walk:
    """A zone that holds much of what the extractor kept is the main part, whatever its name says."""
    voted = Counter[str]()
    for piece, share in zip(walk.pieces, vote, strict=True):
        voted[piece.zone] += round(len(piece.text) * share)
    main = {zone for zone in voted if zone in _NAMED and voted[zone] > _MOST_OF_DOCUMENT * voted.total()}
    if not main:
        return walk
    return Walk([piece._replace(zone="main") if piece.zone in main else piece for piece in walk.pieces], walk.places)


def _walked(root: Any, marks: dict[Any, str]) -> Walk:
    walk = visible_blocks(root, marks)
    # A page that shows nothing without scripts may still say everything in its noscript.
    return walk if any(map(_may_be_document, walk.pieces)) else visible_blocks(root, marks, noscript=True)


def _may_be_document(piece: Piece) -> bool:
    """Whether a block has words and stands where the document may stand."""
    return piece.zone in ("main", "aside") and not piece.by and piece.links < 0.5 and bool(tokens(piece.text[:200]))
