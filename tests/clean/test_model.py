"""The features of blocks, and the model that reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import Facts, features
from pagewitness.scraper.clean.classify.lexical_features import Lexicon, name_words, short_words
from pagewitness.scraper.clean.classify.model import Model, model, model_of
from pagewitness.scraper.clean.classify.scoring import KEPT, ScoredPage, mixed, scored, with_vote
from pagewitness.scraper.clean.page import parse_page

SENTENCE = "The coast guard counted fewer ships in the northern harbours this winter than in any year before."
PAGE = f"""<html><head><title>Ships counted | Coastal Office</title><meta property="og:type" content="article"></head><body>
<nav class="topMenu"><a href="/">Home</a> <a href="/b">News</a></nav><main class="entry-content"><h1>Ships counted</h1>
{"".join(f"<p>{SENTENCE} Part {number}.</p>" for number in range(6))}</main><footer>Contact us</footer></body></html>"""


def column(name: str, lexicon: Lexicon = Lexicon()) -> list[float]:  # noqa: B008 (frozen)
    """One feature of all blocks of the page."""
    shown = parse_page(strip(PAGE), "https://office.example/news/2024/05/ships")
    assert shown is not None
    walk, vote = with_vote(shown.root, shown.marks, shown.walk)
    names, rows = features(walk, vote, shown.facts, lexicon)
    assert rows.shape == (len(shown.walk.pieces), len(names))
    return [float(value) for value in rows[:, names.index(name)]]


def test_a_block_knows_its_own_words_and_place() -> None:
    """The menu is all links, the heading is the title's twin, paragraphs end as sentences do."""
    assert column("links")[0] == 1.0
    assert column("title_twin")[1] == 1.0
    assert column("ends")[2:-1] == [1.0] * 6
    assert column("after_title")[1] == 0.0


def test_a_block_knows_its_neighbours() -> None:
    """-1 stands for none."""
    ends = column("ends")
    assert column("ends-1") == [-1.0, *ends[:-1]]
    assert column("ends+2") == [*ends[2:], -1.0, -1.0]


def test_containers_are_those_that_hold_more_than_the_one_inside() -> None:
    """A paragraph's first container is the main part; its second the body, with menu and footer."""
    blocks = [round(2.718281828**value - 1) for value in column("c0_blocks")]
    assert blocks[2:-1] == [7] * 6
    assert [round(2.718281828**value - 1) for value in column("c1_blocks")][2:-1] == [9] * 6


def test_the_page_says_what_kind_it_is() -> None:
    """By its address and its declared types."""
    assert set(column("page_at_news")) == {1.0}
    assert set(column("page_at_shop")) == {0.0}
    assert set(column("page_is_article")) == {1.0}


def test_names_and_short_texts_are_weighed() -> None:
    """Camel case and dashes divide names; long texts have no weights."""
    assert name_words("entry-content mainText") == ("content", "entry", "main", "text")
    assert short_words("Contact us", ["contact", "us"]) == ["contact", "us"]
    assert not short_words(SENTENCE, SENTENCE.lower().split())
    lexicon = Lexicon({"menu": -2.0, "content": -1.0}, {"contact": -3.0})
    assert column("names_own", lexicon)[:3] == [-2.0, 0.0, 0.0]
    assert column("names_sum", lexicon)[:3] == [-2.0, -1.0, -1.0]
    assert column("word_least", lexicon)[-1] == -3.0


def test_a_hidden_block_knows_how_much_of_it_is_shown_elsewhere() -> None:
    walk = Walk([Piece("p", SENTENCE, "main", 0.0, ""), Piece("p", SENTENCE[:60], "hidden", 0.0, "")], [])
    names, rows = features(walk, [1.0, 0.0], Facts(), Lexicon())
    assert list(rows[:, names.index("seen")]) == [0.0, pytest.approx(0.9, abs=0.1)]


def small_model(alone: list[Any], voted: list[Any]) -> Model:
    """A model of a few trees, each given the number of the vote among the features."""
    names, _ = features(Walk([Piece("p", "A", "main", 0.0, "")], []), [0.0], Facts(), Lexicon())
    return model_of({"features": names, "lexicon": {"names": {}, "words": {}}, "alone": alone, "voted": voted})


VOTE = features(Walk([Piece("p", "A", "main", 0.0, "")], []), None, Facts(), Lexicon())[0].index("vote")


def test_trees_are_added_up() -> None:
    """Not above the threshold is left; the sum is a logit. Without a vote other trees judge."""
    small = small_model([[0.5]], [[[VOTE, 0.5, 1, 2], -2.0, [VOTE, 0.9, 3, 4], 1.0, 3.0], [0.5]])
    walk = Walk([Piece("p", f"Block {number}.", "main", 0.0, "") for number in range(3)], [])
    assert small.chances(walk, Facts(), [0.5, 0.7, 0.95]).tolist() == [
        pytest.approx(chance, abs=1e-4) for chance in (0.1824, 0.8176, 0.9707)
    ]
    assert small.chances(walk, Facts()).tolist() == [pytest.approx(0.6225, abs=1e-4)] * 3
    assert small.chances(Walk([], []), Facts()).tolist() == []


def judged_by(model: Model) -> ScoredPage:
    """The page, judged."""
    shown = parse_page(strip(PAGE), None)
    assert shown is not None
    return scored(shown, model)


def test_the_extractor_is_asked_only_where_the_page_alone_leaves_doubt() -> None:
    """In doubt both have a say, and a page that calls itself no article keeps a little more."""
    sure, unsure, likely = [[4.0]], [[0.0]], [[2.0]]
    assert judged_by(small_model(sure, likely)).vote is None
    asked = judged_by(small_model(unsure, likely))
    assert asked.vote is not None
    assert set(asked.chances) == {round(0.3 * 0.5 + 0.7 * 0.8808, 4)}
    assert (judged_by(small_model(sure, likely)).kept, asked.kept) == (KEPT, KEPT)  # og:type says article


def test_a_page_in_doubt_keeps_what_raises_the_expected_score() -> None:
    """Ten equal blocks, one at .9 and nine at .4: to keep them all is worth .62, the first alone .33; so from .31 on."""
    walk = Walk([Piece("p", "A" * 100, "main", 0.0, "") for _ in range(10)], [])
    chances = np.array([0.9] + [0.4] * 9)
    odds = np.log(0.4 / 0.6)
    found = mixed(chances, walk, [1.0] * 10, Facts(), small_model([[0.0]], [[odds]]))
    assert found.chances[1] == pytest.approx(0.4, abs=1e-3)
    assert found.kept == pytest.approx(0.307, abs=0.01)
    assert mixed(chances, walk, [1.0] * 10, Facts(types=("article",)), small_model([[0.0]], [[odds]])).kept == KEPT


def test_the_model_keeps_the_document_and_drops_menu_and_footer() -> None:
    title, blocks = decide(judged_by(model()), ("Ships counted | Coastal Office",))
    assert title == "Ships counted"
    assert [block.text for block in blocks if block.document] == [
        "Ships counted", *(f"{SENTENCE} Part {number}." for number in range(6))
    ]  # fmt: skip


def test_a_zone_that_holds_the_document_is_the_main_part() -> None:
    """Some themes call all of the page a sidebar."""
    named = PAGE.replace('<main class="entry-content">', '<div class="sidebar">').replace("</main>", "</div>")
    shown = parse_page(strip(named), None)
    assert shown is not None
    walk, _ = with_vote(shown.root, shown.marks, shown.walk)
    assert {piece.zone for piece in walk.pieces if piece.text.startswith("The coast guard")} == {"main"}
