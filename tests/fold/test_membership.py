"""Which lines belong to the document: decided once for each line, by all readings of its page."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.fold.votes import Pool

TEXT = [
    f"Paragraph {number} of the assessment says at some length what the service thinks of the year."
    for number in range(9)
]


def block(text: str, chance: float = 0.9, kind: str = "p", zone: str = "main", **more: Any) -> VisibleBlock:
    """A block that the model finds so likely; `more`: its share of links, and other signs."""
    links, barred = more.pop("links", 0.0), more.pop("barred", False)
    main = zone == "main" and not barred
    signs = Signs(chance, more.pop("path", "main/p"), barred, main, main, **more)
    return VisibleBlock(kind, text, zone, links, chance > 0.5 and not barred, judged=signs)


PROSE = [block(text) for text in TEXT]


def members(*readings: Sequence[VisibleBlock], boilerplate: Sequence[str] = ()) -> list[str]:
    """The lines of the last reading that are members, beside the paragraphs that each page has here."""
    pool, views = Pool(), [ReadingView([*one]) for one in readings]
    for view in views:
        pool.add(view)
    found = Membership(pool, {line_key(line) for line in boilerplate}).members(views[-1])
    return [text for text in (views[-1].blocks[at].text for at in found) if text not in TEXT]


def links(*texts: str, chance: float, zone: str = "main") -> list[VisibleBlock]:
    return [block(text, chance, "li", zone, links=1.0, path="ul/li") for text in texts]


def test_readings_vote_together_and_one_that_errs_is_outvoted() -> None:
    """So a line does not leave the text because a model was unsure of it once."""
    likely, unlikely = ([*PROSE, block("A box beside the text.", chance, path="aside")] for chance in (0.7, 0.1))
    assert members(likely, likely, unlikely) == ["A box beside the text."]


def test_siblings_are_decided_together() -> None:
    """A list is a member whole, or not at all."""
    rows = [block(f"Row {number}", chance, "row", path="table") for number, chance in enumerate((0.9, 0.8, 0.7, 0.02))]
    assert members([*PROSE, *rows]) == ["Row 0", "Row 1", "Row 2", "Row 3"]


@pytest.mark.parametrize(("chance", "found"), [(0.6, ["Anna", "Berta", "Carla"]), (0.1, [])])
def test_a_list_of_links_in_a_running_text_belongs_to_it_if_it_is_likely_to(chance: float, found: list[str]) -> None:
    assert members([*PROSE[:5], *links("Anna", "Berta", "Carla", chance=chance), *PROSE[5:]]) == found


def test_a_page_that_is_a_list_has_it_as_its_document_whole() -> None:
    """However unlikely the model, which has learned from articles, finds each of its links."""
    names = [f"Minister {name}" for name in ("Anna", "Berta", "Carla", "Dora")]
    page = [block("Ministers", 1.0, "h1", path="main/h1"), *links(*names, chance=0.1)]
    assert members(page) == ["Ministers", *names]


def test_links_outside_of_the_main_part_never_belong() -> None:
    assert members([*PROSE, *links("Home", "News", "Contact", chance=0.9, zone="nav")]) == []


def test_the_more_of_a_main_part_is_lists_the_more_readily_its_lines_belong_to_it() -> None:
    """A promotion among nothing but text does not belong to it; the same chance makes a value below a table one."""
    figures = [block(f"Region {at} | 12 cases in all | 3 more than the week before | 40 tests a day", 0.3, "row", path="table")
               for at in range(4)]  # fmt: skip
    line = block("Updated each day at noon", 0.33)
    assert members([*PROSE[:5], line, *PROSE[5:]]) == []
    assert line.text in members([*PROSE[:5], *figures, line, *PROSE[5:]])


def test_short_lines_of_the_main_part_count() -> None:
    for kind in ("p", "li", "h2", "dd"):
        assert members([block("Withdrawn", 0.42, kind), *PROSE]) == ["Withdrawn"]


def test_what_a_table_or_rule_bars_is_no_member() -> None:
    assert members([*PROSE, block("Print this page", 0.9, barred=True)]) == []


def test_a_heading_that_heads_nothing_of_the_document_is_out() -> None:
    """If the model doubts it: `Related` above links. With the list under it in the document it stays."""

    def under(heading: str, chance: float) -> list[VisibleBlock]:
        head = block(heading, 0.42, "h2", path="main/h2", heads=True)
        return [*PROSE[:5], head, *links("Anna", "Berta", "Carla", chance=chance), *PROSE[5:]]

    assert members(under("Related", 0.1)) == []
    assert members(under("Ministers", 0.6)) == ["Ministers", "Anna", "Berta", "Carla"]


def test_boilerplate_is_no_member_and_neither_is_what_stands_in_its_place() -> None:
    badge, other = (block(f"The threat level is {level}.", path="div.level") for level in ("SEVERE", "HIGH"))
    assert members([badge, *PROSE], boilerplate=[badge.text]) == []
    assert members([badge, *PROSE], [other, *PROSE], boilerplate=[badge.text]) == []
    assert members([badge, *PROSE]) == [badge.text]


def test_the_order_of_readings_makes_no_difference() -> None:
    rng = Random(3)
    readings = [
        [block(f"Line {rng.randrange(30)}", rng.random(), rng.choice(("p", "li")), path=rng.choice("ab")) for _ in range(12)]
        for _ in range(12)
    ]  # fmt: skip
    last = readings[-1]
    found = members(*readings)
    for _ in range(5):
        rng.shuffle(readings)
        assert members(*readings, last) == members(*[*readings[6:], *readings[:6]], last)
    assert found == members(*readings[::-1]) or last is not readings[0]
