"""The probability that each block is the document: from the page alone or, if that is uncertain, also from a vote.

For three pages of four the page alone is certain enough. Asking the extractor costs more than the rest of reading, so it
is asked only for the fourth (docs/decisions/0014).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.features import Facts
from pagewitness.scraper.clean.classify.model import Model
from pagewitness.scraper.clean.classify.votes import extracted
from pagewitness.scraper.clean.metadata.meta import Meta

UNCERTAIN = 0.2  # ask for a vote if the letters probably misjudged are more than this share of the document's
VOTED = 0.7  # weight of the probabilities with the vote; those without it have the rest
KEPT = 0.5  # a block is the document from this probability
_LEAST_KEPT = 0.3  # lowest threshold for uncertain pages that don't call themselves articles: lists, products, threads
_FEW_LETTERS = 200.0  # of a document; a shorter one counts as having these
_MOST_JUDGED = 30_000  # blocks (docs/decisions/0013)
_MOST_BYTES = 250_000_000  # of memory for the features
_BYTES_OF_BLOCK, _BYTES_OF_LETTER = 5_000, 15
MOST_LINKED = 0.5  # share of link letters in a block that is kept for its place on the page
_NAMED: Final = frozenset({"nav", "footer", "aside", "header", "control"})
_MOST_OF_DOCUMENT = 0.4


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """A page's blocks with their probabilities.

    Attributes:
        walk: the visible blocks.
        chances: for each the probability that it is the document, 0 to 1.
        vote: the share of each that the extractor kept, 0 to 1; None if it was not asked.
        kept: the probability above which a block is the document.
        first: for each the probability by the first pass.
        by_place: whether `chances` say only which blocks are in the main part, as the page is too large for the model.
    """

    walk: Walk
    chances: list[float]
    vote: list[float] | None = None
    kept: float = KEPT
    first: Sequence[float] = ()
    by_place: bool = False

    def reasons(self) -> list[str]:
        """For each block the numbers behind the decision."""
        if self.by_place:
            return ["place: the page has too many blocks for the model"] * len(self.chances)
        if self.vote is None:
            return [f"model: {chance:.2f}" for chance in self.chances]
        both = zip(self.chances, self.vote, strict=True)
        return [f"model: {chance:.2f}, vote of trafilatura {vote:.2f}" for chance, vote in both]


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a page shows, before it is scored.

    Attributes:
        root: its tree.
        marks: elements that are not the document, each with the reason.
        walk: its visible blocks.
        facts, meta: what it says about itself.
        large: whether it is too large for the extractor.
        base: the address from which its links lead on, or None.
    """

    root: Any
    marks: dict[Any, str]
    walk: Walk
    facts: Facts
    meta: Meta
    large: bool = False
    base: str | None = None


def scored(page: ParsedPage, model: Model) -> ScoredPage:
    """Score a page's blocks.

    Args:
        page: the parsed page; if the extractor is asked, its tree is used up.
        model: the model to use.
    """
    if _is_too_large(page.walk):
        return ScoredPage(page.walk, by_place(page.walk), by_place=True)
    return score_blocks(
        page.walk, page.facts, model, None if page.large else lambda: with_vote(page.root, page.marks, page.walk)
    )


def _is_too_large(walk: Walk) -> bool:
    """Whether the features of a page's blocks would take too much memory."""
    blocks, letters = len(walk.pieces), sum(len(piece.text) for piece in walk.pieces)
    return blocks > _MOST_JUDGED or blocks * _BYTES_OF_BLOCK + letters * _BYTES_OF_LETTER > _MOST_BYTES


def score_blocks(
    walk: Walk, facts: Facts, model: Model, ask: Callable[[], tuple[Walk, list[float]]] | None
) -> ScoredPage:
    """Score blocks by the page alone and, if that is uncertain, also with a vote; then by what that makes of their surroundings.

    Args:
        walk, facts: the page's blocks, and what it says about itself.
        model: the model to use.
        ask: asks the extractor (`with_vote`); None if it can't be asked.
    """
    if not walk.pieces:
        return ScoredPage(walk, [])
    rows = model.rows(walk, facts)
    alone = model.alone.chances(rows)
    if ask is None or not is_uncertain(walk, alone):
        return ScoredPage(walk, model.chances(walk, rows, alone).tolist(), first=alone.tolist())
    shown, vote = ask()
    first = mixed(alone, model.voted.chances(model.rows(shown, facts, vote)))
    chances = model.chances(walk, rows, first)
    kept = KEPT if _is_article(facts) else _threshold(shown, chances)
    return ScoredPage(shown, chances.tolist(), vote, kept, first=first.tolist())


def by_place(walk: Walk) -> list[float]:
    """A substitute for probabilities on pages with too many blocks: 1 for blocks of the main part that are not links."""
    return [float(piece.zone == "main" and piece.links < MOST_LINKED and not piece.by) for piece in walk.pieces]


def mixed(alone: Any, voted: Any) -> Any:
    """The probabilities without the vote and with it, arrays of shape (blocks,), combined."""
    return (1 - VOTED) * alone + VOTED * voted


def _threshold(walk: Walk, chances: Any) -> float:
    """The probability from which keeping a block raises the expected F1 of the letters kept: half the best possible F1.

    See Z. Lipton, C. Elkan, B. Narayanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, 2014.
    """
    import numpy as np

    letters = _letters(walk)
    order = np.argsort(-chances, kind="stable")
    found, kept = np.cumsum((letters * chances)[order]), np.cumsum(letters[order])
    best = (2 * found / (kept + max(1.0, found[-1]))).max()
    return float(np.clip(best / 2, _LEAST_KEPT, KEPT))


def _letters(walk: Walk) -> Any:
    """The number of letters of each block, 0 for those barred by a table; an array of shape (blocks,)."""
    import numpy as np

    return np.array([0.0 if piece.barred else float(len(piece.text)) for piece in walk.pieces])


def _is_article(facts: Facts) -> bool:
    """Whether a page calls itself an article, in the words of Open Graph or schema.org."""
    return any(word in kind.lower() for kind in facts.types for word in ("article", "posting"))


def is_uncertain(walk: Walk, chances: Any) -> bool:
    """Whether so many letters are probably misjudged that asking the extractor is worth its cost.

    Args:
        chances: the probabilities of the blocks, an array of shape (blocks,).
    """
    import numpy as np

    letters = _letters(walk)
    wrong = (letters * np.minimum(chances, 1 - chances)).sum()
    return bool(wrong > UNCERTAIN * max(_FEW_LETTERS, (letters * chances).sum()))


def with_vote(root: Any, marks: dict[Any, str], walk: Walk) -> tuple[Walk, list[float]]:
    """Ask the extractor. Returns the blocks with corrected zones, and the share of each block that it kept.

    Args:
        root: the page's tree; it is used up.
        marks: elements that are not the document (`prune.consent_parts`).
        walk: the blocks.
    """
    extractor = extracted(root, marks)
    vote = [extractor.share(words) for words in walk.words]
    return _with_zones(walk, vote), vote


def _with_zones(walk: Walk, vote: Sequence[float]) -> Walk:
    """Move zones that hold much of what the extractor kept into the main part, whatever their names say."""
    voted = Counter[str]()
    for piece, share in zip(walk.pieces, vote, strict=True):
        voted[piece.zone] += round(len(piece.text) * share)
    main = {zone for zone in voted if zone in _NAMED and voted[zone] > _MOST_OF_DOCUMENT * voted.total()}
    return walk.with_main(main) if main else walk
