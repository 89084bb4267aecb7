"""Which blocks become the current text where an extractor changes its mind at the moment of a real change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from helpers import HTML, archive, day, read
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.comparison import ReadingView
from pagewitness.archive.fold.membership import accepted
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.views import history

Shows = list[tuple[str, bool]]  # blocks, each with whether the extractor takes it for the document

TABLE = "2023 | 47 incidents | 12 of them at sea"
BOX = "The service publishes its assessment once a year, in March."
STANDING = "Hostile services go on with what they began years ago, and they will not stop soon."
BEFORE, AFTER = "An attack on cables is unlikely this year.", "An attack on cables is likely this year."


def view(shows: Shows) -> ReadingView:
    return ReadingView([VisibleBlock("p", text, document=document) for text, document in shows])


def text_of(text: Shows, base: Shows, new: Shows) -> list[str]:
    """The text that comes into force."""
    found = accepted(view(text), view(base), view(new))
    return [block for block, document in new if document] if found is None else [new[at][0] for at in found]


def test_what_is_still_visible_is_not_removed_by_an_extractor_that_drops_it_now() -> None:
    before = [(BEFORE, True), (TABLE, True), (BOX, False)]
    assert text_of(before, before, [(AFTER, True), (TABLE, False), (BOX, False)]) == [AFTER, TABLE]


def test_what_was_visible_is_not_added_by_an_extractor_that_takes_it_now() -> None:
    before = [(BEFORE, True), (TABLE, True), (BOX, False)]
    assert text_of(before, before, [(AFTER, True), (TABLE, True), (BOX, True)]) == [AFTER, TABLE]


def test_what_the_extractor_has_thought_for_longer_counts() -> None:
    """Else an error of the first reading would stay for ever."""
    text = [(BEFORE, True), (TABLE, False), (BOX, True)]
    base = [(BEFORE, True), (TABLE, True), (BOX, False)]
    assert text_of(text, base, [(AFTER, True), (TABLE, True), (BOX, False)]) == [AFTER, TABLE]


def test_what_is_new_to_the_page_is_what_its_reading_says() -> None:
    before = [(BEFORE, True), (BOX, False)]
    new = [(BEFORE, True), ("A new paragraph of the report.", True), ("A new box beside it.", False), (BOX, False)]
    assert text_of(before, before, new) == [BEFORE, "A new paragraph of the report."]


def test_a_paragraph_that_was_edited_stays_though_the_extractor_drops_it_now() -> None:
    before = [("# Report", True), (BEFORE, True), (TABLE, True)]
    assert text_of(before, before, [("# Report", True), (AFTER, False), (TABLE, True)]) == ["# Report", AFTER, TABLE]


def test_a_title_that_stands_twice_stays_once() -> None:
    before = [("Report", False), ("Report", True), (BEFORE, True)]
    assert text_of(before, before, [("Report", False), ("Report", True), (AFTER, True)]) == ["Report", AFTER]


def test_a_revision_never_has_the_text_of_the_one_before() -> None:
    """Where nothing but the flap is left, what the reading says stands."""
    before = [(BEFORE, True), (TABLE, True)]
    assert text_of(before, before, [(BEFORE, True), (TABLE, False)]) == [BEFORE]


def test_what_is_left_of_a_removed_section_in_a_menu_is_not_the_document() -> None:
    def shows(*more: VisibleBlock) -> ReadingView:
        menu = VisibleBlock("li", "China", "nav", 1.0, False)
        return ReadingView([menu, VisibleBlock("p", STANDING), *more])

    before = shows(VisibleBlock("h2", "China"), VisibleBlock("p", BEFORE))
    assert accepted(before, before, shows()) is None


def test_a_mail_address_that_is_hidden_now_is_the_line_that_it_was() -> None:
    open_, hidden = "Write to us at press@agency.example for more.", "Write to us at [email protected] for more."
    before = [(BEFORE, True), (open_, False)]
    assert text_of(before, before, [(AFTER, True), (hidden, True)]) == [AFTER]


BLOCKS = st.lists(st.tuples(st.sampled_from([BEFORE, STANDING, TABLE, BOX, "One", "Two"]), st.booleans()), max_size=8)


@given(BLOCKS, BLOCKS)
def test_an_extractor_that_agrees_with_itself_is_followed(before: Shows, new: Shows) -> None:
    marks = dict(before) | dict(new)
    agreed = [[(text, marks[text]) for text, _ in shows] for shows in (before, new)]
    whole = [text for text, document in agreed[1] if document]
    assert text_of(agreed[0], agreed[0], agreed[1]) == whole


@given(BLOCKS, BLOCKS, BLOCKS)
def test_what_comes_into_force_is_shown_and_nothing_of_it_twice(text: Shows, base: Shows, new: Shows) -> None:
    found = accepted(view(text), view(base), view(new))
    if found is not None:
        assert sorted(set(found)) == list(found)
        taken = Counter(new[at][0] for at in found)
        assert not taken - Counter(block for block, _ in new)


@pytest.mark.parametrize("at_once", [False, True])
def test_the_text_on_record_is_the_accepted_one_and_its_removal_is_a_change(tmp_path: Path, at_once: bool) -> None:
    """Also where the reading without it has the words of the one before: that one had lost it already."""
    url = "https://example.org/report"
    shown: list[Shows] = [
        [(BEFORE, True), (TABLE, True), (BOX, False)],
        [(AFTER, True), (TABLE, False), (BOX, False)],
        [(AFTER, True), (TABLE, False), (BOX, True)],
        [(AFTER, True), (BOX, False)],
    ]
    shown[1:3] = shown[1:3][: 1 if at_once else 2]
    shown = [[*shows, (STANDING, True)] for shows in shown]
    with archive(tmp_path) as db:
        page = evidence.known_page(db, url)
        for number, shows in enumerate(shown):
            capture = evidence.keep(db, Visit(page, "import", day(number)), Answer(url, 200, HTML, str(shows).encode()))
            assert capture is not None
            blocks = tuple(view(shows).blocks)
            read(db, capture, Reading("c1", str(shows), None, "en", None, None, None, blocks, None))
            derivation.derive(db, page, "c1")
        texts = [[block.text for block in history.blocks_of(db, one)] for one in history.revisions(db, page)]
    assert texts == [[BEFORE, TABLE, STANDING], [AFTER, TABLE, STANDING], [AFTER, STANDING]]
