"""What the features of a block added to its score: all of it, exactly, in words."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from helpers import pagewitness
from hostile_pages import PAGES

from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.classify.features import Facts, features
from pagewitness.scraper.clean.classify.lexical_features import Lexicon
from pagewitness.scraper.clean.classify.model import Model, model, model_of
from pagewitness.scraper.clean.classify.scoring import scored
from pagewitness.scraper.clean.classify.second_features import second_features
from pagewitness.scraper.clean.explain import contributions, expected, explained
from pagewitness.scraper.clean.page import parse_page

REPORT = PAGES / "report-en.html"
WALK = Walk([Piece("p", f"Block {number}.", "main", 0.0, "") for number in range(3)], [])


def small(covers: list[list[int]] | None = None) -> Model:
    """Two trees that ask for the chance by the first pass, the share of links, and nothing."""
    names, _ = features(WALK, None, Facts(), Lexicon())
    chance, links = len(names) + second_features(WALK, np.zeros(3))[0].index("chance"), names.index("links")
    data = {
        "features": names,
        "lexicon": {},
        "alone": [[1.0]],
        "voted": [[1.0]],
        "second": [[[chance, 0.5, 1, 2], -2.0, [links, 0.9, 3, 4], 1.0, 3.0], [0.5]],
    }
    return model_of(data | ({"second_covers": covers} if covers else {}))


def test_each_split_adds_the_difference_of_what_is_expected() -> None:
    """Root: the mean of -2, 1 and 3; where the first pass is sure, 2; where there are few links then, 1."""
    found = contributions(small(), WALK, Facts(), [0.4, 0.9, 0.9])
    added = {one.feature: one.added for one in found[1] if one.added}
    assert added == {"chance": pytest.approx(2 - 2 / 3), "links": pytest.approx(1 - 2)}
    low = {one.feature: one.added for one in found[0] if one.added}
    assert low == {"chance": pytest.approx(-2 - 2 / 3)}


def test_covers_weigh_what_is_expected() -> None:
    trees = small([[80, 10, 10], [100]])
    assert list(expected(trees.second)) == [pytest.approx(-1.2), -2.0, 2.0, 1.0, 3.0, 0.5]


def test_all_that_is_added_is_the_score() -> None:
    """With what is expected before anything is known, for each block of a page, by the trees that judged it."""
    shown = parse_page(strip(REPORT.read_text("utf-8")), None)
    assert shown is not None
    page, trees = scored(shown, model()), model().second
    before = sum(expected(trees)[root] for root in trees.roots)
    found = contributions(model(), shown.walk, shown.facts, page.first)
    assert len(found) == len(page.chances) > 20
    for chance, added in zip(page.chances, found, strict=True):
        score = before + sum(one.added for one in added)
        assert chance == pytest.approx(1 / (1 + math.exp(-score)), abs=1e-4)


def test_an_explained_page_reads_the_same() -> None:
    """Except for what is said about its blocks; what a table or the title decided has no features."""
    body = REPORT.read_bytes()
    plain, found = clean(body, None, None), explained(body, None, None)
    assert len(found.features) == len(plain.blocks)
    for block, said, added in zip(plain.blocks, found.reading.blocks, found.features, strict=True):
        assert (block.text, block.document) == (said.text, said.document)
        assert said.by.startswith(block.by)
        assert bool(added) == ("model: " in block.by)


def test_plain_text_is_explained_by_its_tables() -> None:
    found = explained((PAGES / "scraped-en.plain").read_bytes(), None, None)
    assert set(found.features) == {()}


def test_a_title_of_the_head_does_not_move_the_reasons() -> None:
    body = b"<title>Ice in the north | Office</title><p>" + b"The ferries stopped twice. " * 12 + b"</p><p>Short.</p>"
    found = explained(body, None, None)
    assert found.reading.blocks[0].by == "title: of the page"
    assert [bool(added) for added in found.features] == [False, True, True]


def test_the_command_tells_features_in_words_and_in_numbers(tmp_path: Path) -> None:
    fields = json.loads(pagewitness(tmp_path / "a.db", "clean", "--json", "--explain", str(REPORT)).stdout)
    footer = next(block for block in fields["dropped"] if block["text"].startswith("\u00a9"))
    assert all(isinstance(name, str) and added < 0 for name, _, added in footer["features"])
    assert "; " in footer["by"]
    assert "first pass 0 (-" in footer["by"]
    assert "features" not in next(block for block in fields["dropped"] if block["text"] == "Print")
    said = pagewitness(tmp_path / "a.db", "clean", "--explain", str(REPORT)).stdout.decode()
    assert "first pass 0 (-" in " ".join(said.split())


def test_a_page_that_is_too_large_for_the_model_says_so() -> None:
    found = clean(b"<h1>Ice</h1>" + b"<p>Ferries stopped.</p>" * 31_000, None, None)
    assert {block.by for block in found.blocks[1:]} == {"place: the page has too many blocks for the model"}
    assert all(block.document for block in found.blocks)
