"""What each part of the cleaner is worth: both tables without it.

The models of the folds stay as they were trained, with all parts. What a part did before training (the vote on a walk
in which consent dialogs were left out) is done again without it. Without the vote the trees that know none judge all pages;
without the gate all pages are judged with it; without the second pass the chances of the first one count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.folds import Folds
from benchmarks.labels import Page, read_pages
from benchmarks.train import by_folds

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean import page
from pagewitness.scraper.clean.classify import decide, scoring
from pagewitness.scraper.clean.classify.model import Model
from pagewitness.scraper.clean.lexicon import icons

Blocks = dict[str, tuple[VisibleBlock, ...]]
_RULES = {  # a rule of `decide`, and what stands in for it
    "holes filled": ("_without_holes", lambda blocks, page: blocks),
    "repeats of hidden text": ("_without_repeats", lambda blocks, seen: blocks),
    "controls beside controls": ("_without_neighbours", lambda blocks: blocks),
    "table of controls": ("_is_no_document", lambda piece: ""),
    "gate for pages of few words": ("_by_place", lambda blocks: blocks),
    "title put first, twins out": ("_with_title", lambda blocks, titles: (None, tuple(blocks))),
}


def ablations(
    folder: Path, pages: Sequence[Page], models: Sequence[Model], folds: Folds
) -> Iterator[tuple[str, Blocks]]:
    """The blocks of all pages without one part each, with the part's name.

    Args:
        pages: as `read_pages` gives them.
        models, folds: of the folds.
    """
    for name, (rule, instead) in _RULES.items():
        with patch.object(decide, rule, instead):
            yield f"{name}", by_folds(pages, models, folds)
    yield "table of consent", _read_anew(folder, models, folds, page, "consent_parts", lambda root: {})
    yield "table of icons", _read_anew(folder, models, folds, icons, "_is_icon", lambda element: False)
    yield "model (the vote decides)", {one.row["id"]: _by_vote(one) for one in pages}
    with patch.object(Model, "chances", lambda model, walk, rows, first: first):
        yield "second pass", by_folds(pages, models, folds)
    with patch.object(scoring, "is_uncertain", lambda walk, alone: False):
        yield "vote (never asked)", by_folds(pages, models, folds)
    with patch.object(scoring, "is_uncertain", lambda walk, alone: True):
        yield "gate (always asked)", by_folds(pages, models, folds)
    with patch.object(scoring, "_threshold", lambda walk, found: scoring.KEPT):
        yield "lower threshold in doubt", by_folds(pages, models, folds)


def _read_anew(
    folder: Path, models: Sequence[Model], folds: Folds, module: Any, rule: str, instead: Callable[..., Any]
) -> Blocks:
    with patch.object(module, rule, instead):  # also in the processes that read the pages: they are forked
        return by_folds(read_pages(folder), models, folds)


def _by_vote(one: Page) -> tuple[VisibleBlock, ...]:
    return decide.decide(scoring.ScoredPage(one.voted, one.vote, one.vote), one.facts.titles)[1]
