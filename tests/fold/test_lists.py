"""Pages that are lists, and short lines: of a listing each entry counts, in whatever markup, and so does one word of a text."""

from __future__ import annotations

import pytest

from pagewitness.archive import diff
from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.judge import step
from pagewitness.archive.fold.judgement import Shown, State
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool
from pagewitness.scraper.clean import clean

URL = "https://agency.example/pub/"
TITLES = [
    "National risk assessment 2025", "National risk assessment 2024", "Cyber outlook 2024", "Sabotage in ports",
    "Disinformation before elections", "Annual report 2023", "Drone sightings over bases",
]  # fmt: skip
ITEMS = {
    "card": '<div class="card"><a href="/p/{n}"><h3>{title}</h3></a><time>{n} May 2024</time><a href="/p/{n}">Read more</a></div>',
    "article": '<article><h2><a href="/p/{n}">{title}</a></h2><p>{n} May 2024</p><p>A text about {title} by the Agency.</p></article>',
    "li": '<li><a href="/p/{n}">{title}</a></li>',
    "dated li": '<li><span class="date">{n} May 2024</span> <a href="/p/{n}">{title}</a></li>',
    "div": '<div class="row"><a href="/p/{n}">{title}</a></div>',
    "file": '<p><a href="/f/{n}.pdf">{title} (PDF, {n}.2 MB)</a></p>',
    "row": '<tr><td>{n} May 2024</td><td><a href="/p/{n}.pdf">{title}</a></td></tr>',
}
LISTS = {"li": "<ul>{}</ul>", "dated li": "<ul>{}</ul>", "row": "<table>{}</table>"}
TEXT = (
    "<p>The office reviews this page every quarter and publishes what it has found about the security of ports.</p>",
    "<p>Earlier editions are kept in the archive of the office, where anyone may read them during opening hours.</p>",
)


def page(content: str, title: str = "Publications") -> ReadingView:
    """What a page of an agency shows."""
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "News", "Contact"))
    made = clean(
        f"<!doctype html><html lang=en><head><title>{title} - Agency</title></head><body><header><nav><ul>{menu}</ul></nav>"
        f"</header><main><h1>{title}</h1>{content}</main><footer><p>Agency, Street 1, 1000 City</p></footer></body>".encode(),
        "text/html; charset=utf-8",
        URL,
    )
    return ReadingView(made.blocks, made.title)


def fold(before: ReadingView, after: ReadingView) -> tuple[list[str], list[list[str]]]:
    """The causes of the revisions of a page that shows one thing, then another one twice; and the two texts."""
    views, pool = [before, after], Pool()
    for view in views:
        pool.add(view)
    membership, causes, state = Membership(pool), list[str](), State()
    comparer = Comparer(views.__getitem__, lambda: membership)
    for month, reading in enumerate((0, 1, 1), 1):
        state, judged = step(state, Shown(month, f"2026-{month:02}-01T00:00:00.000000Z", month, reading), comparer)
        causes += [one.cause.value for one in judged if one.cause]
    return causes, [[view.blocks[at].text for at in membership.members(view)] for view in views]


@pytest.mark.parametrize("length", [2, 3, 6])
@pytest.mark.parametrize("design", ITEMS)
def test_a_listing_has_each_entry_and_a_new_one_is_a_change_that_takes_none_away(design: str, length: int) -> None:
    def listing(first: int) -> ReadingView:
        items = "".join(ITEMS[design].format(n=n, title=TITLES[n]) for n in range(first, length + 1))
        return page(f"<p>All open publications of the Agency.</p><div>{LISTS.get(design, '{}').format(items)}</div>")

    causes, texts = fold(listing(1), listing(0))
    assert causes == ["first", "change"]
    for text, first in zip(texts, (1, 0), strict=True):
        assert not [title for title in TITLES[first : length + 1] if not any(title in line for line in text)]
    change = diff.compare(*([("p", line) for line in text] for text in texts))
    assert [hunk.old for hunk in change.hunks if hunk.change == "removed"] == []
    assert any(TITLES[0] in (hunk.new or "") for hunk in change.hunks if hunk.change == "added")


@pytest.mark.parametrize("line", ["Withdrawn", "No longer valid", "Nebegalioja", "Level: high"])
@pytest.mark.parametrize(
    "markup", ["<p>{}</p>", "<div class=status>{}</div>", "<p><strong>{}</strong></p>", "<h3>{}</h3>"]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_short_line_that_comes_is_a_change(line: str, markup: str, place: int) -> None:
    """It is no label because it is short, or has no full stop."""
    parts = [*TEXT]
    parts.insert(place, markup.format(line))
    causes, texts = fold(page("".join(TEXT), "Outlook"), page("".join(parts), "Outlook"))
    assert causes == ["first", "change"]
    assert line in texts[1]


NAMES = ["Anna Kovacs", "Peter Lindqvist", "Maria Rossi"]
ADVICE = [f"{name}: travel with care" for name in ("Borduria", "Syldavia", "Ruritania")]


@pytest.mark.parametrize("names", [NAMES, ADVICE], ids=["ministers", "advice"])
def test_a_linked_name_that_comes_or_is_reworded_is_a_change(names: list[str]) -> None:
    """Travel advice by country, a list of ministers: links, and the document all the same."""

    def listed(*lines: str) -> ReadingView:
        items = "".join(f"<li><a href='/{at}'>{line}</a></li>" for at, line in enumerate(lines))
        return page(f"{TEXT[0]}<ul>{items}</ul>{TEXT[1]}", "Outlook")

    assert fold(listed(*names), listed(*names, "Kastovia"))[0] == ["first", "change"]
    assert fold(listed(*names), listed("Kastovia", *names[1:]))[0] == ["first", "change"]


HEADS = "<h3>Allowed</h3><p>{}</p><h3>Forbidden</h3><p>{}</p>"
PAIRS = "<dl><dt>Sweden</dt><dd>{}</dd><dt>Finland</dt><dd>{}</dd></dl>"
TABLE = "<table><tr><td>Sweden</td><td>{}</td></tr><tr><td>Finland</td><td>{}</td></tr></table>"


@pytest.mark.parametrize(
    ("form", "values", "cause"),
    [
        pytest.param("<p>The guard may{} act. It may{} search ships.</p>", ("", " not"), "change", id="a not"),
        pytest.param(HEADS, ("Ships of the guard.", "Boats of the club."), "moved", id="items under headings"),
        pytest.param(PAIRS, ("High", "Low"), "moved", id="values of a list"),
        pytest.param(TABLE, ("High", "Low"), "change", id="values of a table"),
    ],
)
def test_words_and_lines_that_change_places_are_a_change(form: str, values: tuple[str, str], cause: str) -> None:
    views = [page(f"{TEXT[0]}{form.format(*order)}{TEXT[1]}", "Outlook") for order in (values, values[::-1])]
    assert fold(*views)[0] == ["first", cause]


def test_an_item_whose_date_is_longer_than_its_link_is_an_item_like_the_others() -> None:
    def listed(*names: str) -> ReadingView:
        items = "".join(f"<li>1{at} May 2024 <a href='/{at}'>{name}</a></li>" for at, name in enumerate(names))
        return page(f"{TEXT[0]}{TEXT[1]}<ul>{items}</ul>", "Outlook")

    view = listed(*TITLES[:3], "Oslo")
    assert len({group for group, block in zip(view.groups, view.blocks, strict=True) if "May 2024" in block.text}) == 1
