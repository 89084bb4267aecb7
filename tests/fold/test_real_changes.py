"""Every real change, and only real changes: pages as sites serve them, from the bytes to the verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from helpers import URL, archive, day

from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history
from pagewitness.scraper.clean import clean

TITLE = "Threats to the harbours of Kastovia"
PARAGRAPHS = (
    "The harbours of Kastovia handle two thirds of the country's trade, and whoever wants to do it harm looks at them first.",
    "It is likely that the services of Velmaria will go on photographing quays, cranes and the vessels of the navy.",
    "In the past year the harbour police stopped 41 persons who could not say why they measured the depth of the basins.",
    "Fishing crews were offered money for reports on naval exercises; eleven of them told the police about it at once.",
    "The companies that run the terminals depend on three suppliers of software, two of which are based abroad.",
    "An attack on the systems that steer the cranes would halt the unloading of containers for about four days.",
    "The service advises masters of vessels to report drones that follow them within three nautical miles of the coast.",
    "Readers will find the figures behind this chapter in the tables of the annex, which is updated every spring.",
)
MENU = ("News", "Reports", "About the service", "Careers", "Contact")
FOOT = "© 2024 Security Service of Kastovia. All rights reserved."


@dataclass(frozen=True)
class Site:
    """A page of an agency: its document, and what its template puts around it."""

    title: str = TITLE
    paragraphs: Sequence[str] = PARAGRAPHS
    menu: Sequence[str] = MENU
    foot: str = FOOT
    before: str = ""
    after: str = ""
    language: str = "en"

    @property
    def html(self) -> bytes:
        items = "".join(f'<li><a href="/{number}">{name}</a></li>' for number, name in enumerate(self.menu))
        text = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in self.paragraphs)
        return (
            f"<!doctype html><html lang={self.language}><head><meta charset=utf-8><title>{self.title}</title></head><body>"
            f"<header><nav><ul>{items}</ul></nav></header>{self.before}"
            f"<main><article><h1>{self.title}</h1>{text}</article></main>{self.after}<footer><p>{self.foot}</p></footer>"
            "</body></html>"
        ).encode()


SITE = Site()
EDITED = replace(SITE, paragraphs=[PARAGRAPHS[0], PARAGRAPHS[1].replace("likely", "very likely"), *PARAGRAPHS[2:]])


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Sqlite]:
    with archive(tmp_path) as opened:
        yield opened


def visited(db: Sqlite, *answers: bytes | Site | Answer) -> list[str | None]:
    """The verdicts on what a page answered on the days after one another."""
    page = evidence.known_page(db, URL)
    for number, one in enumerate(answers, 1):
        body = one.html if isinstance(one, Site) else one
        made = body if isinstance(body, Answer) else Answer(URL, 200, (("Content-Type", "text/html"),), body)
        capture = evidence.keep(db, Visit(page, "run", day(number)), made)
        assert capture is not None
        readings.add(db, evidence.capture(db, capture), clean(made.body, "text/html", made.url))
    derivation.derive(db, page, clean(b"<p>x", None, None).cleaner)
    return [row["verdict"] for row in history.visits(db, page)]


def causes(db: Sqlite) -> list[tuple[str, str]]:
    """The cause of each revision, and the capture that first showed it."""
    return [(one.cause, one.captured_at) for one in history.revisions(db, evidence.known_page(db, URL))]


def document(body: str, title: str = "", head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def framed(main: str, title: str = TITLE) -> bytes:
    """Something else where the document should be, in the site's own template."""
    items = "".join(f'<li><a href="/{number}">{name}</a></li>' for number, name in enumerate(MENU))
    return document(
        f"<header><nav><ul>{items}</ul></nav></header><main>{main}</main><footer><p>{FOOT}</p></footer>", title
    )


# --- 1. answers that are not the document, with status 200 --------------------------------------------------------------

WALLS = {
    "an empty application": document('<div id="__next"></div><script src="/app.js"></script>', TITLE),
    "Next.js": document(
        '<div id="__next"><h2>Application error: a client-side exception has occurred (see the browser console for more '
        "information).</h2></div>", TITLE),
    "Next.js 500": document('<div id="__next"><h1>500</h1><h2>Internal Server Error.</h2></div>', "500: Internal Server Error"),
    "Nuxt": document('<div id="__nuxt"><h1>500</h1><p>An error occurred.</p></div>', "500 - Server error"),
    "ASP.NET": document(
        "<h1>Server Error in '/' Application.</h1><h2><i>Runtime Error</i></h2><p><b>Description:</b> An application error "
        "occurred on the server. The current custom error settings for this application prevent the details of the "
        "application error from being viewed remotely (for security reasons).</p>", "Runtime Error"),
    "Django": document("<h1>Server Error (500)</h1>", "Server Error (500)"),
    "PHP": document(
        "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/html/lib/Db.php:31 "
        "Stack trace: #0 /var/www/html/index.php(12): Db->connect() #1 {main} thrown in <b>/var/www/html/lib/Db.php</b> on "
        "line <b>31</b>"),
    "WordPress": document("<p>There has been a critical error on this website.</p><p><a href=/>Learn more about "
                          "troubleshooting WordPress.</a></p>", "WordPress › Error"),
    "WordPress database": document("<h1>Error establishing a database connection</h1>", "Database Error"),
    "WordPress upgrade": document("<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>"),
    "Rails": document("<h1>We're sorry, but something went wrong.</h1><p>If you are the application owner check the logs for "
                      "more information.</p>", "We're sorry, but something went wrong (500)"),
    "Spring": document("<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error, so you are "
                       "seeing this as a fallback.</p><div>There was an unexpected error (type=Internal Server Error, "
                       "status=500).</div>"),
    "Tomcat": document("<h1>HTTP Status 500 – Internal Server Error</h1><p><b>Type</b> Exception Report</p><p><b>Description"
                       "</b> The server encountered an unexpected condition that prevented it from fulfilling the request."
                       "</p>", "HTTP Status 500 – Internal Server Error"),
    "Drupal": document("<p>The website encountered an unexpected error. Please try again later.</p>"),
    "Cloudflare": document("<h1>www.service.example</h1><h2>Checking if the site connection is secure</h2><p>www.service."
                           "example needs to review the security of your connection.</p>", "Just a moment..."),
    "Cloudflare 1020": document("<h1>Access denied</h1><p>Error code 1020. You cannot access www.service.example. Refresh the "
                                "page or contact the site owner to request access.</p>", "Access denied | www.service.example"),
    "Akamai": document("<h1>Access Denied</h1><p>You don't have permission to access \"http://www.service.example/\" on this "
                       "server.</p><p>Reference #18.2f041402.1700000000.1a2b3c4d</p>", "Access Denied"),
    "a redirect": document('<p>Object moved to <a href="/login">here</a>.</p>', "Object moved"),
    "a stub": document("<p>You will be redirected to the new page. If you are not redirected, click here.</p>", "Redirecting…"),
    "a consent wall": document(
        '<div role="dialog" class="consent"><h2>We value your privacy</h2><p>We and our 812 partners store and access '
        "information on a device, such as cookies, and process personal data for personalised advertising.</p>"
        "<button>Accept all</button><button>Reject all</button></div>", TITLE),
    "a login page": document("<h1>Sign in</h1><form><label>Email <input></label><label>Password <input></label><p>Forgot your "
                             "password?</p><button>Sign in</button></form>", "Sign in | Service"),
    "no JavaScript": document("<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>", TITLE),
    "maintenance": document("<h1>We'll be back soon</h1><p>Sorry for the inconvenience. The website is currently undergoing "
                            "scheduled maintenance.</p>", "Site maintenance"),
    "nothing": b"",
    "a soft 404": framed("<h1>Page not found</h1><p>Sorry, the page you are looking for could not be found. It may have been "
                         "moved or deleted. Use the search or go back to the home page.</p>", "Page not found"),
    "a soft 404 under its own title": framed("<h1>Oops!</h1><p>The page you requested does not exist any more.</p>"),
    "no main part": framed(""),
    "an error in the main part": framed("<p>An error occurred while loading the content. Please try again.</p>"),
    "loading": framed('<div class="spinner">Loading…</div>'),
}  # fmt: skip


@pytest.mark.parametrize("name", WALLS)
def test_what_is_not_the_document_is_suspect_however_often_it_comes(db: Sqlite, name: str) -> None:
    """Once among others, and for several visits in a row; what came before and after is the same text."""
    wall = WALLS[name]
    assert visited(db, SITE, wall, SITE, *[wall] * 5, EDITED, wall) == [
        "first", "suspect", "unchanged", *["suspect"] * 5, "changed", "suspect"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/index.html", "/error?aspxerrorpath=/assessment", "/404", "/user/login"]
)
def test_a_redirect_to_the_home_page_or_an_error_is_suspect(db: Sqlite, path: str) -> None:
    """Though that is a fine page of its own."""
    url = f"https://example.org{path}"
    home = framed("".join(f"<p>{part}</p>" for part in reversed(PARAGRAPHS[:4])), "Security Service of Kastovia")
    moved = Answer(url, 200, (("Content-Type", "text/html"),), home, redirects=((302, URL, url),))
    assert visited(db, SITE, *[moved] * 4, SITE) == ["first", *["suspect"] * 4, "unchanged"]


def test_a_page_that_always_redirects_is_the_page(db: Sqlite) -> None:
    """Such as a short address of a home page."""
    home = Answer("https://example.org/", 200, (), SITE.html, redirects=((301, URL, "https://example.org/"),))
    assert visited(db, home, home) == ["first", "unchanged"]


# --- 2. to 5. flaps, boilerplate, clothes, returns --------------------------------------------------------------------------

TEASERS = ("Exercise in the northern waters ends", "New director takes office in spring", "Open day at the museum")
COUNTDOWN = "<div class=countdown><span>12</span> days <span>07</span> hours to the open day</div>"
AVATARS = '<div class="avatars"><img alt="Anna"><span>AB</span><span>CD</span></div>'


def box(title: str, lines: Sequence[str], name: str) -> str:
    items = "".join(f'<li><a href="/{number}">{line}</a></li>' for number, line in enumerate(lines))
    return f'<aside class="{name}"><h3>{title}</h3><ul>{items}</ul></aside>'


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(SITE, foot=FOOT.replace("2024", "2025")), id="the year in the footer"),
        pytest.param(replace(SITE, menu=[*reversed(MENU)]), id="a menu in another order"),
        pytest.param(replace(SITE, menu=["Naujienos", "Ataskaitos", "Apie", "Karjera"]), id="a translated menu"),
        pytest.param(replace(SITE, after=box("Related", TEASERS[:2], "related-posts")), id="a box of related pages"),
        pytest.param(replace(SITE, before="<div class=promo-bar><p>Our app is here! <a href=/app>Get it</a></p></div>"),
                     id="a bar above the page"),
        pytest.param(replace(SITE, before=COUNTDOWN), id="a countdown"),
        pytest.param(replace(SITE, after=AVATARS), id="avatars"),
        pytest.param(replace(SITE, paragraphs=[f"<div class=x7><p>{part}</p></div>" for part in PARAGRAPHS]), id="more boxes"),
        pytest.param(replace(SITE, paragraphs=[part.replace("'", "’") for part in PARAGRAPHS]), id="other quotes"),
        pytest.param(replace(SITE, paragraphs=[f"{PARAGRAPHS[0]} {PARAGRAPHS[1]}", *PARAGRAPHS[2:]]), id="a joined paragraph"),
        pytest.param(replace(SITE, paragraphs=[part.replace(" it ", " <span>it</span> ") for part in PARAGRAPHS]), id="spans"),
    ],
)  # fmt: skip
def test_what_moves_around_the_document_or_dresses_it_is_no_change(db: Sqlite, other: Site) -> None:
    """Not when it comes, not when it goes, and not when it flaps."""
    assert set(visited(db, SITE, other, SITE, other, other, SITE)[1:]) == {"unchanged"}


def test_chunks_that_are_streamed_in_another_order_are_a_change_if_the_next_observation_confirms_it(db: Sqlite) -> None:
    streamed = replace(SITE, paragraphs=[*PARAGRAPHS[4:], *PARAGRAPHS[:4]])
    assert set(visited(db, SITE, streamed, SITE, streamed, SITE)[1:]) == {"unchanged"}
    assert visited(db, SITE, streamed, streamed, streamed)[-3:] == ["changed", "unchanged", "unchanged"]


@pytest.mark.parametrize("name", ["h1", "first", "last"])
def test_a_real_change_beside_what_moves_is_a_change(db: Sqlite, name: str) -> None:
    texts = {
        "h1": replace(SITE, title=TITLE.replace("harbours", "ports")),
        "first": replace(SITE, paragraphs=PARAGRAPHS[1:]),
        "last": replace(
            SITE, paragraphs=[*PARAGRAPHS, "Two quays of the southern basin were closed to the public in May."]
        ),
    }
    moved = replace(texts[name], foot=FOOT.replace("2024", "2025"), after=box("Related", TEASERS[1:], "related-posts"))
    assert visited(db, SITE, moved, moved) == ["first", "changed", "unchanged"]


def test_a_text_that_comes_back_has_returned(db: Sqlite) -> None:
    """A → B → A: no third revision."""
    assert visited(db, SITE, EDITED, SITE, EDITED) == ["first", "changed", "returned", "returned"]
    assert len(causes(db)) == 2


# --- 6. and 7. editions, and what has to be confirmed ---------------------------------------------------------------------

NEXT = (
    PARAGRAPHS[7],
    "Shipping recovered, yet insurers left the eastern route, and a storm in November tore the outer mole of Port Anselm.",
    "Divers found two devices below the ferry landing; investigators trace them to a workshop on the far side of the bay.",
    "Pilots speak of jammed signals on sixty nights. Navigation by radar and by eye has been practised ever since.",
    "Three managers of a dredging firm were convicted of passing charts to a foreign consul in return for contracts.",
    "Seasonal labour from overseas brought recruiters along, whose advertisements promise visas to those who take photographs.",
    "Parliament gave customs officers the right to open sealed lorries without a warrant; courts have yet to rule on it.",
)


def test_next_years_text_on_the_same_address_is_a_new_edition(db: Sqlite) -> None:
    """Though it differs by far: it is dated at its first observation, and called an edition."""
    old, new = (replace(SITE, title=f"Harbour threat assessment {year}", paragraphs=text)
                for year, text in ((2023, PARAGRAPHS), (2024, NEXT)))  # fmt: skip
    assert visited(db, old, old, new, new, new)[-1] == "unchanged"
    assert causes(db) == [("first", day(1)), ("edition", day(3))]


def test_a_far_text_is_dated_at_its_first_observation(db: Sqlite) -> None:
    weather = replace(SITE, title="Weather", paragraphs=["Rain falls on the coast until noon. Afterwards, sun." * 6])
    assert visited(db, SITE, weather, weather) == ["first", "pending", "pending"]
    assert causes(db) == [("first", day(1))]


GERMAN = (
    "Die Häfen von Kastovien bewältigen zwei Drittel des Handels, und wer dem Land schaden will, sieht sie sich zuerst an.",
    "Wahrscheinlich werden die Dienste von Velmarien weiterhin Kais, Kräne und Schiffe der Marine fotografieren.",
    "Im vergangenen Jahr hielt die Hafenpolizei 41 Personen an, die nicht sagen konnten, weshalb sie die Becken vermaßen.",
    "Fischern wurde Geld für Berichte über Manöver geboten; elf von ihnen meldeten das sofort der Polizei.",
)


def test_a_page_in_another_language_for_a_while_is_no_change_of_words(db: Sqlite) -> None:
    """It is on record as a variant, and the history continues when the page's language is back."""
    german = replace(SITE, title="Gefahren für die Häfen von Kastovien", paragraphs=GERMAN, language="de")
    assert visited(db, SITE, *[german] * 25, SITE, EDITED) == ["first", *["suspect"] * 25, "unchanged", "changed"]
    row = history.visits(db, evidence.known_page(db, URL))[1]
    assert (row["state"], row["reason"]) == ("variant", "was in another language, and was not confirmed")


def test_a_page_that_stays_in_another_language_is_dated_at_the_first(db: Sqlite) -> None:
    """After a month; and what changed meanwhile is reported, too."""
    german = replace(SITE, title="Gefahren für die Häfen von Kastovien", paragraphs=GERMAN, language="de")
    edited = replace(german, paragraphs=[GERMAN[0], GERMAN[1].replace("Wahrscheinlich", "Sicher"), *GERMAN[2:]])
    found = visited(db, SITE, *[german] * 20, *[edited] * 12)
    assert found == ["first", "changed", *["unchanged"] * 19, "changed", *["unchanged"] * 11]
    assert [at for _, at in causes(db)] == [day(1), day(2), day(22)]


def test_a_language_that_a_template_misstates_changes_nothing(db: Sqlite) -> None:
    """Words decide, not the attribute: most of the page's words are there."""
    misstated = replace(EDITED, language="lt")
    assert visited(db, SITE, misstated, misstated) == ["first", "changed", "unchanged"]


# Access denied, in languages that no table has.
REFUSALS = {
    "Estonian": "<h1>Ligipääs keelatud</h1><p>Teil puudub õigus seda lehte vaadata.</p>",
    "Icelandic": "<h1>Aðgangur óheimill</h1><p>Þú hefur ekki heimild til að skoða þessa síðu. Hafðu samband við vefstjóra.</p>",
    "Georgian": "<p>წვდომა აკრძალულია</p>",
    "Basque": "<div class=alert><strong>Sarbidea ukatuta</strong></div><p>Saiatu berriro geroago.</p>",
}


@pytest.mark.parametrize("language", REFUSALS)
def test_a_refusal_in_the_frame_of_the_site_is_no_revision_however_often_it_stands_there(
    db: Sqlite, language: str
) -> None:
    refused = framed(REFUSALS[language], "Kastovia")
    assert visited(db, SITE, *[refused] * 5, SITE) == ["first", *["suspect"] * 5, "unchanged"]


def test_a_refusal_without_the_frame_is_none_either(db: Sqlite) -> None:
    bare = document(REFUSALS["Estonian"], "Viga")
    assert visited(db, SITE, *[bare] * 4) == ["first", *["suspect"] * 4]


def test_a_page_that_says_it_is_withdrawn_keeps_its_heading_and_has_changed(db: Sqlite) -> None:
    """Once it is confirmed."""
    withdrawn = replace(SITE, paragraphs=["The service has withdrawn this chapter and is preparing another one."])
    assert visited(db, SITE, *[withdrawn] * 3)[-3:] == ["changed", "unchanged", "unchanged"]


# --- redirects ------------------------------------------------------------------------------------------------------

HOST = "https://example.org"
OTHER = Site(
    title="Weather for seafarers",
    paragraphs=[
        "Rain falls on the coast until noon, and afterwards the sun returns with a light wind from the west.",
        "Small craft should stay in port on Thursday, when waves of up to four metres are expected off the cape.",
    ],
)


def redirected(site: Site, to: str, status: int = 301) -> Answer:
    return Answer(f"{HOST}{to}", 200, (("Content-Type", "text/html"),), site.html, ((status, URL, f"{HOST}{to}"),))


def said(db: Sqlite) -> tuple[str | None, str | None]:
    """The state and the reason of the last visit."""
    row = history.visits(db, evidence.known_page(db, URL))[-1]
    return row["state"], row["reason"]


@pytest.mark.parametrize(
    ("to", "state", "reason"),
    [
        ("/", "removed", f"it redirects to the home page, {HOST}/"),
        ("/en/", "removed", f"it redirects to the home page, {HOST}/en/"),
        ("/weather", "moved", f"it redirects to another address, {HOST}/weather"),
        ("/404", "removed", f"it redirects to a page for what is missing, {HOST}/404"),
        ("/login?back=assessment", "blocked", f"it redirects to {HOST}/login?back=assessment"),
        ("/maintenance", None, f"it redirects to {HOST}/maintenance"),
    ],
)
def test_a_redirect_to_another_text_never_is_the_page(db: Sqlite, to: str, state: str | None, reason: str) -> None:
    """However often and with whatever status: it says that the page has moved, or was removed."""
    for status in (301, 302):
        assert visited(db, SITE, *[redirected(OTHER, to, status)] * 4)[-4:] == ["suspect"] * 4
        assert said(db) == (state, reason)
        assert [one.title for one in history.revisions(db, evidence.known_page(db, URL))] == [TITLE]


def test_a_redirect_to_a_section_says_that_the_page_was_removed(db: Sqlite) -> None:
    page = evidence.known_page(db, f"{HOST}/reports/2024/harbours")
    answers = [
        Answer(page.url, 200, (), SITE.html),
        Answer(f"{HOST}/reports/", 200, (), OTHER.html, ((302, page.url, f"{HOST}/reports/"),)),
    ]
    for number, made in enumerate(answers, 1):
        capture = evidence.keep(db, Visit(page, "run", day(number)), made)
        assert capture is not None
        readings.add(db, evidence.capture(db, capture), clean(made.body, "text/html", made.url))
    derivation.derive(db, page, clean(b"<p>x", None, None).cleaner)
    row = history.visits(db, page)[-1]
    assert (row["state"], row["reason"]) == ("removed", f"it redirects to its section, {HOST}/reports/")


def test_a_page_with_the_same_text_at_another_address_goes_on_there(db: Sqlite) -> None:
    """The move is no change, and what changes at the new address is one."""
    there = partial(redirected, to="/chapters/harbours")
    assert visited(db, SITE, there(SITE), there(EDITED), there(SITE)) == ["first", "unchanged", "changed", "returned"]


@pytest.mark.parametrize(
    "name", ["Threat assessment {}", "Bulletin no. {} on threats to the harbours", "The harbours in {}"]
)
def test_a_redirect_to_another_issue_is_no_text_of_the_old_address_however_alike_it_is(db: Sqlite, name: str) -> None:
    """The report of 2025 redirects to that of 2026, which is the same form with other figures."""
    old = replace(SITE, title=name.format(2025), paragraphs=[part.replace("41", "38") for part in PARAGRAPHS])
    new = replace(SITE, title=name.format(2026))
    assert visited(db, old, *[redirected(new, "/assessment-2026")] * 4)[-4:] == ["suspect"] * 4
    assert said(db) == ("moved", f"it redirects to another address, {HOST}/assessment-2026")


def test_a_page_that_moved_with_its_year_goes_on(db: Sqlite) -> None:
    """Its address has another year now, its text is the same."""
    site = replace(SITE, title="Threat assessment 2025")
    assert visited(db, site, *[redirected(site, "/archive/2026/assessment-2025")] * 2) == ["first", *["unchanged"] * 2]


def test_an_address_that_always_redirected_to_the_latest_issue_shows_the_latest_issue(db: Sqlite) -> None:
    """It redirects for now (302), so what it leads to is its text."""
    issues = [redirected(SITE, "/issue/1", 302), *[redirected(OTHER, "/issue/2", 302)] * 3]
    assert visited(db, *issues) == ["first", "changed", "unchanged", "unchanged"]
