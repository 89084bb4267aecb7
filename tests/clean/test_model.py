"""The features of blocks, and the model that reads them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pagewitness.scraper.clean.blocks.pieces import Piece, Place, Walk
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import Facts, features
from pagewitness.scraper.clean.classify.lexical_features import Lexicon, name_words
from pagewitness.scraper.clean.classify.link_features import link_features
from pagewitness.scraper.clean.classify.model import Model, model, model_of
from pagewitness.scraper.clean.classify.scoring import KEPT, ScoredPage, score_blocks, scored, with_vote
from pagewitness.scraper.clean.classify.second_features import second_features
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


def test_class_names_are_weighed() -> None:
    """Camel case and dashes divide names."""
    assert name_words("entry-content mainText") == ("content", "entry", "main", "text")
    lexicon = Lexicon({"menu": -2.0, "content": -1.0})
    assert column("names_own", lexicon)[:3] == [-2.0, 0.0, 0.0]
    assert column("names_sum", lexicon)[:3] == [-2.0, -1.0, -1.0]


def test_a_hidden_block_knows_how_much_of_it_is_shown_elsewhere() -> None:
    walk = Walk([Piece("p", SENTENCE, "main", 0.0, ""), Piece("p", SENTENCE[:60], "hidden", 0.0, "")], [])
    names, rows = features(walk, [1.0, 0.0], Facts(), Lexicon())
    assert list(rows[:, names.index("seen")]) == [0.0, pytest.approx(0.9, abs=0.1)]


def small_model(alone: list[Any], voted: list[Any], second: list[Any] | None = None) -> Model:
    """A model of a few trees, each given the number of the vote among the features; by default the first pass has the last word."""
    walk = Walk([Piece("p", "A", "main", 0.0, "")], [])
    names, _ = features(walk, [0.0], Facts(), Lexicon())
    chance = len(names) + second_features(walk, np.zeros(1))[0].index("chance")
    steps = [(at + 0.5) / 100 for at in range(100)]
    logits = [[[chance, step, 1, 2], 0.0, odds(step + 0.005) - odds(step - 0.005)] for step in steps[1:-1]]
    trees = second if second is not None else [[odds(0.01)], *logits]
    return model_of({"features": names, "lexicon": {}, "alone": alone, "voted": voted, "second": trees})


def odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


VOTE = features(Walk([Piece("p", "A", "main", 0.0, "")], []), None, Facts(), Lexicon())[0].index("vote")


def test_trees_are_added_up() -> None:
    """Not above the threshold is left; the sum is a logit. Without a vote other trees judge."""
    small = small_model([[0.5]], [[[VOTE, 0.5, 1, 2], -2.0, [VOTE, 0.9, 3, 4], 1.0, 3.0], [0.5]])
    walk = Walk([Piece("p", f"Block {number}.", "main", 0.0, "") for number in range(3)], [])
    assert small.voted.chances(small.rows(walk, Facts(), [0.5, 0.7, 0.95])).tolist() == [
        pytest.approx(chance, abs=1e-4) for chance in (0.1824, 0.8176, 0.9707)
    ]
    assert small.alone.chances(small.rows(walk, Facts())).tolist() == [pytest.approx(0.6225, abs=1e-4)] * 3


def test_the_second_pass_sees_what_the_first_makes_of_a_blocks_surroundings() -> None:
    """An unlikely paragraph between likely ones of its container; a list whose siblings are likely; the frame outside."""
    walk = Walk([Piece("p", SENTENCE, "main", 0.0, "", place) for place in (1, 3, 4, 5, 7)], [
        Place(-1, "body", ""), Place(0, "div", "menu"), Place(0, "main", ""), Place(2, "p", ""), Place(2, "p", ""), Place(2, "p", ""),
        Place(0, "div", ""), Place(6, "p", ""),
    ])  # fmt: skip
    names, rows = second_features(walk, np.array([0.1, 0.9, 0.2, 0.9, 0.1]))
    column = {name: rows[:, at].tolist() for at, name in enumerate(names)}
    assert (column["chance-1"][2], column["chance+1"][2]) == (0.9, 0.9)
    assert (column["chance-1"][0], column["chance+1"][4]) == (-1.0, -1.0)
    assert column["group_mean"][2] == pytest.approx(2 / 3, abs=1e-3)
    assert column["in0_chance"][2] == pytest.approx(0.9)
    assert column["main_0.8"] == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert column["extent"] == [0.0, 1.0, 1.0, 1.0, 2.0]


def test_a_block_knows_where_its_links_lead() -> None:
    pieces = [
        Piece("p", "Print Share", "main", 1.0, "", targets=(("Print", "javascript:print()"), ("Share", "https://n.example/?u=1"))),
        Piece("p", "Annex", "main", 1.0, "", targets=(("Annex", "/files/annex.pdf"),)),
        Piece("p", "None", "main", 0.0, ""),
    ]  # fmt: skip
    found = {name: column.tolist() for name, column in link_features(pieces).items()}
    assert found["link_action"] == [0.5, 0.0, 0.0]
    assert found["link_out"] == [0.5, 0.0, 0.0]
    assert found["link_query"] == [0.5, 0.0, 0.0]
    assert found["link_file"] == [0.0, 1.0, 0.0]


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
    assert asked.first == pytest.approx([0.3 * 0.5 + 0.7 * 0.8808] * len(asked.first), abs=1e-4)
    assert (judged_by(small_model(sure, likely)).kept, asked.kept) == (KEPT, KEPT)  # og:type says article


def test_a_page_in_doubt_keeps_what_raises_the_expected_score() -> None:
    """Ten equal blocks, one at .9 and nine at .4: to keep them all is worth .62, the first alone .33; so from .31 on."""
    walk = Walk([Piece("p", ("A" if at else "B") * 100, "main", 0.0, "") for at in range(10)], [])
    twins = features(walk, None, Facts(), Lexicon())[0].index("twins")
    trees = [[[twins, 1.5, 1, 2], odds(0.9), odds(0.4)]]

    def found(facts: Facts) -> ScoredPage:
        return score_blocks(walk, facts, small_model([[0.0]], trees, trees), lambda: (walk, [1.0] * 10))

    assert found(Facts()).chances == [pytest.approx(chance, abs=1e-4) for chance in (0.9, *[0.4] * 9)]
    assert found(Facts()).kept == pytest.approx(0.307, abs=0.01)
    assert found(Facts(types=("article",))).kept == KEPT


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
