"""The numbers, dates and names among what changed."""

import pytest

from pagewitness.archive.diff import compare
from pagewitness.archive.diff.touched import DATE, Touched


def touched(old: str, new: str) -> Touched:
    return compare([("p", old)], [("p", new)]).touched


def test_numbers_that_went_and_came() -> None:
    """Not those that stayed."""
    found = touched("In all 33 of 68 firms paid 3.5 %.", "In all 33 of 75 firms paid 3.7 %.")
    assert found.numbers == (["68", "3.5 %"], ["75", "3.7 %"])
    assert found.dates == found.names == ([], [])


def test_a_date_is_touched_as_a_whole() -> None:
    """Also where only its day changed."""
    assert touched("Due by 1 February 2024.", "Due by 27 February 2024.").dates == (
        ["1 February 2024"],
        ["27 February 2024"],
    )


@pytest.mark.parametrize(
    "date",
    [
        "2024-03-07", "07.03.2024", "3/7/2024", "7 March 2024", "7th March 2024", "March 7, 2024", "7 de marzo de 2024",
        "2024 m. kovo 7 d.", "2024. március 7.", "7. März 2024", "2024年3月7日", "2024", "2023/2024",
    ],
)  # fmt: skip
def test_dates_of_many_languages_are_dates(date: str) -> None:
    assert [match.group() for match in DATE.finditer(f"({date})")] == [date]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3 March 2024", "7 April 2024"), ("March 3, 2024", "April 7, 2024"), ("March 2024", "April 2024"),
        ("3 марта 2024", "7 апреля 2024"), ("2024 m. kovo 3 d.", "2024 m. balandžio 7 d."), ("3. März 2024", "7. April 2024"),
        ("3 March", "7 April"), ("2024. március 3.", "2024. április 7."), ("2024年3月3日", "2024年4月7日"),
    ],
)  # fmt: skip
def test_months_are_dates_and_no_names(old: str, new: str) -> None:
    """And the date is marked in the text as it is listed."""
    found = touched(f"It was seen by {old} there.", f"It was seen by {new} there.")
    assert (found.dates, found.names) == (([old], [new]), ([], []))


def test_a_month_alone_is_no_name_and_ends_none() -> None:
    found = touched("It was seen in March and by Anna Schmidt May.", "It was seen in April and by Anna Meier June.")
    assert found.names == (["Anna Schmidt"], ["Anna Meier"])


@pytest.mark.parametrize("number", ["20245", "2024.5", "2024 %", "1,200", "3.5"])
def test_numbers_are_no_dates(number: str) -> None:
    found = touched(f"It was {number} then", "It was then")
    assert found.dates == ([], [])
    assert found.numbers[0] == [number]


def test_names_are_runs_of_capitals_that_do_not_just_begin_a_sentence() -> None:
    found = touched(
        "Then it met the Office of Border Guards. Rain fell.",
        "Then it met the agency NATO and Jonas Petraitis. Snow fell.",
    )
    assert found.names == (["Office of Border Guards"], ["NATO", "Jonas Petraitis"])


def test_where_all_nouns_have_capitals_only_runs_of_several_words_are_names() -> None:
    """German."""
    old = "Der Bericht der Behörde nennt die Gefahr für das Land, den Hafen und die Stadt, und das Amt sieht dies so."
    found = touched(old, old.replace("die Gefahr", "die Lage im Hafen mit Anna Schmidt und BND"))
    assert found.names[1] == ["Anna Schmidt", "BND"]


def test_what_went_here_and_came_there_is_not_touched() -> None:
    """A name that only changed its place in the text is no news."""
    change = compare(
        [("p", "It names Oslo once."), ("p", "It says more.")], [("p", "It says more."), ("p", "It met Oslo.")]
    )
    assert change.touched.names == ([], [])


def test_as_json() -> None:
    assert touched("at 5", "at 6").as_json()["numbers"] == {"removed": ["5"], "added": ["6"]}


@pytest.mark.parametrize("more", ["The Baltic Fleet stays.", "It is the Baltic Fleet."])
def test_a_name_that_still_stands_elsewhere_is_neither_gone_nor_new(more: str) -> None:
    """In a paragraph that stayed, or in another that changed; a part of a longer word is not it."""
    old = [("p", "It met NATO and the Baltic Fleet at sea."), ("p", more)]
    new = [("p", "It met NATO and the coast guard at sea."), ("p", more)]
    assert compare(old, new).touched.names == compare(new, old).touched.names == ([], [])
    assert compare(old[:1], new[:1]).touched.names == (["Baltic Fleet"], [])
    shorter = [("p", "It met NATO at sea."), ("p", "The NATOs of this world.")]
    assert compare(shorter, [("p", "It met us at sea."), shorter[1]]).touched.names == (["NATO"], [])


def test_a_name_of_several_words_that_stands_there_in_small_letters_is_neither_gone_nor_new() -> None:
    """It lost its capitals; a name of one word may be a common word in small letters."""
    found = touched(
        "It has the Customer Support Desk and Apple here.", "It has the customer support desk and apple here."
    )
    assert found.names == (["Apple"], [])


def test_things_far_from_each_other_in_a_long_paragraph_are_all_found() -> None:
    """A long text is looked at only around what changed."""
    filler = " ".join(f"Some words of sentence {number} say nothing." for number in range(200))
    old = f"In 2023 all met Anna Schmidt. {filler} They paid 3.5 % there. {filler} It ended on 7 March 2024 then."
    new = f"In 2022 all met Jonas Petraitis. {filler} They paid 3.7 % there. {filler} It ended on 8 March 2024 then."
    found = touched(old, new)
    assert found.numbers == (["3.5 %"], ["3.7 %"])
    assert found.dates == (["2023", "7 March 2024"], ["2022", "8 March 2024"])
    assert found.names == (["Anna Schmidt"], ["Jonas Petraitis"])
    assert not found.partial


def test_when_the_time_is_over_what_is_touched_is_partial() -> None:
    """And the change is coarse, also where all words were compared."""
    over = [False]
    change = compare([("p", "It paid 33 then.")], [("p", "It paid 34 then.")], late=lambda: over[0])
    over[0] = True
    assert change.touched == Touched(partial=True)
    assert change.coarse
    assert not change.replaced
