"""The numbers, dates and names among what changed."""

import pytest

from pagewitness.archive.diff import compare
from pagewitness.archive.diff.touched import Touched
from pagewitness.archive.text.dates import shaped


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
    assert shaped(f"({date})") == [(1, len(date) + 1)]


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


def test_a_month_alone_is_no_name_but_belongs_to_one_that_it_stands_beside() -> None:
    found = touched("It was seen in March and by Anna Schmidt May.", "It was seen in April and by Anna Meier June.")
    assert found.names == (["Anna Schmidt May"], ["Anna Meier June"])


@pytest.mark.parametrize(
    ("went", "came"),
    [
        ("Theresa May", "nobody"), ("Theresa May", "Theresa Weber"), ("Jan Kowalski", "Adam Nowak"),
        ("April Jones", "Jane Jones"), ("Marta Keller", "Marta Meier"), ("June Carter", "Ann Carter"),
        ("Мая Плисецкая", "Анна Павлова"), ("Set Theory", "Game Theory"), ("the Black March", "the White March"),
        ("the House of April", "the House of June"),
    ],
)  # fmt: skip
def test_people_and_things_that_are_named_like_a_month_are_names(went: str, came: str) -> None:
    """Whole, if another word of the name is beside the month."""
    listed = [[name.removeprefix("the ")] if name != "nobody" else [] for name in (went, came)]
    found = touched(f"It was led by {went} there.", f"It was led by {came} there.")
    assert [found.names[0], found.names[1]] == listed
    assert (found.dates, found.numbers) == (([], []), ([], []))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It fell in March there.", "It fell in April there."), ("In March it fell.", "In April it fell."),
        ("Since May it has been so.", "Since June it has been so."), ("It fell seit Mai so.", "It fell seit Juni so."),
        ("It fell so (5 May) here.", "It fell so (5 June) here."), ("It had 2,000 May cases.", "It had 2,000 June cases."),
        ("Send it by the end of May then.", "Send it by the end of June then."), ("Early May was so.", "Early June was so."),
        ("It fell after May and before July.", "It fell after June and before August."),
        ("By May it fell. Until May it rose.", "By June it fell. Until June it rose."),
        ("C'était avant la fin de Mai ici.", "C'était avant la fin de Juin ici."), ("En Mayo cayó.", "En Junio cayó."),
        ("It was seen: In May, so it was.", "It was seen: In June, so it was."), ("It was led by May.", "It was led by June."),
    ],
)  # fmt: skip
def test_a_month_alone_is_no_name(old: str, new: str) -> None:
    """In any language: nothing in its shape says whether it is a person, and most are times."""
    assert touched(old, new).names == ([], [])


@pytest.mark.parametrize(
    ("text", "went", "came"),
    [
        ("In May {} people died.", "12", "15"), ("We met Theresa May {} times.", "3", "5"), ("{} out of 5 fell.", "1", "2"),
        ("On March 5, {} people came.", "2000", "3000"), ("On March 5, {} people came.", "4,500", "2000"),
        ("On 5 March {} people came.", "2000", "3000"), ("It paid {} March 2024 there.", "$5", "$6"),
        ("See No. {} December 2020 there.", "12", "13"),
    ],
)  # fmt: skip
def test_numbers_beside_months_are_numbers(text: str, went: str, came: str) -> None:
    """What can be read in both ways is what it is on the other side."""
    found = touched(text.format(went), text.format(came))
    assert (found.numbers, found.dates) == (([went], [came]), ([], []))


def test_a_year_that_went_from_a_date_is_part_of_it() -> None:
    """There is no number in its place."""
    found = touched("It opened on March 5, 2024 there.", "It opened on March 5 there, 3000 came.")
    assert (found.dates, found.numbers) == ((["March 5, 2024"], ["March 5"]), ([], ["3000"]))


@pytest.mark.parametrize(
    ("went", "came"),
    [
        ("3–5 March 2024", "3–6 March 2024"), ("3-5 March 2024", "3-6 March 2024"), ("3–5. März 2024", "4–5. März 2024"),
        ("2024-03-07T10:00", "2024-03-08T10:00"), ("2024-03-07T10:00:00Z", "2024-03-08T10:00:00Z"),
        ("2024-03-07T10:00+02:00", "2024-03-08T10:00+02:00"),
    ],
)  # fmt: skip
def test_days_from_one_to_another_and_stamps_are_dates(went: str, came: str) -> None:
    """Whichever dash is between the days."""
    found = touched(f"It was on {went} there.", f"It was on {came} there.")
    assert (found.dates, found.numbers, found.names) == (([went], [came]), ([], []), ([], []))


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
    assert touched(old + " Es gilt seit Ende Mai so.", old + " Es gilt seit Anfang Juni so.").names == ([], [])


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


def test_a_name_that_still_stands_is_not_gone_whatever_stands_behind_it() -> None:
    """A sigma at the end of a word is another letter in small."""
    old = "Σήμερα ήρθε η ΕΛΑΣ στην πόλη. Το κείμενο μένει εδώ."
    found = touched(old, old.replace("η ΕΛΑΣ", "η ομάδα").replace("εδώ", "εδώ με την ΕΛΑΣ’Α"))
    assert "ΕΛΑΣ" not in found.names[0]
