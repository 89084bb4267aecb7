"""How the blocks of a reading are stored, and that they come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.fold.layout import Standing, group_ids, line_ids, packed, standing_of, unpacked
from pagewitness.archive.store import bodies

ONE = VisibleBlock("p", "An attack is unlikely.", "main", 0.99, True, judged=Signs(0.98, "main/p"))
OTHER = VisibleBlock("li", "Ships", "nav", 0.01, False, judged=Signs(0.02, "ul/li"))
TEXTS = {ONE.text: 40, OTHER.text: 7}
GROUPS = {standing_of(ONE): 3, standing_of(OTHER): 90}


def stored(*blocks: VisibleBlock) -> bytes:
    groups = dict(GROUPS)
    for block in blocks:
        groups.setdefault(standing_of(block), 100 + len(groups))
    return packed(blocks, TEXTS, groups)


def again(*blocks: VisibleBlock) -> list[VisibleBlock]:
    """Some blocks, stored and read."""
    groups = dict(GROUPS)
    for block in blocks:
        groups.setdefault(standing_of(block), 100 + len(groups))
    texts = {number: text for text, number in TEXTS.items()}
    return unpacked(packed(blocks, TEXTS, groups), texts, {number: one for one, number in groups.items()})


def test_a_block_stands_by_its_kind_its_zone_and_its_containers() -> None:
    assert standing_of(OTHER) == Standing("li", "nav", "ul/li")


def test_blocks_come_back_in_order_with_what_was_said_of_them() -> None:
    assert again(ONE, OTHER, ONE) == [ONE, OTHER, ONE]
    assert again() == []


@pytest.mark.parametrize("sign", ["barred", "main", "among_text", "inward", "heads"])
def test_each_sign_comes_back(sign: str) -> None:
    block = replace(ONE, judged=Signs(0.98, "main/p", **{sign: True}))
    assert again(block, replace(block, document=False)) == [block, replace(block, document=False)]


def test_shares_come_back_to_a_hundredth() -> None:
    blocks = [replace(ONE, links=at / 100, judged=Signs(1 - at / 100, "main/p")) for at in range(101)]
    for made, found in zip(blocks, again(*blocks), strict=True):
        assert found.links == pytest.approx(made.links)
        assert found.signs.chance == pytest.approx(made.signs.chance)
    assert again(replace(ONE, links=0.994))[0].links == 0.99


@pytest.mark.parametrize("document", [True, False])
def test_a_block_that_no_model_was_asked_about_comes_back_without_signs(document: bool) -> None:
    block = VisibleBlock("p", ONE.text, document=document)
    assert again(block) == [block]
    assert again(block)[0].judged is None
    assert again(replace(ONE, document=document))[0].judged is not None


def test_pages_of_a_pdf_and_languages_come_back() -> None:
    blocks = [replace(ONE, page=1), replace(OTHER, language="de"), replace(ONE, page=2)]
    assert again(*blocks) == blocks
    assert again(ONE, replace(OTHER, language="lt")) == [ONE, replace(OTHER, language="lt")]


def test_without_pages_none_are_stored() -> None:
    assert "pages" not in json.loads(bodies.unpack(stored(ONE)))
    assert "pages" in json.loads(bodies.unpack(stored(ONE, replace(ONE, page=1))))


def test_ids_can_be_read_without_the_blocks() -> None:
    found = stored(ONE, OTHER, OTHER, ONE)
    assert line_ids(found) == [40, 7, 7, 40]
    assert group_ids(found) == [3, 90, 90, 3]
