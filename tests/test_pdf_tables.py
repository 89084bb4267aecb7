"""Ruled tables that go on over pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pdfs import HEIGHT, SENTENCES, column, drawn, report
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.model import Reading
from pagewitness.scraper.clean import clean

HEADER = ["Threat", "Level"]
ROWS = [[f"Threat number {at} of the year", SENTENCES[at % len(SENTENCES)]] for at in range(60)]


def read(body: bytes) -> Reading:
    return clean(body, "application/pdf", "https://example.org/report.pdf")


def said(body: bytes) -> list[str]:
    return [block.text for block in read(body).document]


def ruled(top: float, bottom: float, cells: Sequence[Sequence[str]]) -> Callable[[Canvas], None]:
    """A row of cells between rules, their lines from the top down; 200 points wide each, the heights from above."""

    def page(canvas: Canvas) -> None:
        width = 200 * len(cells)
        for y in (top, bottom):
            canvas.line(60, HEIGHT - y, 60 + width, HEIGHT - y)
        for at in range(len(cells) + 1):
            canvas.line(60 + 200 * at, HEIGHT - top, 60 + 200 * at, HEIGHT - bottom)
        for at, lines in enumerate(cells):
            column(canvas, 66 + 200 * at, HEIGHT - top - 14, lines)

    return page


def test_a_header_that_is_repeated_on_each_page_is_shown_once() -> None:
    found = read(report([("row", [HEADER, *ROWS], 1)]))
    pages = {block.page for block in found.document}
    assert len(pages) > 2
    assert [block.text for block in found.document] == [" | ".join(row) for row in [HEADER, *ROWS]]
    again = [(block.text, block.page) for block in found.blocks if block.by == "header of a table again"]
    assert again == [("Threat Level", page) for page in sorted(pages - {1})]


def test_two_tables_with_one_header_keep_both() -> None:
    """Where something stands between them."""
    rows = [HEADER, *ROWS[:3]]
    texts = [" | ".join(row) for row in rows]
    assert said(report([("row", rows, 1), ("break",), ("p", SENTENCES[0]), ("row", rows, 1)])) == [
        *texts, SENTENCES[0], *texts,
    ]  # fmt: skip


def test_a_row_that_the_page_cuts_is_one_row() -> None:
    """A word that the page cuts is whole again, too."""
    one = ruled(700, 760, [["The risk of fraud", "by banks"], ["Municipalities are prepared worse than min-"]])
    two = ruled(60, 120, [[], ["istries are, for they have fewer people."]])
    assert said(drawn(one, two)) == [
        "The risk of fraud by banks | Municipalities are prepared worse than ministries are, for they have fewer people."
    ]


def test_a_row_behind_the_page_is_another_where_the_one_before_it_is_over() -> None:
    """Its last line had room for more, or its sentence an end; whatever letter the next one begins with."""
    room = ruled(700, 760, [["fraud"], ["high"]]), ruled(60, 120, [["espionage"], ["very high"]])
    assert said(drawn(*room)) == ["fraud | high", "espionage | very high"]
    full = "the level of this threat is said to be high."
    ended = ruled(700, 760, [["fraud"], [full]]), ruled(60, 120, [["espionage"], ["very high, and likely to grow"]])
    assert said(drawn(*ended)) == [f"fraud | {full}", "espionage | very high, and likely to grow"]


def test_what_has_no_name_behind_the_page_belongs_to_the_row_before_it_where_each_row_has_one() -> None:
    one = ruled(700, 760, [["fraud"], ["Banks were warned in time."]])
    two = ruled(60, 120, [[], ["Their customers were not."]])
    assert said(drawn(one, two)) == ["fraud | Banks were warned in time. Their customers were not."]

    def named_once(canvas: Canvas) -> None:
        ruled(640, 700, [["fraud"], ["Banks were warned in time."]])(canvas)
        ruled(700, 760, [[], ["Shops were warned as well."]])(canvas)

    assert said(drawn(named_once, two)) == [
        "fraud | Banks were warned in time.", "Shops were warned as well.", "Their customers were not.",
    ]  # fmt: skip


def test_shading_behind_the_text_of_a_cell_is_no_column() -> None:
    """A few points inside of the rules, as word processors fill paragraphs."""

    def page(canvas: Canvas) -> None:
        for at, row in enumerate([HEADER, ["fraud", "high"], ["espionage", "very high"]]):
            if row is HEADER:
                canvas.setFillGray(0.8)
                for x in (60, 260):
                    canvas.rect(x + 3.5, HEIGHT - 100 - 22, 193, 18, stroke=0, fill=1)
                canvas.setFillGray(0)
            ruled(100 + 25 * at, 125 + 25 * at, [[cell] for cell in row])(canvas)

    assert said(drawn(page)) == ["Threat | Level", "fraud | high", "espionage | very high"]


def test_columns_at_other_places_are_another_table() -> None:
    one = ruled(700, 760, [["The risk of fraud"], ["Municipalities are prepared worse than the"]])
    two = ruled(60, 120, [["others"], ["are, for they have"], ["fewer people"]])
    assert len(said(drawn(one, two))) == 2


def test_long_cells_that_the_page_cuts_are_read_one_after_the_other() -> None:
    """Not mixed by their height."""
    left, right = (
        [f"the {side} cell says, as it is known to all of" for _ in range(22)] for side in ("left", "right")
    )  # fmt: skip
    one = ruled(480, 770, [left, right])
    two = ruled(60, 360, [left, [*right[:-1], "them in the end."]])
    text = " ".join(said(drawn(one, two)))
    assert text.rindex("the left") < text.index("the right")
