"""Dates in one form: which ways of writing one are the same, and which are not."""

from __future__ import annotations

import pytest

from pagewitness.archive.text import dates, words

FIRST_OF_DECEMBER = [
    "December 1, 2024", "December 1st, 2024", "Dec. 1, 2024", "1 December 2024", "1 Dec 2024", "1st of December 2024",
    "1 December, 2024", "1. Dezember 2024", "1er décembre 2024", "1 de diciembre de 2024", "1º de dezembro de 2024",
    "1 dicembre 2024", "1 december 2024", "1 grudnia 2024", "1. prosince 2024", "2024 m. gruodžio 1 d.",
    "2024 m. gruodžio 1-ąją", "2024. gada 1. decembrī", "1. detsember 2024", "1. joulukuuta 2024", "1. desember 2024",
    "1 декабря 2024", "1 грудня 2024", "2024-12-01", "2024/12/01", "2024.12.1",
]  # fmt: skip


@pytest.mark.parametrize("date", FIRST_OF_DECEMBER)
def test_one_date_has_one_form(date: str) -> None:
    """In whatever language and order it is written."""
    assert words.plain(date) == "2024_12_01"
    assert words.plain(f"Seen on {date}, and since.") == "Seen on 2024_12_01, and since."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on December 1 we", "on 1 December we"),
        ("13.12.2024", "13 December 2024"),
        ("5.5.2024", "5 May 2024"),
        ("by March 5th we", "by 5 March we"),
        ("By March 5, we", "By 5 March, we"),
        ("3–5 March 2024", "3-5. März 2024"),
        ("3 okt", "3 Oktober"),
        ("gegužės 12 d.", "12 May d."),
    ],
)
def test_a_date_without_a_year_and_one_in_figures_that_can_be_read_in_one_way_are_dates(one: str, other: str) -> None:
    assert words.plain(one) == words.plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 December 2024", "2 December 2024"),
        ("1 December 2024", "1 December 2023"),
        ("1 December 2024", "1 December"),
        ("1 December", "1 November"),
        ("1.12.2024", "2024-12-01"),
        ("1.12.2024", "12.1.2024"),
        ("on 1 December.", "on 1 December"),
        ("1. Dezember: Treffen", "2. Dezember: Treffen"),
        ("you may 5 times", "you 5 may times"),
        ("they march 10 miles", "they 10 march miles"),
        ("March 14 %", "14 March %"),
        ("In May 12 people", "In 12 May people"),
        ("3-5 March 2024", "4-5 March 2024"),
    ],
)
def test_another_date_is_another_one(one: str, other: str) -> None:
    """So are figures that can be read in two ways, a full stop, and what only looks like a date."""
    assert words.plain(one) != words.plain(other)


@pytest.mark.parametrize(
    "text", ["version 2.12.2024.1", "32 December 2024", "2024-13-01", "10/2024-12-01/a", "0 May", "3 cats", "31 June 2024",
             "30.2.2024", "June 31, 2024", "$5 March 2024", "No. 12 December 2020", "1 out of 5", "In May 12 people died",
             "Theresa May 3 times"],
)  # fmt: skip
def test_what_is_no_date_stays_as_it_is(text: str) -> None:
    assert dates.dated(text) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In May 12 people", []), ("met May 3 times", []), ("1 out of 5", []), ("on March 5 we", ["March 5"]),
        ("March 5th we", ["March 5th"]), ("March 5; we", ["March 5"]), ("See March 5", ["March 5"]),
        ("5 March we", ["5 March"]), ("March 5, 3000 came", ["March 5"]), ("March 3000", []), ("$5 March 2024", ["March 2024"]),
        ("No. 12 December 2020", ["December 2020"]), ("31 June 2024", ["June 2024"]), ("30 June 2024", ["30 June 2024"]),
        ("3–5 March 2024", ["3–5 March 2024"]), ("103–5 March 2024", ["March 2024"]), ("103-5 March 2024", ["March 2024"]),
    ],
)  # fmt: skip
def test_where_the_dates_of_a_text_stand(text: str, found: list[str]) -> None:
    """Of a day that there is, of a year that there may be, where nothing can be counted behind the day."""
    assert [text[start:end] for start, end in dates.date_places(text)] == found


def test_a_form_names_one_month() -> None:
    """In all languages together, for nobody knows which one a page is in."""
    for forms in dates._table()["months"].values():
        assert len(forms) == 12
        assert [{dates.months()[name] for name in names.split()} for names in forms] == [{n} for n in range(1, 13)]


def test_the_form_is_made_once() -> None:
    for date in FIRST_OF_DECEMBER:
        assert words.plain(words.plain(date)) == words.plain(date)
