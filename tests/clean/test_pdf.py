"""What is read of a PDF: its blocks with their pages, and nothing of the layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import pagewitness
from pdfs import HEIGHT, SENTENCES, WIDTH, column, drawn, report
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.pdf.page_blocks import own_date

REPORT = report(
    [
        ("h1", "National threat assessment"), ("p", SENTENCES[0]), ("h2", "1. Cyber attacks"), ("p", " ".join(SENTENCES[1:4])),
        ("li", "Fraud in the name of banks"), ("li", "Attacks on suppliers"), ("break",),
        ("h2", "2. Espionage"), ("p", " ".join(SENTENCES[4:7])),
        ("row", [["Threat", "Level"], ["Sabotage", "high"], ["Espionage", "very high"]]), ("break",), ("p", SENTENCES[7]),
        ("break",), ("h3", "In short"), ("p", SENTENCES[2]),
    ],
    header="State Security Department 2024", title="Microsoft Word - assessment_final.docx", author="The Department",
)  # fmt: skip


def read(body: bytes, content_type: str | None = "application/pdf") -> Reading:
    return clean(body, content_type, "https://example.org/report.pdf")


def said(body: bytes) -> list[str]:
    return [block.text for block in read(body).document]


def dropped(body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in read(body).blocks:
        if not block.document:
            found.setdefault(block.by, []).append(block.text)
    return found


def test_a_report_is_its_headings_paragraphs_items_and_rows_each_with_its_page() -> None:
    assert [(block.kind, block.text, block.page) for block in read(REPORT).document] == [
        ("h1", "National threat assessment", 1),
        ("p", SENTENCES[0], 1),
        ("h2", "1. Cyber attacks", 1),
        ("p", " ".join(SENTENCES[1:4]), 1),
        ("li", "Fraud in the name of banks", 1),
        ("li", "Attacks on suppliers", 1),
        ("h2", "2. Espionage", 2),
        ("p", " ".join(SENTENCES[4:7]), 2),
        ("row", "Threat | Level", 2),
        ("row", "Sabotage | high", 2),
        ("row", "Espionage | very high", 2),
        ("p", SENTENCES[7], 3),
        ("h3", "In short", 4),
        ("p", SENTENCES[2], 4),
    ]


def test_running_headers_and_page_numbers_are_no_document() -> None:
    assert dropped(REPORT) == {
        "running header or footer": ["State Security Department 2024"] * 4,
        "page number": ["1", "2", "3", "4"],
    }


def test_the_title_of_the_page_goes_before_what_a_program_wrote() -> None:
    """And the author and the dates are what the file says."""
    found = read(REPORT)
    assert (found.title, found.author, found.language) == ("National threat assessment", "The Department", "en")
    assert found.published is not None
    assert found.published.startswith("20")


def test_a_pdf_is_known_by_its_bytes_alone() -> None:
    """Whatever the server and the address say; and what only has a PDF's type is no PDF."""
    assert clean(REPORT, "text/html", "https://example.org/page.html").document
    assert (
        clean(b"<h1>Moved</h1><p>The report has moved.</p>", "application/pdf", "https://example.org/a.pdf")
        .document[0]
        .page
        is None
    )


@pytest.mark.parametrize(("columns", "width"), [(2, 250), (3, 165)])
def test_columns_are_read_one_after_the_other_also_below_a_heading_and_above_a_foot(columns: int, width: int) -> None:
    lines = [
        [f"Column {at} line {line} runs over its width" for line in range(12)] for at in range(columns)
    ]  # fmt: skip

    def page(canvas: Canvas) -> None:
        column(
            canvas, 40, HEIGHT - 80, ["A line above that runs over all of the columns of this page, from side to side."]
        )
        canvas.setFont("Helvetica", 8)
        for line in range(12):  # drawn across, as some programs do
            for at in range(columns):
                column(canvas, 40 + at * width, HEIGHT - 110 - 12 * line, [lines[at][line]])
        canvas.setFont("Helvetica", 10)
        column(
            canvas,
            40,
            HEIGHT - 300,
            ["A line below that runs over all of the columns of this page, from side to side."],
        )

    text = " ".join(said(drawn(page)))
    places = [
        text.index("A line above"),
        *(text.index(line) for part in lines for line in part),
        text.index("A line below"),
    ]
    assert places == sorted(places)


def test_a_word_that_a_line_end_cut_is_whole_and_a_compound_keeps_its_hyphen() -> None:
    """As the rest of the document writes it, where it does."""

    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, [
            "The state-owned company is well-known, and so are the assess-",
            "ments that it has published over the last years on each well-",
            "known risk; it is a long-",
            "term matter that long-term planning has to take into account.",
        ])  # fmt: skip

    assert said(drawn(page)) == [
        "The state-owned company is well-known, and so are the assessments that it has published over the last years on each "
        "well-known risk; it is a long-term matter that long-term planning has to take into account."
    ]


def test_a_hyphen_at_the_end_of_a_line_stays_between_two_words_of_the_document() -> None:
    """Where the document has neither the compound nor the whole word."""

    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, [
            "The data that was found was driven by those that are not-",
            "iced by nobody, in a way that is called data-",
            "driven by everybody, and EU-",
            "wide there is nothing that is like it as far as it is known.",
        ])  # fmt: skip

    text = " ".join(said(drawn(page)))
    assert "not-iced" not in text
    assert "data-driven" in text
    assert "EU-wide" in text


def test_a_line_with_a_gap_is_read_from_left_to_right() -> None:
    """Also if what is behind the gap, a word blackened, is a little higher."""

    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, ["Between October and June the service closed some accounts under its"])
        canvas.drawString(60, HEIGHT - 112, "rules for violent speech, and removed")
        canvas.drawString(290, HEIGHT - 111.2, "posts under the same rules")
        column(canvas, 60, HEIGHT - 124, ["in all of the countries that it is used in, as far as it is known."])

    assert said(drawn(page)) == [
        "Between October and June the service closed some accounts under its rules for violent speech, and removed posts under "
        "the same rules in all of the countries that it is used in, as far as it is known."
    ]


def test_letters_that_touch_are_one_word() -> None:
    """Also where each is drawn by itself, with a blank behind it that takes no room."""

    def page(canvas: Canvas) -> None:
        x = 60.0
        for word in SENTENCES[0].split():
            for letter in word:
                canvas.drawString(x, HEIGHT - 100, f"{letter} ")
                x += canvas.stringWidth(letter, "Helvetica", 10)
            x += 2.8

    assert said(drawn(page)) == [SENTENCES[0]]


def test_a_paragraph_goes_on_over_the_page_and_its_running_lines() -> None:
    def one(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 40, "Assessment of the year")
        column(
            canvas,
            60,
            150,
            ["The campaign was aimed at the people who had signed the petition and", "at those that they"],
        )

    def two(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 40, "Assessment of the year")
        column(
            canvas,
            60,
            HEIGHT - 90,
            [
                "had told of it, as far as anybody knows until this day.",
            ],
        )

    assert said(drawn(one, two, lambda canvas: canvas.drawString(60, HEIGHT - 40, "Assessment of the year"))) == [
        "The campaign was aimed at the people who had signed the petition and at those that they had told of it, as far as "
        "anybody knows until this day."
    ]


def test_a_line_of_bold_words_in_the_middle_of_a_sentence_begins_no_paragraph() -> None:
    lines = [
        ("There is a risk that the figures of the engagement of people with", "Helvetica"),
        ("posts and likes that are shown below each of them could lend", "Helvetica-Bold"),
        ("an air of truth to what is none.", "Helvetica"),
    ]

    def page(canvas: Canvas) -> None:
        for at, (line, font) in enumerate(lines):
            canvas.setFont(font, 10)
            column(canvas, 60, HEIGHT - 100 - 12 * at, [line])

    assert said(drawn(page)) == [" ".join(line for line, _ in lines)]


def test_footnotes_stand_apart_behind_all_else_and_begin_with_their_mark() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, [f"{SENTENCES[1]}", "The second sentence has a note"])
        canvas.setFont("Helvetica", 6)
        canvas.drawString(60 + canvas.stringWidth("The second sentence has a note", "Helvetica", 10), HEIGHT - 108, "7")
        canvas.drawString(60, 82, "7")
        canvas.setFont("Helvetica", 8)
        column(canvas, 66, 80, ["See the report of the committee of 2019 on the same matter,", "and its annex."], 10)
        canvas.line(60, 95, 200, 95)

    def other(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, [SENTENCES[2]])

    found = read(drawn(page, other)).document
    assert [(block.kind, block.text, block.page) for block in found] == [
        ("p", f"{SENTENCES[1]} The second sentence has a note⁷", 1),
        ("p", SENTENCES[2], 2),
        ("note", "⁷ See the report of the committee of 2019 on the same matter, and its annex.", 1),
    ]
    assert found[-1].by == "footnote 7 of page 1"


def test_contents_keep_their_entries_and_lose_their_leaders_and_pages() -> None:
    """A report that is set again has other page numbers, and the same contents."""

    def page(canvas: Canvas) -> None:
        for at, (entry, number) in enumerate([("Summary", 2), ("Cyber attacks", 4), ("Espionage", 9)]):
            column(canvas, 60, HEIGHT - 100 - 14 * at, [f"{entry} {'.' * 60} {number}"])

    assert said(drawn(page)) == ["Summary", "Cyber attacks", "Espionage"]


def test_cells_without_rules_are_rows_where_they_stand_below_one_another() -> None:
    def page(canvas: Canvas) -> None:
        for at, row in enumerate([("Year", "Incidents", "Severe"), ("2022", "3,201", "14"), ("2023", "4,870", "31")]):
            for place, cell in enumerate(row):
                canvas.drawString(60 + 150 * place, HEIGHT - 100 - 14 * at, cell)

    assert said(drawn(page)) == ["Year | Incidents | Severe", "2022 | 3,201 | 14", "2023 | 4,870 | 31"]


def test_a_table_that_the_page_cuts_is_read_by_its_cells() -> None:
    def page(canvas: Canvas) -> None:
        canvas.line(60, 160, 460, 160)
        for x in (60, 260, 460):
            canvas.line(x, 40, x, 160)
        column(canvas, 66, 140, ["The first cell of a row", "in two lines"])
        column(canvas, 266, 140, ["The second cell of the row", "likewise"])

    assert said(drawn(page)) == ["The first cell of a row in two lines | The second cell of the row likewise"]


def test_dots_that_a_browser_draws_before_lines_are_bullets() -> None:
    def page(canvas: Canvas) -> None:
        for at in range(3):
            canvas.circle(62, HEIGHT - 97 - 14 * at, 2, stroke=0, fill=1)
            column(canvas, 72, HEIGHT - 100 - 14 * at, [f"the item {at}, which ends with a comma,"])

    assert [(block.kind, block.text) for block in read(drawn(page)).document] == [
        ("li", f"the item {at}, which ends with a comma,") for at in range(3)
    ]


def test_white_boxes_under_lines_are_no_cells() -> None:
    def page(canvas: Canvas) -> None:
        for at, x in ((0, 80), (1, 60), (2, 60)):
            canvas.setFillGray(1)
            canvas.rect(x, HEIGHT - 103 - 12 * at, 400, 12, stroke=0, fill=1)
            canvas.setFillGray(0)
            column(canvas, x, HEIGHT - 100 - 12 * at, [SENTENCES[at]])

    assert " ".join(said(drawn(page))) == " ".join(SENTENCES[:3])


def test_captions_and_numbered_items() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, ["Figure 3: Incidents by month, without those of banks"])
        for at in range(3):
            column(canvas, 60, HEIGHT - 140 - 14 * at, [f"{at + 1}."])
            column(canvas, 84, HEIGHT - 140 - 14 * at, [f"The item with the number {at + 1} of this list"])

    found = read(drawn(page)).document
    assert [(block.kind, block.text) for block in found] == [
        ("caption", "Figure 3: Incidents by month, without those of banks"),
        *(("li", f"{at}. The item with the number {at} of this list") for at in (1, 2, 3)),
    ]


def test_hidden_and_turned_text_is_out_and_said_to_be() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, SENTENCES[:3])
        text = canvas.beginText(60, 300)
        text.setTextRenderMode(3)
        text.textLine("Nobody sees this line")
        text.setTextRenderMode(0)
        canvas.drawText(text)
        canvas.drawString(WIDTH + 50, 300, "Outside of the page")
        canvas.saveState()
        canvas.translate(30, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "DRAFT COPY")
        canvas.restoreState()

    body = drawn(page)
    assert " ".join(said(body)) == " ".join(SENTENCES[:3])
    assert dropped(body) == {
        "hidden": ["Nobody sees this line"], "hidden: outside the page": ["Outside of the page"], "turned": ["DRAFT COPY"],
    }  # fmt: skip


def test_a_page_on_its_side_is_read_as_people_turn_it() -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        column(canvas, 60, WIDTH - 60, SENTENCES[:4])

    assert " ".join(said(drawn(page))) == " ".join(SENTENCES[:4])


def test_clean_reads_a_file_and_says_the_pages(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(REPORT)
    done = pagewitness(tmp_path / "none.db", "clean", str(file))
    assert done.returncode == 0
    assert done.stdout.decode().startswith("p. 1\n# National threat assessment\n")
    assert "\np. 2\n\n## 2. Espionage\n" in done.stdout.decode()
    told = json.loads(pagewitness(tmp_path / "none.db", "clean", "--explain", "--json", str(file)).stdout)
    assert told["blocks"][-1] | {"by": ""} == {"kind": "p", "text": SENTENCES[2], "page": 4, "by": ""}
    assert {"text": "2", "page": 2, "by": "page number"} in told["dropped"]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("D:20240828101500+02'00'", "2024-08-28T10:15:00+02:00"),
        ("D:20240828101500Z", "2024-08-28T10:15:00Z"),
        ("D:202408281015", "2024-08-28T10:15:00"),
        ("D:20240828", "2024-08-28"),
        ("D:20240231101500Z", None),
        ("D:20240828259900Z", "2024-08-28"),
        ("D:19700101000000Z", None),
        (None, None),
    ],
)
def test_the_dates_of_a_file_exist(written: str | None, date: str | None) -> None:
    assert own_date(written) == date
