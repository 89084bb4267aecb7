"""Lines that count by themselves, in one form; and sentences with the same words, left as they are."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.comparison import Text, compare_texts
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.text.counters import COUNTED, uncounted
from pagewitness.archive.text.words import plain

TEXT = "The service counted 47 incidents at sea in the year that it describes here."
LANGUAGES = tomllib.loads(files("pagewitness.archive.text").joinpath("counters.toml").read_text("utf-8"))


def changed(old: Text, new: Text) -> bool:
    """Whether the document differs between two observations."""
    return compare_texts(old, new, lambda text, at: True).words


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Read 907 times", "Read 1,031 times"),
        ("Updated 5 minutes ago", "Last updated 2 hours ago"),
        ("Updated 23 hours ago", "Updated yesterday"),
        ("12 comments", "13 comments"),
        ("Comments (9)", "Comments (10)"),
        ("1.2K views", "980 views"),
        ("vor 3 Stunden", "vor 4 Tagen"),
        ("il y a 2 heures", "il y a 1 jour"),
        ("Peržiūrų: 45", "Peržiūrų: 46"),
        ("Prieš 5 min.", "Prieš 2 val."),
        ("2 часа назад", "5 дней назад"),
        ("Zaktualizowano 3 dni temu", "Zaktualizowano wczoraj"),
        ("an hour ago", "3 hours ago"),
        ("vor einer Stunde", "vor 4 Tagen"),
        ("Page 2 of 5", "Page 2 of 6"),
        ("Sida 2 av 5", "Sida 2 av 6"),
        ("1–10 of 17 results", "1–10 of 18 results"),
        ("Showing 1 to 10 of 17 entries", "Showing 1 to 10 of 31 entries"),
        ("1.204 Aufrufe · 4 Min. Lesezeit", "1.377 Aufrufe · 4 Min. Lesezeit"),
        ("1,204 views 37 shares 12 comments", "1,377 views 41 shares 12 comments"),
        ("3 min read | Updated 2 hours ago", "3 min read | Updated yesterday"),
        ("5 hours ago", "Yesterday"),
        ("Partagé 31 fois", "Partagé 1 204 fois"),
        ("1,204 mal geteilt", "8 mal geteilt"),
        ("907 people found this helpful", "911 people found this helpful"),
        ("منذ 3 دقائق", "منذ 5 ساعات"),
        ("907回表示", "1,204回表示"),
        ("3分前", "昨日"),
        ("第2页,共9页", "第3页,共9页"),
    ],
)
def test_another_count_is_the_same_line(before: str, after: str) -> None:
    assert uncounted(plain(before)) == uncounted(plain(after)) != plain(after)


@pytest.mark.parametrize(
    "line",
    [
        "An attack is likely within 3 months",
        "907 people read it.",
        "12 incidents",
        "3 days",
        "Votes: 312",
        "Today's threat level",
        "The report was read 907 times by those whom it names.",
        "2023 | 12 comments",
        "Read this",
        "The threat level was raised yesterday",
        "Level 4 of 5",
        "4 of 5",
        "17 attacks in 2024",
        "1–10 of 17 ports",
        "12 comments on 3 drafts",
    ],
)
def test_what_says_more_is_left_as_it_is(line: str) -> None:
    assert uncounted(plain(line)) == plain(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_counts_and_tells_how_long_ago(language: str) -> None:
    """By its first words: written as its pages write them."""
    words = LANGUAGES[language]
    noun = words["seen"][0].replace("?", "")
    assert uncounted(f"{noun}: 45") == uncounted(f"{noun}: 46") != f"{noun}: 45"
    unit = words["units"][-1].replace("?", "")
    told = " ".join(filter(None, [words.get("before", [""])[0], "5", unit, words.get("after", [""])[0]]))
    assert uncounted(told) == f"{COUNTED}ago"
    pager = f"{words['page'][0]} 2 {words['of'][0]}"
    assert uncounted(f"{pager} 5") == uncounted(f"{pager} 6") != f"{pager} 5"
    range_ = f"1–10 {words['of'][0]} 17 {words['results'][0].replace('?', '')}"
    assert uncounted(plain(range_)) != plain(range_)


def test_figures_of_a_report_are_counted_by_nobody_but_its_publisher() -> None:
    """A list, a table or a row of such lines is a report's, and so is a heading."""

    def view(kind: str, *lines: str) -> Text:
        blocks = [VisibleBlock("p", TEXT), *(VisibleBlock(kind, line) for line in lines)]
        return Text(ReadingView(blocks), range(len(blocks)))

    before, after = ["Comments: 1,203,114", "Followers: 5,000"], ["Comments: 9,944,870", "Followers: 90,000"]
    for kind in ("p", "li", "dd"):
        assert changed(view(kind, *before), view(kind, *after))
    assert changed(view("h3", "312 hits"), view("h3", "317 hits"))
    assert not changed(view("p", before[0]), view("p", after[0]))


@pytest.mark.parametrize("kind", ["p", "li"])
def test_counts_in_a_row_are_the_page_s_if_one_of_them_can_be_nothing_else(kind: str) -> None:
    def view(*lines: str) -> Text:
        blocks = [VisibleBlock("p", TEXT), *(VisibleBlock(kind, line) for line in lines)]
        return Text(ReadingView(blocks), range(len(blocks)))

    old = view("1,204 views", "12 comments", "4 min read")
    assert not changed(old, view("1,377 views", "15 comments", "4 min read"))


def test_a_counter_beside_a_document_makes_no_change_and_a_figure_in_it_does() -> None:
    def view(*lines: str) -> Text:
        return Text(ReadingView([VisibleBlock("p", line) for line in lines]), range(len(lines)))

    text = TEXT
    old = view(text, "Read 907 times", "Updated 5 minutes ago")
    assert not changed(old, view(text, "Read 1,031 times", "Updated yesterday"))
    assert changed(old, view(text.replace("47", "48"), "Read 907 times", "Updated 5 minutes ago"))
