"""Pages that are lists (of reports, ministers, news, documents) are documents: every entry with its date, and nothing of the frame."""

from __future__ import annotations

import pytest

from pagewitness.scraper.clean import clean

TITLES = (
    "National risk assessment 2025", "National risk assessment 2024", "Cyber outlook 2024", "Sabotage in ports",
    "Disinformation before elections", "Annual report 2023", "Drone sightings over bases", "Export control guide",
    "Espionage at universities", "Threats to elections 2024", "Sea cables and pipelines", "Terrorism situation 2023",
)  # fmt: skip
MONTHS = ("January", "March", "May", "June", "July", "September", "October", "November", "December")
FRAME = ("Home", "News", "Contact", "Agency, Street 1, 1000 City", "Read more")
CARD = '<div class="card"><h3><a href="/p/{at}">{title}</a></h3><div>{date}</div><div><a href="/p/{at}">Read more</a></div></div>'
MARKUPS = {
    "cards": CARD,
    "linked cards": '<div class="card"><a href="/p/{at}"><h3>{title}</h3></a><time>{date}</time><a href="/p/{at}">Read more</a></div>',
    "articles": '<article><h2><a href="/p/{at}">{title}</a></h2><p class="meta">{date}</p><p>What the Agency found.</p></article>',
    "items with text": '<li class="item"><a href="/p/{at}">{title}</a><p>Report, {date}. What the Service knows of it.</p></li>',
    "links": '<li><a href="/p/{at}">{title}</a></li>',
    "dates and links": '<li><span class="date">{date}</span> <a href="/p/{at}">{title}</a></li>',
    "rows of links": '<div class="row"><a href="/p/{at}">{title}</a></div>',
    "files": '<p><a href="/f/{at}.pdf">{title} (PDF, {at}.2 MB)</a></p>',
    "terms": '<dt><a href="/p/{at}">{title}</a></dt><dd>{date}</dd>',
    "tiles": '<a class="tile" href="/p/{at}"><img src="/i/{at}.jpg" alt=""><span>Report</span><span>{title}</span></a>',
    "a table": '<tr><td>{date}</td><td><a href="/p/{at}.pdf">{title}</a></td></tr>',
}  # fmt: skip
AROUND = {"items with text": "ul", "links": "ul", "dates and links": "ul", "terms": "dl", "a table": "table"}


def date(at: int) -> str:
    return f"{at + 3} {MONTHS[at % len(MONTHS)]} 2024"


def page(markup: str, count: int) -> bytes:
    """A list of so many reports on an agency's page."""
    entries = "".join(MARKUPS[markup].format(at=at, title=TITLES[at], date=date(at)) for at in range(count))
    tag = AROUND.get(markup, "div")
    return f"""<!doctype html><html lang="en"><head><title>Publications - Agency</title></head><body><header><nav><ul>
    <li><a href="/">Home</a></li><li><a href="/n">News</a></li><li><a href="/c">Contact</a></li></ul></nav></header>
    <main><h1>Publications</h1><p>All open publications of the Agency.</p><div class="l"><{tag}>{entries}</{tag}></div></main>
    <footer><p>Agency, Street 1, 1000 City</p></footer></body></html>""".encode()


@pytest.mark.parametrize("count", [3, 6, 12])
@pytest.mark.parametrize("markup", MARKUPS)
def test_a_list_is_whole_in_any_markup(markup: str, count: int) -> None:
    found = [block.text for block in clean(page(markup, count), None, None).blocks if block.document]
    text = "\n".join(found)
    assert [title for title in TITLES[:count] if title not in text] == []
    if "{date}" in MARKUPS[markup]:
        assert [date(at) for at in range(count) if date(at) not in text] == []
    assert [line for line in found if line in FRAME] == []
