"""A publication date is one that the page states as its own: no deadline, entry into force, event or empty date."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.metadata.datelines import dates_near_title

LINES = tomllib.loads(Path(__file__).with_name("datelines.toml").read_text("utf-8"))
TITLE = "Ice in the northern harbours"
TEXT = (
    "The ferries of the northern harbours stopped twice because of the ice, and two were brought back to the yard. " * 2
)


def published(line: str, locale: str) -> str | None:
    """What a line between a title and a text says about the page's publication."""
    shown = (("h1", TITLE), ("p", line), ("p", TEXT))
    found = dates_near_title([VisibleBlock(kind, text, "main", 0.0, True, "") for kind, text in shown], TITLE, locale)
    return found["published"].date if "published" in found else None


def every(name: str) -> list[tuple[str, str]]:
    return [(locale, line) for locale, lines in LINES[name].items() for line in lines]


@pytest.mark.parametrize(("locale", "line"), every("published"))
def test_a_label_or_a_date_alone_says_when_a_page_was_published(locale: str, line: str) -> None:
    assert published(line, locale) == "2026-05-03"


@pytest.mark.parametrize(("locale", "line"), every("other"))
def test_a_line_about_another_date_does_not(locale: str, line: str) -> None:
    assert published(line, locale) is None


@pytest.mark.parametrize(
    ("locale", "day"),
    [("en", None), ("en-US", "2026-03-05"), ("en-GB", "2026-05-03"), ("fr", "2026-05-03"), ("lt", "2026-05-03")],
)
def test_the_language_says_which_figure_is_the_day(locale: str, day: str | None) -> None:
    assert published("03/05/2026", locale) == day


def page(body: str, head: str = "") -> str | None:
    """The publication date of a page."""
    head = f"<head><title>{TITLE}</title>{head}</head>"
    shown = f"<!doctype html><html lang=en>{head}<body><main><h1>{TITLE}</h1>{body}<p>{TEXT}</p></main></body></html>"
    return clean(shown.encode(), "text/html; charset=utf-8", None).published


ENTRY = "<div><h3><a href=/{0}>Report {0}</a></h3><time datetime=2026-05-0{0}>{0} May 2026</time></div>"
TERM = "<dt><a href=/{0}>Report {0}</a></dt><dd>{0} May 2026</dd>"


@pytest.mark.parametrize(
    "body",
    [
        "<dl><dt>Published</dt><dd>3 May 2026</dd><dt>Deadline</dt><dd>4 June 2026</dd></dl>",
        "<div>Publication date</div><div>3 May 2026</div>",
        "<table><tr><th>Date of publication</th><td>3 May 2026</td></tr></table>",
        "<p>Published: <time datetime=2026-05-03>3 May</time></p>",
        "<p>By Jane Doe, <time pubdate datetime=2026-05-03>last Sunday</time></p>",
        "<ul class=meta><li>News article</li><li>3 May 2026</li><li>2 min read</li></ul>",
        "<time datetime=2026-05-03>3 May</time>" + ENTRY.format(3),
    ],
)
def test_a_page_states_its_date_in_many_markups(body: str) -> None:
    assert page(body) == "2026-05-03"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Since <time datetime=2026-05-03>3 May</time> the port is closed.</p>",
        "<p>Deadline: <time datetime=2026-05-03>3 May</time></p>",
        "<dl><dt>Deadline</dt><dd>3 May 2026</dd></dl>",
        "<table><tr><th>Enters into force</th><td>3 May 2026</td></tr></table>",
        "<figure><img src=a.jpg><figcaption>The port of Nida, 3 May 2026</figcaption></figure>",
        "".join(map(ENTRY.format, range(3, 7))),
        f"<dl>{''.join(map(TERM.format, range(3, 7)))}</dl>",
    ],
)
def test_dates_of_entries_and_events_are_none_of_the_page(body: str) -> None:
    assert page(body) is None


@pytest.mark.parametrize(
    "entries",
    [
        '[{"@type":"Report","headline":"A","datePublished":"2026-05-03"},'
        '{"@type":"Report","headline":"B","datePublished":"2026-05-04"}]',
        '{"@type":"Event","startDate":"2026-05-03"}',
        '{"@type":"Article","datePublished":"0000-00-00"}',
        '{"@type":"Article","datePublished":"0001-01-01T00:00:00"}',
        '{"@type":"Article","datePublished":"1970-01-01T00:00:00Z"}',
        '{"@type":"Article","datePublished":"9999-12-31"}',
    ],
)
def test_linked_data_of_several_pages_and_dates_that_mean_none_are_none(entries: str) -> None:
    assert page("", f'<script type="application/ld+json">{entries}</script>') is None
