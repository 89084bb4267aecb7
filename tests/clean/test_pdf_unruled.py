"""Tables without rules: wrapped cells, and heads of columns that are set upright."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdfs import column, drawn
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean

ABOVE = [
    "The Office expects that this will go on and that the sums offered will rise in the",
    "coming year, as they have in this one.",
]
HEAD = ["Indicator", "Unit", "2023", "2024"]
Lines = Sequence[tuple[float, Sequence[str]]]


def said(body: bytes) -> list[str]:
    return [block.text for block in clean(body, "application/pdf", None).document]


def table(lines: Lines, places: Sequence[float] = (60, 250, 360, 430)) -> list[str]:
    """What is read of a table between two paragraphs: lines with their distance from the one before, in points."""

    def page(canvas: Canvas) -> None:
        column(canvas, 60, 780, ABOVE)
        y = 720.0
        for distance, cells in lines:
            y -= distance
            for x, cell in zip(places, cells, strict=False):
                canvas.drawString(x, y, cell)
        column(canvas, 60, y - 40, ABOVE)

    first, *rows, last = said(drawn(page))
    assert first == last == " ".join(ABOVE)
    return rows


ROWS = ["Indicator | Unit | 2023 | 2024", "Loans to deposits | per cent | 87 | 91",
        "Share of loans to builders in all loans | per cent | 12 | 14",
        "Price of offices | change | -3 | -7"]  # fmt: skip


@pytest.mark.parametrize(
    "wrapped",
    [
        [(20, ["Share of loans to", "per cent", "12", "14"]), (12, ["builders in all loans"])],
        [(20, ["Share of loans to"]), (12, ["builders in all loans", "per cent", "12", "14"])],
        [(20, ["Share of loans to"]), (6, ["", "per cent", "12", "14"]), (6, ["builders in all loans"])],
        [(20, ["Share of"]), (12, ["loans to builders", "per cent", "12", "14"]), (12, ["in all loans"])],
    ],
)
def test_a_label_of_several_lines_is_one_cell(wrapped: Lines) -> None:
    """Wherever the figures are: at its top, foot or middle."""
    rest = [(20, ["Price of offices", "change", "-3", "-7"])]
    assert table([(0, HEAD), (20, ["Loans to deposits", "per cent", "87", "91"]), *wrapped, *rest]) == ROWS
    assert table([(0, HEAD), *wrapped, (20, ["Loans to deposits", "per cent", "87", "91"]), *rest]) == [
        ROWS[0],
        ROWS[2],
        ROWS[1],
        ROWS[3],
    ]
    assert table([(0, HEAD), (20, ["Loans to deposits", "per cent", "87", "91"]), *rest, *wrapped]) == [
        ROWS[0],
        ROWS[1],
        ROWS[3],
        ROWS[2],
    ]


def test_a_wrapped_label_in_a_dense_table_goes_on_in_small_letters() -> None:
    lines = [(0, HEAD), (12, ["Loans to deposits", "per cent", "87", "91"]), (12, ["Share of loans to", "per cent", "12", "14"]),
             (12, ["builders in all loans"]), (12, ["Price of offices", "change", "-3", "-7"])]  # fmt: skip
    assert table(lines) == ROWS


def test_rows_in_groups_stay_rows_and_a_title_between_them_is_no_label() -> None:
    cells = [["Gas", "TWh", "87", "91"], ["Oil", "t", "1", "2"], ["Roads", "km", "8", "9"], ["Rail", "km", "3", "4"]]
    rows = [" | ".join(row) for row in cells]
    assert table([(0, cells[0]), (12, cells[1]), (24, cells[2]), (12, cells[3])]) == rows
    grouped = table(
        [
            (0, HEAD),
            (14, ["Energy"]),
            (14, cells[0]),
            (14, cells[1]),
            (14, ["Transport"]),
            (14, cells[2]),
            (14, cells[3]),
        ]
    )
    assert [row for row in grouped if "|" in row] == [ROWS[0], *rows]


def test_cells_of_several_columns_may_be_wrapped_and_so_may_heads() -> None:
    assert table([
        (0, ["", "Number of", "Share of", "Last"]), (12, ["Sector", "incidents", "all", "year"]), (20, ["Energy", "87", "91", "2"]),
        (20, ["Transport and", "9", "1", "3"]), (12, ["storage"]), (20, ["Health", "3", "7", "8"]),
    ]) == [
        "Sector | Number of incidents | Share of all | Last year", "Energy | 87 | 91 | 2", "Transport and storage | 9 | 1 | 3",
        "Health | 3 | 7 | 8",
    ]  # fmt: skip
    assert table([
        (0, ["Threat", "Description"]), (20, ["Sabotage of", "Damage to cables and pipes that"]),
        (12, ["infrastructure", "is done by ships"]), (20, ["Espionage", "Approaches to people who travel"]), (12, ["", "often"]),
        (20, ["Fraud", "Money that is taken from people"]),
    ]) == [
        "Threat | Description", "Sabotage of infrastructure | Damage to cables and pipes that is done by ships",
        "Espionage | Approaches to people who travel often", "Fraud | Money that is taken from people",
    ]  # fmt: skip


@pytest.mark.parametrize("angle", [90, -90])
@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize(
    "heads", [("Energy", "Transport", "Health"), ("Energy\nand gas", "Road\ntransport", "Public\nhealth")]
)
def test_heads_that_are_set_upright_are_heads(angle: int, ruled: bool, heads: tuple[str, ...]) -> None:
    """And other turned text is still none of the document."""
    places = 200, 240, 280

    def page(canvas: Canvas) -> None:
        column(canvas, 60, 780, ABOVE)
        for x, head in zip(places, heads, strict=True):
            canvas.saveState()
            canvas.translate(x + 8 if angle == 90 else x, 640 if angle == 90 else 700)
            canvas.rotate(angle)
            for at, line in enumerate(head.split("\n")):
                canvas.drawString(2, -11 * at, line)
            canvas.restoreState()
        canvas.drawString(60, 641, "Year")
        for at, row in enumerate([("2023", "4", "9", "1"), ("2024", "6", "12", "5"), ("2025", "7", "2", "3")]):
            for x, cell in zip((60, *places), row, strict=True):
                canvas.drawString(x, 620 - 16 * at, cell)
        for y in (710, 635, 616, 600, 584) if ruled else ():
            canvas.line(55, y, 315, y)
        for x in (55, 195, 235, 275, 315) if ruled else ():
            canvas.line(x, 710, x, 584)
        canvas.translate(30, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "DRAFT COPY")

    text = " | ".join(head.replace("\n", " ") for head in heads)
    body = drawn(page)
    assert said(body)[1:] == [f"Year | {text}", "2023 | 4 | 9 | 1", "2024 | 6 | 12 | 5", "2025 | 7 | 2 | 3"]
    assert [block.text for block in clean(body, None, None).blocks if not block.document] == ["DRAFT COPY"]


def test_lines_with_words_blackened_are_no_rows() -> None:
    """They all begin and end at the margins."""
    lines = [("Between October and June, the service closed", "accounts under its own rules for"),
             ("violent speech, and removed some", "posts for the same reasons. The number"),
             ("of accounts that were closed comes up to", "of all accounts of that country")]  # fmt: skip

    def page(canvas: Canvas) -> None:
        for at, (left, right) in enumerate(lines):
            canvas.drawString(60, 700 - 12 * at, left)
            canvas.drawRightString(500, 700 - 12 * at, right)

    assert said(drawn(page)) == [" ".join(part for line in lines for part in line)]
