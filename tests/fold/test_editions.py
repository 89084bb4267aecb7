"""When a change is next year's text on the same address."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.fold.editions import LIKE_NAME, NO_NAME, SAME_NAME, is_edition, is_other_issue
from pagewitness.archive.fold.reading_view import ReadingView

OLD = [
    f"The service counted {number} cases of the {number}th kind, which is fewer than it had expected."
    for number in range(20, 30)
]
NEW = [
    f"Courts heard {number} witnesses on day {number}, and most of what they said was not known before."
    for number in range(40, 50)
]
BOILERPLATE = [
    f"The law obliges the service to publish chapter {number} each spring, by act {number}." for number in range(1, 11)
]


def text(heading: str, paragraphs: list[str], title: str | None = None) -> Text:
    """A reading that shows a heading and paragraphs."""
    blocks = [VisibleBlock("h1", heading), *(VisibleBlock("p", one) for one in paragraphs)]
    return Text(ReadingView(blocks, title), range(len(blocks)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (text("Threat assessment 2023", OLD), text("Threat assessment 2024", NEW)),
        (text("Threat assessment 2023", [*OLD, *BOILERPLATE]), text("Threat assessment 2024", [*NEW, *BOILERPLATE])),
        (text("Threat assessment 2023/2024", OLD), text("Threat assessment 2024/2025", NEW)),
        (text("Bulletin no. 9", OLD), text("Bulletin no. 10", NEW)),
        (text("Summary", OLD, "Annual report 2023"), text("Summary", NEW, "Annual report 2024")),
        (text("National threat assessment 2023", OLD), text("Threat assessment for 2024", NEW)),
        (
            text("Threat assessment", ["This is the state of 2023.", *OLD]),
            text("Threat assessment", ["As of 2024.", *NEW]),
        ),
    ],
)
def test_a_later_text_that_is_called_the_same_is_a_new_edition(old: Text, new: Text) -> None:
    """Both may share what is in every edition."""
    assert is_edition(old, new)
    assert not is_edition(new, old), "an earlier one is none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(text("Threats 2023", OLD), text("Threats 2024", OLD), id="a year put right in the title"),
        pytest.param(text("Threats 2023", OLD), text("Threats 2024", [*OLD[:9], NEW[0]]), id="and a paragraph"),
        pytest.param(text("Threats", OLD), text("Threats", NEW), id="a rewritten text without a year"),
        pytest.param(text("Threats 2024", OLD), text("Threats 2024", NEW), id="a rewritten text of the same year"),
        pytest.param(text("Threats 2023", OLD), text("Visit our harbour fair 2024", NEW), id="another matter"),
        pytest.param(
            text("Threats", OLD), text("Threats", [*OLD, "Since 2024 there are more."]), id="a year further down"
        ),
        pytest.param(
            text("Terms", ["Last updated in 2023.", *OLD]),
            text("Terms", ["Last updated in 2024.", *(one.replace("counted", "saw") for one in OLD)]),
            id="paragraphs that were edited, each of them",
        ),
        pytest.param(text("", []), text("", []), id="nothing at all"),
    ],
)
def test_other_changes_are_none(old: Text, new: Text) -> None:
    assert not is_edition(old, new)


# --- how much is new --------------------------------------------------------------------------------------------------


def replaced(stay: int, *, old: str, new: str, years: tuple[str, str] = ("", "")) -> bool:
    """Whether a text of a hundred words that keeps so many of them is a new edition.

    Args:
        old, new: the titles of the page.
        years: what the first paragraphs say besides; none of their words stays.
    """
    kept = [f"kept{at}" for at in range(stay)]
    first, second = (
        [f"{name}{at}" for at in range(100 - stay - len(year.split()))] + year.split()
        for name, year in zip(("old", "new"), years, strict=True)
    )
    before, after = ([VisibleBlock("p", " ".join(words)) for words in (own, kept) if words] for own in (first, second))
    texts = [Text(ReadingView(blocks, title), range(len(blocks))) for blocks, title in ((before, old), (after, new))]
    return is_edition(*texts)


def least(bar: float) -> int:
    """Of a hundred words those that stay where exactly a share of them does."""
    return round(100 * bar)


@pytest.mark.parametrize(
    ("bar", "old", "new", "years"),
    [
        pytest.param(SAME_NAME, "Threats 2023", "Threats 2024", ("", ""), id="the same name with a later number"),
        pytest.param(LIKE_NAME, "National threats of 2023", "The threats of 2024", ("", ""), id="a name that is alike"),
        pytest.param(NO_NAME, "Threats", "Threats", ("As of 2023", "As of 2024"), id="the same name"),
    ],
)
def test_a_text_that_keeps_as_much_as_the_bar_is_no_new_edition(
    bar: float, old: str, new: str, years: tuple[str, str]
) -> None:
    assert replaced(least(bar) - 1, old=old, new=new, years=years)
    assert not replaced(least(bar), old=old, new=new, years=years)


def test_a_name_that_is_only_alike_needs_a_text_that_is_mostly_new() -> None:
    assert replaced(40, old="National threats of 2023", new="The threats of 2024")
    assert not replaced(60, old="National threats of 2023", new="The threats of 2024")


def test_a_name_without_a_year_needs_a_text_of_which_hardly_anything_is_left() -> None:
    assert replaced(20, old="Threats", new="Threats", years=("In 2023", "In 2024"))
    assert not replaced(40, old="Threats", new="Threats", years=("In 2023", "In 2024"))


def test_a_line_is_not_kept_because_one_like_it_is() -> None:
    line = "The service counted twenty cases of the first kind, which is fewer than it had expected"
    old = [f"{line} in {place}." for place in ("the north", "the south", "the east", "the west")]
    assert is_edition(text("", old, "National threats of 2023"), text("", old[:1], "The threats of 2024"))


# --- names and years --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "edition"),
    [
        pytest.param("Threats 2023", "Threats 2023", False, id="the same number"),
        pytest.param("Threats 2024", "Threats 2023", False, id="an earlier one"),
        pytest.param("Bulletin 2024 no. 9", "Bulletin 2025 no. 1", True, id="the first number decides"),
        pytest.param("Bulletin 2025 no. 1", "Bulletin 2024 no. 9", False, id="the other way round"),
        pytest.param("Threats", "Threats of the year 2024", False, id="a year that the old name lacks"),
        pytest.param("Threats 2023", "Threats of the year", False, id="one that the new name lacks"),
        pytest.param("(2023)", "2024:", False, id="names without words"),
        pytest.param("Threats report 2023", "Harbour report 2024", True, id="half of the words are the same"),
        pytest.param("Threats report of 2023", "Harbour report 2024", False, id="less than half of them"),
        pytest.param("", "Threats 2024", False, id="no name before"),
        pytest.param("Threats 2023", "", False, id="no name after"),
        pytest.param(f"No. {'9' * 5_000}", f"No. {'1' * 5_000}", False, id="numbers that nobody can count to"),
    ],
)
def test_a_new_edition_has_a_name_with_a_later_number(old: str, new: str, edition: bool) -> None:
    assert is_edition(text("", OLD, old), text("", NEW, new)) is edition


@pytest.mark.parametrize(("place", "edition"), [(2, True), (3, False)])
def test_a_year_counts_in_the_first_four_blocks_and_in_headings(place: int, edition: bool) -> None:
    """The heading is the first of them; here it is followed by paragraphs."""
    old, new = (
        [*paragraphs[:place], f"As of {year}.", *paragraphs[place:]] for paragraphs, year in ((OLD, 2023), (NEW, 2024))
    )
    assert is_edition(text("Threats", old), text("Threats", new)) is edition
    blocks = [
        [*one.view.blocks, VisibleBlock("h2", f"Cases of {year}")]
        for one, year in ((text("Threats", OLD), 2023), (text("Threats", NEW), 2024))
    ]
    assert is_edition(*(Text(ReadingView(one), range(len(one))) for one in blocks))


def test_without_a_year_in_the_old_text_nothing_is_later() -> None:
    assert not is_edition(text("Threats", OLD), text("Threats", ["As of 2024.", *NEW]))
    assert not is_edition(text("Threats", ["As of 2023.", *OLD]), text("Threats", NEW))


def test_a_text_without_words_has_no_new_edition() -> None:
    assert not is_edition(text("✓", [], "Threats 2023"), text("✓", NEW, "Threats 2024"))


# --- issues of a series -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "issues"),
    [
        pytest.param("Bulletin no. 9", "Bulletin no. 10", True, id="another number"),
        pytest.param("Bulletin no. 10", "Bulletin no. 9", True, id="whichever comes first"),
        pytest.param("Bulletin no. 9", "Bulletin no. 9", False, id="the same number"),
        pytest.param("National threats of 2023", "The threats of 2024", True, id="names that are alike, of two years"),
        pytest.param("National threats of 2024", "The threats of 2023", True, id="in whatever order"),
        pytest.param("National threats of 2024", "The threats of 2024", False, id="of one year"),
        pytest.param("National threats", "The threats of 2024", False, id="one without a year"),
        pytest.param("National threats", "The threats of the nation", False, id="both without one"),
        pytest.param("National threats of 2023", "Visit our harbour in 2024", False, id="names that are not alike"),
    ],
)
def test_two_texts_are_issues_of_a_series_by_their_names(one: str, other: str, issues: bool) -> None:
    """However much they have in common. The name is the heading, or the title of the page."""
    assert is_other_issue(text(one, OLD), text(other, OLD)) is issues
    assert is_other_issue(text("Summary", OLD, one), text("Summary", OLD, other)) is issues
