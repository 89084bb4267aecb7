"""Ruled tables that continue over pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pdfs import HEIGHT, SENTENCES, column, drawn, report
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
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
    assert again == [("Threat Level", page) for page in range(2, len(pages) + 1)]


def test_two_tables_with_one_header_keep_both() -> None:
    """Where something is between them."""
    rows = [HEADER, *ROWS[:3]]
    texts = [" | ".join(row) for row in rows]
    assert said(report([("row", rows, 1), ("break",), ("p", SENTENCES[0]), ("row", rows, 1)])) == [
        *texts, SENTENCES[0], *texts,
    ]  # fmt: skip


def test_a_bold_header_that_comes_again_once_is_shown_once() -> None:
    bold = [f"<b>{cell}</b>" for cell in HEADER]
    found = read(report([("row", [bold, *ROWS[:25]], 1)]))
    assert [block.text for block in found.document] == [" | ".join(row) for row in [HEADER, *ROWS[:25]]]
    assert [block.page for block in found.blocks if block.by == "header of a table again"] == [2]


def test_a_row_that_says_what_the_first_one_says_is_a_row() -> None:
    """Of one later page, of each of them where it is elsewhere too, and below a bold one that says the same."""
    per_page = sum(
        block.page == 1 for block in read(report([("row", [[str(at), "low"] for at in range(99)], 0)])).document
    )
    for again in ([per_page], [per_page, 2 * per_page, per_page + 5]):
        rows = [[f"{at}", "low"] for at in range(3 * per_page if len(again) > 1 else 2 * per_page)]
        for at in (0, *again):
            rows[at] = ["none", "none"]
        assert said(report([("row", rows, 0)])) == [" | ".join(row) for row in rows]
    rows = [[f"{at}", "low"] for at in range(2 * per_page)]
    rows[per_page] = ["none", "none"]
    texts = [" | ".join(row) for row in [["none", "none"], *rows[1:]]]
    assert said(report([("row", [["<b>none</b>", "<b>none</b>"], *rows[1:]], 0)])) == texts


def test_a_bold_row_is_no_header_where_others_are_bold_as_well() -> None:
    per_page = sum(
        block.page == 1 for block in read(report([("row", [[str(at), "low"] for at in range(99)], 0)])).document
    )
    rows = [[f"{at}", "low"] for at in range(2 * per_page)]
    for at in (0, 4, per_page):
        rows[at] = ["Total", "2"] if at != 4 else ["Sum", "3"]
    shown = [[f"<b>{cell}</b>" for cell in row] if at in (0, 4, per_page) else row for at, row in enumerate(rows)]
    assert said(report([("row", shown, 0)])) == [" | ".join(row) for row in rows]


def test_two_tables_with_one_header_on_consecutive_pages_keep_both() -> None:
    """Where the first one leaves room on its page, nothing continues."""
    rows = [[f"<b>{cell}</b>" for cell in HEADER], *ROWS[:3]]
    texts = [" | ".join(row) for row in [HEADER, *ROWS[:3]]]
    assert said(report([("row", rows, 1), ("break",), ("row", rows, 1)])) == [*texts, *texts]
    texts = [*(" | ".join(row) for row in [HEADER, *ROWS]), *texts]
    long = [("row", [rows[0], *ROWS], 1), ("break",), ("row", rows, 1)]
    assert said(report(long)) == texts


def test_a_table_that_leaves_room_on_its_page_is_over() -> None:
    """Its last cell may have neither an end nor room in its line."""
    one, two = (
        [["Year", "Cases"], ["2023", "5 cases"], ["2024", "7 cases"]],
        [["", "Baltic states"], ["Fraud", "3 cases"]],
    )
    texts = ["Year | Cases", "2023 | 5 cases", "2024 | 7 cases", "Baltic states", "Fraud | 3 cases"]
    assert said(report([("row", one, 0), ("break",), ("row", two, 0)])) == texts
    torn = ruled(60, 120, [["The risk of fraud"], ["Municipalities are prepared worse than the"]])
    more = ruled(60, 120, [[], ["others are, for they have fewer people."]])
    text = (
        "The risk of fraud | Municipalities are prepared worse than the", "others are, for they have fewer people."
    )  # fmt: skip
    assert said(drawn(torn, more)) == [*text]

    def full(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 70, [SENTENCES[at % len(SENTENCES)][:60] for at in range(58)])

    assert [row for row in said(drawn(full, torn, more, full)) if row.startswith(("The risk", "others"))] == [*text]


def test_a_row_that_the_page_cuts_is_one_row() -> None:
    """A word that the page cuts is whole again, too."""
    for head, tail, whole in (("min-", "istries", "ministries"), ("the", "others", "the others")):
        one = ruled(720, 760, [["The risk of fraud", "by banks"], [f"Municipalities are prepared worse than {head}"]])
        two = ruled(60, 120, [[], [f"{tail} are, for they have fewer people."]])
        assert said(drawn(one, two)) == [
            f"The risk of fraud by banks | Municipalities are prepared worse than {whole} are, for they have fewer people."
        ]


def test_a_row_that_three_pages_share_is_one_row() -> None:
    """So long that it is read cell by cell."""
    cells = (
        ["Municipalities are prepared worse than the"],
        ["others are, for all of the networks that they"] * 56 + ["have are looked at by one person, and the"],
        ["banks know it."],
    )
    pages = ruled(720, 760, [["Fraud"], cells[0]]), ruled(60, 760, [[], cells[1]]), ruled(60, 120, [[], cells[2]])
    assert said(drawn(*pages)) == ["Fraud", " ".join(line for cell in cells for line in cell)]


def test_a_row_behind_the_page_is_another_where_the_one_before_it_is_over() -> None:
    """Its last line had room for more, or its sentence an end; whatever letter the next one begins with."""
    room = ruled(720, 760, [["fraud"], ["high"]]), ruled(60, 120, [["espionage"], ["very high"]])
    assert said(drawn(*room)) == ["fraud | high", "espionage | very high"]
    full = "The level of this threat is said to be high."
    ended = ruled(720, 760, [["fraud"], [full]]), ruled(60, 120, [["espionage"], ["very high, and likely to grow"]])
    assert said(drawn(*ended)) == [f"fraud | {full}", "espionage | very high, and likely to grow"]


def test_a_row_whose_name_begins_anew_is_another() -> None:
    """Also where another cell of the row before it seems to continue."""
    one = ruled(720, 760, [["Threat A"], ["Risk for the national networks in all of the"]])
    two = ruled(60, 120, [["threat B"], ["likelihood of attacks"]])
    assert said(drawn(one, two)) == [
        "Threat A | Risk for the national networks in all of the", "threat B | likelihood of attacks",
    ]  # fmt: skip


def test_a_row_without_a_name_is_another_where_no_sentence_is_torn() -> None:
    """A group may continue without its name, in a row of its own."""
    for last, next_ in (
        ("Espionage", "theft of data"),
        ("Banks were warned in time.", "Their customers were not."),
        ("-", "theft of data"),
    ):
        pages = ruled(720, 760, [["China"], [last]]), ruled(60, 120, [[], [next_]])
        assert said(drawn(*pages)) == [f"China | {last}", next_]


def test_small_letters_tell_nothing_where_cells_begin_so_or_are_items() -> None:
    full = "municipalities are prepared worse than the"
    small = ruled(720, 760, [["China"], [full]]), ruled(60, 120, [[], ["theft of data from the others"]])
    assert said(drawn(*small)) == [f"China | {full}", "theft of data from the others"]
    for item in ("o Theft of data", "b) theft of data"):
        items = ruled(720, 760, [["China"], [full.capitalize()]]), ruled(60, 120, [[], [item]])
        assert said(drawn(*items)) == [f"China | {full.capitalize()}", item]


def test_a_cell_that_ends_above_the_foot_of_the_page_does_not_go_on() -> None:
    names = [f"Name {at}" for at in range(8)]
    one = ruled(660, 770, [names, ["Municipalities are prepared worse than the"]])
    two = ruled(60, 120, [[], ["others are, for they have fewer people."]])
    assert len(said(drawn(one, two))) == 2


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
    one = ruled(480, 770, [["All know that", *left], ["All know that", *right]])
    two = ruled(60, 360, [left, [*right[:-1], "them in the end."]])
    text = " ".join(said(drawn(one, two)))
    assert text.rindex("the left") < text.index("the right")
