"""Short lines and lists of links that their place makes a part of the document: members, however little the model thinks of them."""

from __future__ import annotations

from itertools import product

import pytest

from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool
from pagewitness.scraper.clean import clean

TEXT = [
    "The office reviews this page every quarter and publishes what it has learned about the harbours.",
    "Last year the harbour police detained forty-one people who photographed pipelines and cables.",
    "Earlier editions of this page are kept in the archive of the office, where anybody may read them.",
]
MENU = "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ("Home", "News", "Contact"))
FRAMES = [
    "<nav><ul>{menu}</ul></nav><main>{body}</main><footer><p>© Agency</p></footer>",
    "<div class=a1><ul>{menu}</ul></div><div class=b7><div class=c3>{body}</div></div><div class=e4><p>© Agency</p></div>",
    "<table><tr><td><ul>{menu}</ul></td><td>{body}</td></tr><tr><td colspan=2>© Agency</td></tr></table>",
]
ENTRIES = ["Sweden", "Norway and Iceland", "The Baltic states"]
LIST = "<ul>" + "".join(f"<li><a href=/{at}>{entry}</a></li>" for at, entry in enumerate(ENTRIES)) + "</ul>"


def members(frame: str, *parts: str) -> list[str]:
    """The members of a page that is shown once."""
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    page = f"<!doctype html><html lang=en><title>Outlook</title><body>{frame.format(menu=MENU, body=body)}"
    read, pool = clean(page.encode(), "text/html; charset=utf-8", "https://agency.example/outlook"), Pool()
    view = ReadingView(read.blocks, read.title)
    pool.add(view)
    return [view.blocks[at].text for at in Membership(pool).members(view)]


PLACES = ("above the title", "under it", "among the text", "last")
MARKUPS = ("<p>{}</p>", "<div class=label>{}</div>", "<em>{}</em>")
ASIDE = "<aside><p>{}</p></aside>"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("markup", "place"), [*product(MARKUPS, PLACES), *product([ASIDE], PLACES[1:])])
@pytest.mark.parametrize("notice", ["Withdrawn", "Atšaukta"])
def test_a_notice_is_a_member_wherever_it_is(frame: str, markup: str, place: str, notice: str) -> None:
    """An aside above the title is not asked: there sites put what they say on all pages."""
    line = markup.format(notice)
    parts = {
        "above the title": [line, "<h1>Outlook</h1>", *TEXT],
        "under it": ["<h1>Outlook</h1>", line, *TEXT],
        "among the text": ["<h1>Outlook</h1>", *TEXT[:1], line, *TEXT[1:]],
        "last": ["<h1>Outlook</h1>", *TEXT, line],
    }[place]
    assert notice in members(frame, *parts)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_sentence_between_the_parts_of_an_article_or_behind_them_is_a_member(place: int) -> None:
    """All others are in parts of their own."""
    added = "The service now expects more attacks on the ports in the north."
    parts = [f"<section><h2>Part {at}</h2><p>{line}</p><p>{line[::-1]}</p></section>" for at, line in enumerate(TEXT)]
    parts.insert(place + 1, f"<p>{added}</p>")
    assert added in members("<main><article><h1>Outlook</h1>{body}</article></main>{menu}", *parts)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_list_of_links_between_paragraphs_is_a_part_of_the_text(frame: str) -> None:
    assert set(ENTRIES) <= set(members(frame, "<h1>Outlook</h1>", *TEXT[:2], LIST, TEXT[2]))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    "around", ["<div class=related><h3>Related</h3>{}</div>", "<nav>{}</nav>", "<aside>{}</aside>"]
)
def test_links_in_a_box_of_their_own_are_not(frame: str, around: str) -> None:
    found = members(frame, "<h1>Outlook</h1>", *TEXT[:2], around.format(LIST), TEXT[2])
    assert not set(ENTRIES) & set(found)
    assert found == ["Outlook", *TEXT]


@pytest.mark.parametrize("frame", FRAMES)
def test_what_is_behind_the_text_in_a_part_of_its_own_is_not(frame: str) -> None:
    found = members(frame, "<h1>Outlook</h1>", f"<div>{''.join(f'<p>{line}</p>' for line in TEXT)}</div>")
    assert found == ["Outlook", *TEXT]


def test_a_list_with_dates_is_no_address_of_the_publisher() -> None:
    dated = "".join(f"<li>1{at}.05.2024 <a href=/{at}>{entry}</a></li>" for at, entry in enumerate(ENTRIES))
    read = clean(
        f"<title>Outlook</title><div><h1>Outlook</h1><div>{''.join(f'<p>{line}</p>' for line in TEXT)}"
        f"<ul>{dated}</ul></div></div>".encode(),
        "text/html",
        None,
    )
    assert not [block for block in read.blocks if "address" in block.by]
