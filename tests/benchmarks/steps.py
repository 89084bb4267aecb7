"""How long each step of reading a page takes, in milliseconds of processor time, over some pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.blocks.prune import consent_parts
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.blocks.tree import parse_tree
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import Facts
from pagewitness.scraper.clean.classify.model import model
from pagewitness.scraper.clean.classify.scoring import ScoredPage, is_uncertain, mixed, with_vote
from pagewitness.scraper.clean.credibility import not_credible
from pagewitness.scraper.clean.encoding.decode import decode
from pagewitness.scraper.clean.metadata.meta import guessed_language, read_meta
from pagewitness.scraper.clean.page import _walked

T = TypeVar("T")


def steps(bodies: Sequence[bytes]) -> dict[str, float]:
    """Milliseconds a page by step, and `all of clean()` measured by itself, for pages that were not read before."""
    taken: dict[str, float] = {}

    def timed(step: str, work: Callable[[], T]) -> T:
        began = time.process_time()
        found = work()
        taken[step] = taken.get(step, 0.0) + time.process_time() - began
        return found

    for body in bodies:
        timed("all of clean()", lambda body=body: clean(body, None, None))  # type: ignore[misc]
    for body in bodies:
        _by_step(body, timed)
    return {step: 1000 * seconds / len(bodies) for step, seconds in taken.items()}


def _by_step(body: bytes, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    text = timed("decode", lambda: decode(body, None)[0].replace("\0", ""))
    stripped = timed("strip", lambda: strip(text))
    root = timed("parse", lambda: parse_tree(stripped))
    if root is None:
        return
    meta = timed("meta", lambda: read_meta(root))
    marks = timed("consent", lambda: consent_parts(root))
    walk = timed("walk", lambda: _walked(root, marks))
    facts = Facts(None, meta.titles, meta.types)
    judged = ScoredPage(walk, [])
    if walk.pieces:
        rows = timed("features", lambda: model().rows(walk, facts))
        alone = timed("first pass", lambda: model().alone.chances(rows))
        judged = ScoredPage(walk, timed("second pass", lambda: model().chances(walk, rows, alone)).tolist())
        if timed("doubt", lambda: is_uncertain(walk, alone)):
            voted, vote = timed("vote", lambda: with_vote(root, marks, walk))
            first = timed("voted", lambda: mixed(alone, model().voted.chances(model().rows(voted, facts, vote))))
            chances = timed("second pass", lambda: model().chances(voted, rows, first))
            judged = ScoredPage(voted, chances.tolist(), vote)
    title, blocks = timed("decide", lambda: decide(judged, meta.titles))
    timed("not_credible", lambda: not_credible(title, blocks))
    whole = "\n".join(block.text for block in blocks if block.document)
    timed("language", lambda: meta.language or guessed_language(whole))
