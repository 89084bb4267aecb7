"""Text that is read from right to left, as PDFs have it: letters where they are seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdfs import Seen, at_right, drawn, written
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean


def said(body: bytes) -> list[str]:
    return [block.text for block in clean(body, "application/pdf", None).document]


def lines(*seen: str, right: float = 520, top: float = 700) -> list[Seen]:
    """Lines as they are seen, one below the other, which end at the right."""
    return [at_right(right, top - 13 * at, 10, text) for at, text in enumerate(seen)]


@pytest.mark.parametrize(
    ("seen", "spoken"),
    [
        ("תונויסינ 37 ,2024 תנשב ההיז תורישה", "השירות זיהה בשנת 2024, 37 ניסיונות"),
        (")א חפסנ ואר( 37.5% הלע רועישה", "השיעור עלה 37.5% (ראו נספח א)"),
        ("ידי לע Google Cloud Platform-ב קדבנ", "נבדק ב-Google Cloud Platform על ידי"),
        ("רבמבונב 2023-2024 םינשה ןיב", "בין השנים 2023-2024 בנובמבר"),
        ("םידומע 12–10 ןיב 12/5/2024 םויב", "ביום 12/5/2024 בין 10–12 עמודים"),
        ("?5.12.2024 ךיראתב Windows 11 לע המ", "מה על Windows 11 בתאריך 5.12.2024?"),
        ("2024 ماع يف ةنجللا تدصر", "رصدت اللجنة في عام 2024"),
        ("؟ةديدج تالاحلا نم %45 نإ Europol تلاق", "قالت Europol إن 45% من الحالات جديدة؟"),
        ("٢٠٢٤-٢٠٢٣ ةرتفلا يف"[::1].replace("٢٠٢٤-٢٠٢٣", "٢٠٢٤-٢٠٢٣"), "في الفترة ٢٠٢٣-٢٠٢٤"),
        ("ﺔﻨﺠﻠﻟﺍ ﺕﺪﺻﺭ", "رصدت اللجنة"),
        ("ﻦﻣﻷﺍ ﺔﺤﺋﻻ", "لائحة الأمن"),
        ("תטלחומה (draft 2) הטויטה תאז", "זאת הטיוטה (draft 2) המוחלטת"),
    ],
)
def test_a_line_is_in_the_order_of_speech(seen: str, spoken: str) -> None:
    """Numbers and Latin words in it keep their own; forms of letters are letters."""
    assert said(written(lines(seen))) == [spoken]


def test_letters_that_are_drawn_in_the_order_of_speech_are_read_so_too() -> None:
    text = "השירות זיהה 37 מקרים"
    places, x = list[Seen](), 500.0
    for letter in "השירות זיהה ":
        places.append((x, 700, 10, letter))
        x -= 5
    places.append((x - 5, 700, 10, "37"))
    x -= 15
    for letter in "מקרים":
        places.append((x, 700, 10, letter))
        x -= 5
    assert said(written(places)) == [text]


def test_vowel_marks_follow_their_letters() -> None:
    page: list[Seen] = [(480 - 5 * at, 700, 10, letter) for at, letter in enumerate("שלום")]
    page += [(480, 700, 10, "\u05b8"), (470, 700, 10, "\u05b9")]
    assert said(written(page)) == ["ש\u05b8לו\u05b9ם"]


def test_columns_begin_at_the_right_and_paragraphs_end_at_the_left() -> None:
    first = ["תואלמ םילימ לש הנושאר הרוש תאז", "תואלמ םילימ לש היינש הרוש תאז", "תואלמ םילימ לש הרצק הרוש"]
    second = ["תרחא הדומעב הרושה הליחתמ ןאכ", "תרחא הדומעב הרושה הכישממ ןאכ", "תרחא הדומעב הרושה תמייתסמ"]
    found = said(written([*lines(*first), *lines(*second, right=270)]))
    spoken = " ".join(line[::-1] for line in (*first, *second))
    assert " ".join(found) == spoken


def test_cells_begin_at_the_right() -> None:
    rows = [("רזגמ", "2023", "2024"), ("היגרנא", "4", "6"), ("למנו הרובחת", "9", "12")]
    cells = [
        at_right(x, 700 - 14 * at, 10, cell)
        for at, row in enumerate(rows)
        for x, cell in zip((520, 380, 300), row, strict=True)
    ]
    assert said(written(cells)) == ["מגזר | 2023 | 2024", "אנרגיה | 4 | 6", "תחבורה ונמל | 9 | 12"]


def test_items_lose_their_dots_and_keep_their_numbers() -> None:
    found = clean(written(lines("הנושאר הדוקנ •", "היינש הדוקנ •", "ןושאר ףיעס .1", "ינש ףיעס .2")), None, None)
    assert [(one.kind, one.text) for one in found.document] == [
        ("li", "נקודה ראשונה"), ("li", "נקודה שנייה"), ("li", "1. סעיף ראשון"), ("li", "2. סעיף שני"),
    ]  # fmt: skip


def test_right_to_left_words_on_an_english_page_are_turned_where_they_are() -> None:
    page: Sequence[Seen] = [
        (60, 700, 10, "The service that is called ןוחטיבה תוריש (Shin Bet) by all of them was"),
        (60, 687, 10, "founded in that year, and it has been named so by the people who live there."),
    ]
    assert said(written(page)) == [
        "The service that is called שירות הביטחון (Shin Bet) by all of them was founded in that year, and it has been named "
        "so by the people who live there."
    ]


def test_a_page_in_another_script_is_as_it_was() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Nothing here is read from right to left (at all).")

    assert said(drawn(page)) == ["Nothing here is read from right to left (at all)."]
