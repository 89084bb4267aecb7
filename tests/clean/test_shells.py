"""Pages that show something in place of their document: it is not credible, and the reading says why."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import BOT_WALL
from pagewitness.archive.text.refresh import refresh
from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.blocks.forwards import of_script

TITLE = "Threat assessment 2024"
NAV = "<header><nav><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav></header>"
FOOT = (
    "<footer><p>Ministry of the Interior, Main Street 1, Vilnius. Phone 123 456. We work Monday to Thursday from 8 to 17. "
    "All rights reserved by the state.</p><ul><li><a href=/a>About us</a><li><a href=/b>Contact</a></ul></footer>"
)
TEXT = "".join(
    f"<p>Paragraph {number} says that hostile services remain active near the border, and advises vigilance to all.</p>"
    for number in range(20)
)
SUMMARY = (
    "<main><h1>Threat assessment</h1><p>A summary of it stands here, in one line, for readers in a hurry.</p>%s</main>"
)
APP = "<script src=/bundle.js></script>"
EMPTY, AROUND = "its main part is empty without scripts", "only its menu or its footer is shown"
LEFT, LEADS = "its text is left to a script", "it only leads on, to https://x.example/new"


def why(body: str, head: str = "") -> str | None:
    page = f"<!doctype html><html lang=en><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    return clean(page.encode(), "text/html; charset=utf-8", "https://x.example/old").not_credible


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(f"<div id=root></div>{FOOT}{APP}", AROUND, id="a footer below an empty element"),
        pytest.param(f"{NAV}<main id=app></main>{FOOT}{APP}", AROUND, id="the frame of an application"),
        pytest.param(f"{NAV}{FOOT}", AROUND, id="the frame alone"),
        pytest.param(f"<div id=__next><p>Laadimine, palun oodake.</p></div>{FOOT}{APP}", EMPTY, id="a note that it is loading"),
        pytest.param(f"<app-root>Yüklənir…</app-root>{FOOT}{APP}", EMPTY, id="a note in an element of the framework"),
        pytest.param(f"{NAV}<main></main><aside><h2>News</h2>{TEXT[:200]}</aside>{FOOT}", EMPTY, id="a box beside an empty main"),
        pytest.param(SUMMARY % f"<script type=text/template>{TEXT}</script>", LEFT, id="a template in a script"),
        pytest.param(SUMMARY % f'<script type="text/x-handlebars-template">{TEXT}</script>', LEFT, id="another language of these"),
        pytest.param(SUMMARY % f"<template>{TEXT}</template>", LEFT, id="a template element"),
    ],
)  # fmt: skip
def test_a_page_without_its_main_part_says_so(body: str, reason: str) -> None:
    assert why(body) == reason


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param("<p>Sivu on siirretty.</p>", "<meta http-equiv=refresh content='3;URL=/new'>", id="meta refresh"),
        pytest.param(
            "<p>Lapa pārvietota.</p>", '<META HTTP-EQUIV="Refresh" CONTENT="0; url=&quot;/new&quot;">', id="quoted"
        ),
        pytest.param("<p>Přesunuto.</p><meta http-equiv=refresh content='5, /new'>", "", id="in the body"),
    ],
)
def test_a_page_that_only_leads_on_says_where(body: str, head: str) -> None:
    """In any language."""
    assert why(body, head) == LEADS


@pytest.mark.parametrize(
    "script",
    [
        "window.location.replace('/new')",
        "location.href = '/new'",
        "document.location='/new';",
        "setTimeout(function () { window.location.assign('/new') }, 2000)",
        "window.onload = () => { location = `/new` }",
    ],
)
def test_a_page_that_leads_on_by_a_script_says_so(script: str) -> None:
    assert why(f"<p>Sivu on siirretty uuteen osoitteeseen.</p><script>{script}</script>") == (
        "it only leads on, by a script"
    )


def test_a_page_of_frames_says_so() -> None:
    frames = "<html><head><title>T</title></head><frameset cols='20%,80%'><frame src=a.htm><frame src=b.htm></frameset></html>"
    assert clean(frames.encode(), "text/html", None).not_credible is not None
    noframes = frames.replace(
        "</frameset>", "<noframes><body><p>Selaimesi ei tue kehyksiä.</p></body></noframes></frameset>"
    )
    assert clean(noframes.encode(), "text/html", None).not_credible == (
        "its text is in frames, which have addresses of their own"
    )


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param(f"<main>{TEXT}</main>", "<meta http-equiv=refresh content='5;url=/new'>", id="a text that leads on"),
        pytest.param("<p>The levels are unchanged.</p>", "<meta http-equiv=refresh content=60>", id="a page that loads itself"),
        pytest.param("<p>The levels are unchanged.</p>", "<meta http-equiv=refresh content='9;url=/old?t=1'>",
                     id="a page that loads itself by its address"),
        pytest.param("<p>The levels are unchanged.</p>", "<meta http-equiv=refresh content='900;url=/new'>", id="after long"),
        pytest.param("<p>The levels are unchanged.</p>", "<noscript><meta http-equiv=refresh content='0;url=/n'></noscript>",
                     id="only without scripts"),
        pytest.param("<p>The levels are unchanged.</p><script>if (top != self) top.location = self.location</script>", "",
                     id="a script that asks first"),
        pytest.param("<p>The levels are unchanged.</p><script>b.onclick = () => { location.href = '/new' }</script>", "",
                     id="a script that waits for a reader"),
        pytest.param("<div id=root><p>The levels are unchanged, and the service advises all travellers to be as careful as "
                     f"they were in the year before.</p></div>{FOOT}", "", id="an application that was rendered"),
        pytest.param("<main></main><div class=content><h1>Levels</h1><p>The levels are unchanged, and the service advises "
                     "all travellers to be as careful as they were in the year before. Nothing else is to be reported here, "
                     f"and nothing was in May.</p></div>{FOOT}", "", id="a main element beside the text"),
        pytest.param(f"<main>{TEXT}<template>{TEXT}{TEXT}</template></main>", "", id="a template beside a text"),
    ],
)  # fmt: skip
def test_other_pages_are_documents(body: str, head: str) -> None:
    assert why(body, head) is None


def test_a_text_that_is_shown_only_without_scripts_is_read_where_little_else_is() -> None:
    for body in (f"<div id=root></div><noscript>{TEXT}</noscript>{FOOT}", SUMMARY % f"<noscript>{TEXT}</noscript>"):
        reading = clean(f"<html><head><title>{TITLE}</title></head><body>{body}".encode(), "text/html", None)
        assert reading.not_credible is None
        assert sum(block.text.startswith("Paragraph") for block in reading.document) == 20


def test_a_request_for_scripts_is_not_read_as_text() -> None:
    body = f"<main>{TEXT}</main><noscript><p>Please turn scripts on.</p></noscript>"
    assert "scripts" not in str(clean(body.encode(), "text/html", None).blocks)


def test_what_changes_between_visits_is_no_part_of_the_stripped_page() -> None:
    """A token in the address; and a script that does something else leaves nothing."""
    assert clean_digest("5;url=/new?token=a1b2") == clean_digest("5;url=/new?token=c3d4")
    assert of_script("<script>var a = document.location.pathname; track(a)</script>") == ""
    assert of_script("<script type=application/json>{}</script>") == ""


def clean_digest(content: str) -> str:
    return clean(f"<meta http-equiv=refresh content='{content}'><p>Moved.".encode(), "text/html", None).page_digest


def test_a_refresh_is_read_as_browsers_read_it() -> None:
    assert refresh("0;url=/a") == refresh(" 0.5 ; URL = '/a' ") == refresh("0, /a") == (0, "/a")
    assert refresh("5") is refresh("") is refresh("url=/a") is refresh("5;url=") is None


@pytest.mark.parametrize(
    "text",
    [
        "<p>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 1234567890",
        "<h2>The request is blocked.</h2><p>20240219T060000Z-18429f4b5c",
        "<h1>Sucuri WebSite Firewall - Access Denied</h1><p>Block reason: bot access attempt",
        "<p>Your access to this site has been limited by the site owner. Generated by Wordfence at Mon, 19 Feb 2024.",
        "<h1>Making sure you're not a bot!</h1><p>Loading...",
        "<h1>The request could not be satisfied.</h1><p>Request blocked.",
        "<p>This website is using a security service to protect itself from online attacks.",
        "<p>Request unsuccessful. Incapsula incident ID: 877000200-1234567890",
        "<p>Please press &amp; hold the button to confirm that you are not a robot.",
    ],
)
def test_the_words_of_firewalls_are_known(text: str) -> None:
    """With status 200, where no header tells."""
    assert clean(text.encode(), "text/html", None).not_credible == BOT_WALL
