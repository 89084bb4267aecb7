"""What each part of the cleaner is worth: both tables without it.

The models of the folds stay as they were trained, with all parts. What a part did before training (the vote on a walk
in which consent dialogs were left out) is done again without it. Without the vote the trees that know none judge all pages;
without the gate all pages are judged with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.labels import Page, read_pages
from benchmarks.train import by_folds

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean import page
from pagewitness.scraper.clean.classify import decide, scoring
from pagewitness.scraper.clean.classify.model import Model
from pagewitness.scraper.clean.lexicon import icons

Blocks = dict[str, tuple[VisibleBlock, ...]]
_RULES = {  # a rule of `decide`, and what stands in for it
    "completed captions": ("_completed", lambda blocks, chances: blocks),
    "repeats of hidden text": ("_without_repeats", lambda blocks, seen: blocks),
    "controls beside controls": ("_without_neighbours", lambda blocks: blocks),
    "table of controls": ("_is_no_document", lambda piece: ""),
    "gate for pages of few words": ("_by_place", lambda blocks: blocks),
    "title put first, twins out": ("_with_title", lambda blocks, titles: (None, tuple(blocks))),
}


def ablations(folder: Path, pages: Sequence[Page], models: Sequence[Model]) -> Iterator[tuple[str, Blocks]]:
    """The blocks of all pages without one part each, with the part's name.

    Args:
        pages: as `read_pages` gives them.
        models: of the folds.
    """
    for name, (rule, instead) in _RULES.items():
        with patch.object(decide, rule, instead):
            yield f"{name}", by_folds(pages, models)
    yield "table of consent", _read_anew(folder, models, page, "consent_parts", lambda root: {})
    yield "table of icons", _read_anew(folder, models, icons, "_is_icon", lambda element: False)
    yield "model (the vote decides)", {one.row["id"]: _by_vote(one) for one in pages}
    with patch.object(scoring, "is_uncertain", lambda walk, alone: False):
        yield "vote (never asked)", by_folds(pages, models)
    with patch.object(scoring, "is_uncertain", lambda walk, alone: True):
        yield "gate (always asked)", by_folds(pages, models)
    with patch.object(scoring, "_threshold", lambda walk, found: scoring.KEPT):
        yield "lower threshold in doubt", by_folds(pages, models)


def _read_anew(folder: Path, models: Sequence[Model], module: Any, rule: str, instead: Callable[..., Any]) -> Blocks:
    with patch.object(module, rule, instead):  # also in the processes that read the pages: they are forked
        return by_folds(read_pages(folder), models)


def _by_vote(one: Page) -> tuple[VisibleBlock, ...]:
    return decide.decide(scoring.ScoredPage(one.voted, one.vote, one.vote), one.facts.titles)[1]
