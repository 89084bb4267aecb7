"""The chance of each block to be the document: from what the page shows, and where that is not certain, with a vote.

On three pages of four what is shown is certain enough. Asking an extractor costs more than all the rest of reading,
so it is asked only for the fourth (docs/decisions/0014).
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

UNCERTAIN = (
    0.2  # letters that are likely to be judged wrongly, beside those of the document, from which a vote is asked
)
VOTED = 0.7  # how much the chances by the vote count beside those without
KEPT = 0.5  # the chance from which a block is the document
_LEAST_KEPT = 0.3  # and the least on pages in doubt that don't call themselves articles: lists, products, threads
_FEW_LETTERS = 200.0  # of a document; a smaller one is doubted as if it had these
_MOST_JUDGED = 30_000  # blocks (docs/decisions/0013)
_MOST_BYTES = 250_000_000  # of memory for the features: so much for each block, and for the words in each letter
_BYTES_OF_BLOCK, _BYTES_OF_LETTER = 5_000, 15
MOST_LINKED = 0.5  # share of link letters in a block that is kept for where it is
_NAMED: Final = frozenset({"nav", "footer", "aside", "header", "control"})
_MOST_OF_DOCUMENT = 0.4


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """A page's blocks with their chances.

    Attributes:
        walk: the visible blocks.
        chances: of each to be the document, 0 to 1.
        vote: the share of each that the extractor kept, 0 to 1; None where it was not asked.
        kept: the chance above which a block is the document.
        by_place: whether these are no chances but places, for there are too many blocks for the model.
    """

    walk: Walk
    chances: list[float]
    vote: list[float] | None = None
    kept: float = KEPT
    by_place: bool = False

    def reasons(self) -> list[str]:
        """Of each block what speaks for it."""
        if self.by_place:
            return ["place: the page has too many blocks for the model"] * len(self.chances)
        if self.vote is None:
            return [f"model: {chance:.2f}" for chance in self.chances]
        both = zip(self.chances, self.vote, strict=True)
        return [f"model: {chance:.2f}, vote of trafilatura {vote:.2f}" for chance, vote in both]


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a page shows, before anybody has decided on it.

    Attributes:
        root: its tree.
        marks: elements of it that are no document, each with the reason.
        walk: its visible blocks.
        facts, meta: what it says of itself.
        large: whether it is too large for an extractor.
    """

    root: Any
    marks: dict[Any, str]
    walk: Walk
    facts: Facts
    meta: Meta
    large: bool = False


def scored(page: ParsedPage, model: Model) -> ScoredPage:
    """Judge a page's blocks.

    Args:
        page: what it shows; where the extractor is asked, its tree is used up.
        model: whose trees judge.
    """
    if _is_too_large(page.walk):
        return ScoredPage(page.walk, by_place(page.walk), by_place=True)
    return looked_at(
        page.walk, page.facts, model, None if page.large else lambda: with_vote(page.root, page.marks, page.walk)
    )


def _is_too_large(walk: Walk) -> bool:
    """Whether the features of a page's blocks would take too much memory."""
    blocks, letters = len(walk.pieces), sum(len(piece.text) for piece in walk.pieces)
    return blocks > _MOST_JUDGED or blocks * _BYTES_OF_BLOCK + letters * _BYTES_OF_LETTER > _MOST_BYTES


def looked_at(walk: Walk, facts: Facts, model: Model, ask: Callable[[], tuple[Walk, list[float]]] | None) -> ScoredPage:
    """Judge blocks by what they are alone, and where that leaves doubt by a vote too.

    Args:
        walk, facts: what the page shows, and says of itself.
        model: whose trees judge.
        ask: asks the extractor (`with_vote`); None where it can't be asked.
    """
    alone = model.chances(walk, facts)
    if ask is None or not is_uncertain(walk, alone):
        return ScoredPage(walk, alone.tolist())
    return mixed(alone, *ask(), facts, model)


def by_place(walk: Walk) -> list[float]:
    """What stands in for chances where there are too many blocks: 1 for what is no link in the main part."""
    return [float(piece.zone == "main" and piece.links < MOST_LINKED and not piece.by) for piece in walk.pieces]


def mixed(alone: Any, walk: Walk, vote: list[float], facts: Facts, model: Model) -> ScoredPage:
    """The chances of blocks by what they are alone, and by a vote on them.

    Args:
        alone: the chances without the vote, an array of shape (blocks,).
        walk, vote: the blocks and the share of each that the extractor kept (`with_vote`).
        facts: what the page says of itself.
        model: as for `scored`.
    """
    chances = (1 - VOTED) * alone + VOTED * model.chances(walk, facts, vote)
    return ScoredPage(walk, chances.round(4).tolist(), vote, KEPT if _is_article(facts) else _threshold(walk, chances))


def _threshold(walk: Walk, chances: Any) -> float:
    """The chance from which keeping a block raises the expected F1 of the letters kept: half the best that can be had.

    Z. Lipton, C. Elkan, B. Narayanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, 2014.
    """
    import numpy as np

    letters = _letters(walk)
    order = np.argsort(-chances, kind="stable")
    found, kept = np.cumsum((letters * chances)[order]), np.cumsum(letters[order])
    best = (2 * found / (kept + max(1.0, found[-1]))).max()
    return float(np.clip(best / 2, _LEAST_KEPT, KEPT))


def _letters(walk: Walk) -> Any:
    """The letters of each block that no table has barred, an array of shape (blocks,)."""
    import numpy as np

    return np.array([0.0 if piece.barred else float(len(piece.text)) for piece in walk.pieces])


def _is_article(facts: Facts) -> bool:
    """Whether a page calls itself an article, in the words of Open Graph or schema.org."""
    return any(word in kind.lower() for kind in facts.types for word in ("article", "posting"))


def is_uncertain(walk: Walk, chances: Any) -> bool:
    """Whether so many letters are likely to be judged wrongly that it is worth asking an extractor.

    Args:
        chances: of the blocks, an array of shape (blocks,).
    """
    import numpy as np

    letters = _letters(walk)
    wrong = (letters * np.minimum(chances, 1 - chances)).sum()
    return bool(wrong > UNCERTAIN * max(_FEW_LETTERS, (letters * chances).sum()))


def with_vote(root: Any, marks: dict[Any, str], walk: Walk) -> tuple[Walk, list[float]]:
    """Ask the extractor; the blocks, with the zones that it denies mended, and the share of each that it kept.

    Args:
        root: the page's tree; it is used up.
        marks: elements that are no document (`prune.consent_parts`).
        walk: the blocks.
    """
    extractor = extracted(root, marks)
    vote = [extractor.share(words) for words in walk.words]
    return _with_zones(walk, vote), vote


def _with_zones(walk: Walk, vote: Sequence[float]) -> Walk:
    """A zone that holds much of what the extractor kept is the main part, whatever its name says."""
    voted = Counter[str]()
    for piece, share in zip(walk.pieces, vote, strict=True):
        voted[piece.zone] += round(len(piece.text) * share)
    main = {zone for zone in voted if zone in _NAMED and voted[zone] > _MOST_OF_DOCUMENT * voted.total()}
    return walk.with_main(main) if main else walk
