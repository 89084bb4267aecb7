"""A stripped page of HTML to a reading."""

from __future__ import annotations

from collections.abc import Sequence

from pagewitness.archive.model import Reading
from pagewitness.archive.words import count_words
from pagewitness.scraper.clean.decide import decide
from pagewitness.scraper.clean.meta import guessed_language, read_meta
from pagewitness.scraper.clean.naming import cleaner_name
from pagewitness.scraper.clean.prune import consent_parts
from pagewitness.scraper.clean.suspect import suspicion
from pagewitness.scraper.clean.tree import parse
from pagewitness.scraper.clean.votes import extracted
from pagewitness.scraper.clean.walk import Piece, visible_blocks


def read_page(stripped: str, digest: str, encodings: dict[str, str | None]) -> Reading:
    """Read a stripped page.

    Args:
        stripped: the page as `strip` left it.
        digest: the name of the reading.
        encodings: how the body was decoded, to be handed on.
    """
    root = parse(stripped)
    if root is None:
        return Reading(cleaner_name(), digest, None, None, None, None, None, (), "it is empty", encodings)
    meta = read_meta(root)
    marks = consent_parts(root)
    walk = visible_blocks(root, marks)
    if not _expected(walk.pieces):
        # A page that shows nothing without scripts may still say everything in its noscript.
        walk = visible_blocks(root, marks, noscript=True)
    vote = extracted(root, marks, _expected(walk.pieces))
    title, blocks = decide(walk, vote, meta.titles)
    text = "\n".join(block.text for block in blocks if block.document)
    return Reading(
        cleaner=cleaner_name(),
        stripped=digest,
        title=title,
        language=meta.language or guessed_language(text),
        published=meta.published,
        modified=meta.modified,
        author=meta.author,
        blocks=blocks,
        suspicion=suspicion(title, blocks),
        encodings=encodings,
    )


def _expected(pieces: Sequence[Piece]) -> int:
    """How many words the document may have, by where they stand."""
    return count_words(
        piece.text for piece in pieces if piece.zone in ("main", "aside") and not piece.by and piece.links < 0.5
    )
