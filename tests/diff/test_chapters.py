"""A long change by chapters: which headings it is below, and what is counted for each."""

from __future__ import annotations

import click

from pagewitness.archive import diff
from pagewitness.archive.diff import Line
from pagewitness.archive.diff.chapters import chapters
from pagewitness.archive.render import chapter_list, html, markdown, terminal
from pagewitness.archive.render.folding import LinesShown, Side
from pagewitness.archive.render.terminal import Look

SENTENCES = {
    "Harbour": "Ships waited outside the harbour for pilots; ice closed berth {0}, and {1} of them turned back.",
    "Border": "Fences along the border were cut near post {0}; patrols stopped {1} persons who had no papers.",
    "Cables": "Divers found fresh scratches under cable {0}, which an anchor had dragged {1} metres to the west.",
    "Elections": "Voters in district {0} read forged leaflets, and {1} accounts repeated what these had claimed.",
    "Energy": "Substation {0} lost its remote control twice; engineers switched {1} lines by hand until noon.",
}


def chapter(title: str, count: int = 4, number: int = 1) -> list[Line]:
    """A heading of the second level, and paragraphs with a number."""
    return [("h2", title), *(("p", SENTENCES[title].format(place, number)) for place in range(count))]


def report(*parts: list[Line]) -> list[Line]:
    return [("h1", "Assessment"), ("p", "The office says what it saw."), *(line for part in parts for line in part)]


OLD = report(chapter("Harbour"), chapter("Border"), chapter("Cables"), chapter("Energy"))
NEW = report(chapter("Harbour"), chapter("Border", number=7), chapter("Elections", 8), chapter("Energy", 5))


def shown(old: list[Line], new: list[Line]) -> list[tuple[str | None, str, dict[str, int]]]:
    """The title of each chapter with a change, what happened to its heading, and the kinds of its changed lines."""
    found = []
    for one in chapters(diff.compare(old, new)):
        counts = {name: count for name, count in one.as_json().items() if name in diff.CHANGES and count}
        if one.has_changed:
            found.append((one.title, one.change, counts))
    return found


def test_each_change_belongs_to_the_heading_above_it() -> None:
    assert shown(OLD, NEW) == [
        ("Border", "same", {"edited": 4}),
        ("Cables", "removed", {"removed": 5}),
        ("Elections", "added", {"added": 9}),
        ("Energy", "same", {"added": 1}),
    ]


def test_all_lines_are_in_one_chapter_each() -> None:
    change = diff.compare(OLD, NEW)
    found = [hunk for one in chapters(change) for hunk in one.hunks]
    assert sorted(map(id, found)) == sorted(map(id, change.hunks))
    assert [one.title for one in chapters(change)][:2] == ["Assessment", "Harbour"]


def test_what_stays_when_its_heading_goes_belongs_to_the_heading_before() -> None:
    old = report(chapter("Harbour"), chapter("Border"), chapter("Energy"))
    new = report([*chapter("Harbour"), *chapter("Border", number=7)[1:]], chapter("Energy"))
    assert shown(old, new) == [("Harbour", "same", {"edited": 4}), ("Border", "removed", {"removed": 1})]


def test_a_text_without_headings_has_no_chapters() -> None:
    assert chapters(diff.compare(OLD[:7], OLD[1:6])) == []


SIDES = (
    Side("https://a.example/r", "Report", 1, "2026-01-01T06:00:00.000000Z"),
    Side("https://a.example/r", "Report", 2, "2026-02-01T06:00:00.000000Z"),
)


def test_a_long_change_is_listed_by_chapters_before_its_paragraphs_in_each_form() -> None:
    change = diff.compare(OLD, NEW)
    out = click.unstyle("\n".join(terminal.difference(change, *SIDES, Look(80, False))))
    assert "Chapters:\n  Border: 4 edited (+4 -4 words)\n  Cables (removed): 5 removed (" in out
    assert "  2 chapters unchanged\n" in out
    assert out.index("Chapters:") < out.index("~ Fences along the border")
    assert "Chapters:" in "\n".join(
        terminal.difference(change, *SIDES, Look(80, False), shown=LinesShown(summary=True))
    )
    assert "<li>Border: 4 edited (+4 -4 words)</li>" in html.difference(change, *SIDES)
    assert "\n- Elections (new): 9 added" in markdown.difference(change, *SIDES)


def test_a_short_change_or_one_in_a_single_chapter_is_not() -> None:
    few = diff.compare(
        OLD, report(chapter("Harbour", number=7), chapter("Border"), chapter("Cables"), chapter("Energy", 5))
    )
    single = diff.compare(OLD, report(chapter("Harbour"), chapter("Border"), chapter("Cables"), chapter("Energy", 30)))
    assert chapter_list.chapter_list(few) == []
    assert chapter_list.chapter_list(single) == []


def test_chapters_of_pdfs_have_their_pages() -> None:
    change = diff.compare(OLD, NEW)
    numbers = [tuple(1 + place // 10 for place in range(len(text))) for text in (OLD, NEW)]
    sides = tuple(
        Side(one.url, one.title, one.number, one.captured_at, pages=pages)
        for one, pages in zip(SIDES, numbers, strict=True)
    )
    assert chapter_list.chapter_list(change, (sides[0], sides[1]))[0] == "Border: 4 edited (+4 -4 words), p. 1"
