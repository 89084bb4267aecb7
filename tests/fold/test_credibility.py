"""What makes an answer not credible by itself: its status, who gave it, where it redirects, what its reading says."""

from __future__ import annotations

import json

import pytest

from pagewitness.archive.derived import BOT_WALL, PageState
from pagewitness.archive.fold.blockers import Blocker, blocker_of, blockers
from pagewitness.archive.fold.credibility import Answered, Doubt, doubt
from pagewitness.archive.fold.redirects import Leads, leads
from pagewitness.scraper.clean import clean

PAGE, HOME = "https://agency.example/reports/threats", "https://agency.example/"
REMOVED, BLOCKED, MOVED = PageState.REMOVED, PageState.BLOCKED, PageState.MOVED


def headers(**fields: str) -> str:
    return json.dumps([[name.replace("_", "-"), value] for name, value in fields.items()])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answered(PAGE, 200), None),
        (Answered(PAGE, 200, not_credible=BOT_WALL), Doubt(BOT_WALL, BLOCKED)),
        (Answered(PAGE, 200, not_credible="it is empty"), Doubt("it is empty")),
        (Answered(PAGE, 200, "[]", "it is empty", "length"), Doubt("truncated (length)")),
        (Answered(PAGE, 404, not_credible="it looks like an error page"), Doubt("HTTP status 404", REMOVED)),
        (Answered(PAGE, 410), Doubt("HTTP status 410", REMOVED)),
        (Answered(PAGE, 403), Doubt("HTTP status 403", BLOCKED)),
        (Answered(PAGE, 429), Doubt("HTTP status 429", BLOCKED)),
        (Answered(PAGE, 404, not_credible=BOT_WALL), Doubt("HTTP status 404", BLOCKED)),
        (Answered(PAGE, 503), Doubt("HTTP status 503")),
        (Answered(PAGE, 500), Doubt("HTTP status 500")),
        (Answered(PAGE, 404, headers(Server="cloudflare", CF_Cache_Status="DYNAMIC")), Doubt("HTTP status 404", REMOVED)),
        (
            Answered(PAGE, 404, headers(Server="cloudflare", CF_Ray="8f-VNO")),
            Doubt("HTTP status 404 by Cloudflare, not by the site", BLOCKED),
        ),
        (
            Answered(PAGE, 200, headers(CF_Mitigated="challenge")),
            Doubt("HTTP status 200 by Cloudflare, not by the site", BLOCKED),
        ),
    ],
)  # fmt: skip
def test_what_an_answer_says_of_the_page(answer: Answered, said: Doubt | None) -> None:
    """404 and 410 by the site remove the page; whoever refuses us, or answers in the site's place, says nothing of it."""
    assert doubt(answer) == said


@pytest.mark.parametrize("status", [200, 203, 206, 226, 299])
def test_an_answer_with_a_text_is_credible(status: int) -> None:
    assert doubt(Answered(PAGE, status)) is None


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (REMOVED, {404, 410}),
        (BLOCKED, {403, 429, 451}),
        (None, {300, 304, 305, 306, 309, 400, 401, 402, 405, 409, 411, 428, 430, 450, 452, 500, 502, 503, 504, 599}),
    ],
)
def test_what_each_status_says_of_the_page(state: PageState | None, statuses: set[int]) -> None:
    for status in statuses:
        assert doubt(Answered(PAGE, status)) == Doubt(f"HTTP status {status}", state)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_redirect_says_where_it_leads(status: int) -> None:
    said = f"HTTP status {status}: it redirects to the home page, {HOME}"
    assert doubt(Answered(PAGE, status, headers(Location="/"))) == Doubt(said, REMOVED)


@pytest.mark.parametrize("status", [300, 304, 305, 306, 309, 404])
def test_what_is_no_redirect_leads_nowhere(status: int) -> None:
    found = doubt(Answered(PAGE, status, headers(Location="/")))
    assert found is not None
    assert found.reason == f"HTTP status {status}"


@pytest.mark.parametrize("blocker", blockers(), ids=lambda one: one.name)
def test_each_sign_of_a_blocker_catches_its_example(blocker: Blocker) -> None:
    """Whether or not an entry before it does, so that none is there in vain."""
    example = blocker.example
    fields = list(example["headers"].items())
    assert blocker_of(example["status"], fields) == blocker.name
    assert not blocker.statuses or example["status"] in blocker.statuses
    assert all(value.fullmatch(example["headers"][name]) for name, value in blocker.headers)
    assert blocker.without.isdisjoint(example["headers"])


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        pytest.param(404, {"Server": "nginx", "X-Iinfo": "21-162848-162850 NNYN CT(375 240 0) RT(17 254) q(0 0 6 0) r(11 11) U12",
                           "X-CDN": "Imperva"}, id="the site's own 404 behind Imperva"),
        pytest.param(404, {"Server": "Apache", "X-Datadome": "protected"}, id="behind DataDome"),
        pytest.param(404, {"Server": "AmazonS3", "X-Cache": "Error from cloudfront", "Via": "1.1 x.cloudfront.net (CloudFront)"},
                     id="behind CloudFront"),
        pytest.param(404, {"Server": "Varnish", "X-Served-By": "cache-hel1410025-HEL"}, id="made by code of the site at Fastly"),
        pytest.param(404, {"Server": "Sucuri/Cloudproxy", "X-Sucuri-ID": "17014", "X-Sucuri-Cache": "MISS"}, id="behind Sucuri"),
        pytest.param(404, {"Server": "Microsoft-IIS/10.0", "X-Azure-Ref": "2024"}, id="behind Azure Front Door"),
        pytest.param(200, {"Server": "cloudflare", "CF-Ray": "8f-VNO"}, id="a page that Cloudflare made"),
        pytest.param(200, {"Server": "AkamaiGHost"}, id="a page from Akamai"),
        pytest.param(503, {"Server": "cloudflare", "CF-Cache-Status": "MISS"}, id="a site that is down"),
    ],
)  # fmt: skip
def test_what_only_passed_through_such_a_service_is_the_sites_own_answer(status: int, fields: dict[str, str]) -> None:
    assert blocker_of(status, list(fields.items())) is None


@pytest.mark.parametrize(
    "url", [HOME, "https://agency.example", f"{HOME}en", f"{HOME}lt-lt/", f"{HOME}index.php", f"{HOME}en/home.aspx"]
)
def test_the_home_page_is_known_by_its_address(url: str) -> None:
    assert leads(PAGE, url) is Leads.HOME


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("reports", Leads.SECTION),
        ("reports/", Leads.SECTION),
        ("Reports/index.html", Leads.SECTION),
        ("404", Leads.MISSING),
        ("page-not-found.html", Leads.MISSING),
        ("en/login/?next=/reports", Leads.WALL),
        ("sso/start", Leads.WALL),
        ("error", Leads.FAULT),
        ("errors/500.html", Leads.FAULT),
        ("reports/threats/", Leads.SAME),
        ("report", Leads.OTHER),
        ("news/threats", Leads.OTHER),
        ("reports/errors-of-judgement", Leads.OTHER),
        ("topics/maintenance/report.html", Leads.OTHER),
        ("?page=threats", Leads.OTHER),
    ],
)
def test_where_a_redirect_leads(path: str, where: Leads) -> None:
    assert leads(PAGE, HOME + path) is where


@pytest.mark.parametrize(
    ("page", "to"),
    [
        ("http://agency.example/", "https://www.agency.example/"),
        (f"{HOME}a", f"{HOME}A/"),
        (f"{HOME}a/index.php", f"{HOME}a"),
        (f"{HOME}a?id=1", "http://agency.example/a/?id=1"),
    ],
)
def test_another_spelling_of_an_address_is_the_same_page(page: str, to: str) -> None:
    assert leads(page, to) is Leads.SAME


def test_a_home_page_and_a_login_page_may_redirect_within_themselves() -> None:
    assert leads("http://agency.example/", f"{HOME}en/") is Leads.OTHER
    assert leads(f"{HOME}login", f"{HOME}en/login") is Leads.OTHER


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("/", Doubt(f"HTTP status 301: it redirects to the home page, {HOME}", REMOVED)),
        ("/reports", Doubt(f"HTTP status 301: it redirects to its section, {HOME}reports", REMOVED)),
        ("/new#top", Doubt(f"HTTP status 301: it redirects to another address, {HOME}new", MOVED)),
        (f"{PAGE}/", Doubt(f"HTTP status 301: it redirects to {PAGE}/")),
        ("", Doubt("HTTP status 301")),
    ],
)  # fmt: skip
def test_an_imported_redirect_says_it_by_its_address_alone(to: str, said: Doubt) -> None:
    """Nobody followed it."""
    assert doubt(Answered(PAGE, 301, headers(Location=to))) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0; url=/new", Doubt(f"it only leads on, to {HOME}new")),
        ("5;URL='/'", Doubt(f"it only leads on, to {HOME}")),
        ("60; url=/new", None),
        ("5", None),
        (f"5; url={PAGE}?again", None),
    ],
)
def test_an_imported_answer_whose_header_leads_on_is_not_the_document(value: str, said: Doubt | None) -> None:
    """Unless there is time to read."""
    assert doubt(Answered(PAGE, 200, headers(Refresh=value))) == said


def test_a_bot_wall_has_the_same_name_in_the_cleaner() -> None:
    wall = clean(b"<title>Just a moment...</title><p>Checking your browser", "text/html", None)
    assert wall.not_credible == BOT_WALL
