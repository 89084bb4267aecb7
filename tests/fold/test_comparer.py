"""What the judge asks about readings, and what a list of boilerplate answers instead."""

from __future__ import annotations

from collections.abc import Sequence

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.fold.comparer import Comparer, ListComparer
from pagewitness.archive.fold.comparison import Inherited
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool

TEXT = [f"Paragraph {number} says at some length what the service thinks of ships and boats." for number in range(9)]
MENU = VisibleBlock("li", "Home", "nav", 1.0, False, judged=Signs(0.1, "ul/li"))


def line(text: str, *, document: bool = True) -> VisibleBlock:
    return VisibleBlock(
        "p", text, document=document, judged=Signs(0.9 if document else 0.1, "main/p", main=True, among_text=True)
    )


def comparer(*readings: Sequence[VisibleBlock], kind: type[Comparer] = Comparer) -> Comparer:
    views, pool = [ReadingView(blocks, "Threats") for blocks in readings], Pool()
    for view in views:
        pool.add(view)
    return kind(views.__getitem__, lambda: Membership(pool))


PAGE = [MENU, *map(line, TEXT)]


def test_the_text_of_a_reading_has_its_members() -> None:
    asked = comparer(PAGE)
    assert asked.text(0).forms == tuple(TEXT)
    assert asked.text(0, Inherited((0,), (1,))).forms == ("Home", *TEXT[1:])


def test_a_difference_is_sure_if_a_line_of_it_is_likely() -> None:
    asked = comparer(PAGE, [*PAGE, line("Boats may not enter.")], [*PAGE[:-1], line("Ships may.", document=False)])
    assert asked.difference(asked.text(0), asked.following(asked.text(0), 1)).sure
    assert asked.kept(asked.text(0), 0) == 1.0
    assert 0.8 < asked.kept(asked.text(0), 2) < 1.0


def test_a_page_lacks_its_main_part_if_nothing_came_instead_or_a_few_other_words() -> None:
    """The frame alone, or a refusal in a few more words than a note has."""
    refusal = line(" ".join(f"sõna{number}" for number in range(20)))
    asked = comparer(
        PAGE, [MENU], [MENU, refusal], [MENU, *(line(text.upper()) for text in TEXT)], [line(text) for text in TEXT]
    )
    text = asked.text(0)
    assert [asked.emptied(text, asked.text(number)) for number in (1, 2, 3, 4)] == [True, True, False, False]
    bare = asked.text(4)
    assert asked.emptied(bare, comparer([line("Loading")]).text(0)), (
        "without a frame it is told by the words that are left"
    )
    assert not asked.emptied(bare, asked.text(2)), "and a few others may be its text"


def test_editions_and_issues_are_told_by_names() -> None:
    one, other = (
        [VisibleBlock("h1", f"Threats {year}"), *map(line, texts)]
        for year, texts in ((2023, TEXT), (2024, ["All is well."]))
    )
    asked = comparer(one, other)
    assert asked.edition(asked.text(0), asked.text(1))
    assert not asked.edition(asked.text(1), asked.text(0))
    assert asked.other_issue(asked.text(0), asked.text(1))
    assert not asked.other_issue(asked.text(0), asked.text(0))


# --- lists of boilerplate ---------------------------------------------------------------------------------------------


def test_every_line_of_a_list_is_its_text_unless_it_is_repeated_no_longer() -> None:
    asked = comparer([line("Home"), line("News"), line("Contact", document=False)], kind=ListComparer)
    assert asked.text(0).forms == ("Home", "News")


def test_every_line_of_a_list_that_differs_counts_at_once() -> None:
    asked = comparer(
        [line("Home"), line("News")], [line("Home"), line("Contact")], [line("News"), line("Home")], kind=ListComparer
    )
    found = asked.difference(asked.text(0), asked.following(asked.text(0), 1))
    assert (found.gone, found.come, found.sure, found.moved) == ({"News"}, {"Contact"}, True, False)
    assert not asked.difference(asked.text(0), asked.text(2)).words, "in whatever order"


def test_a_list_is_kept_whatever_it_lists_and_has_no_editions() -> None:
    asked = comparer([line("Threats 2023")], [line("Threats 2024")], kind=ListComparer)
    assert asked.kept(asked.text(0), 1) == 1.0
    assert not asked.edition(asked.text(0), asked.text(1))
