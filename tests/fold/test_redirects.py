"""Where a redirect leads, as far as its addresses and its header fields say."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import PageState
from pagewitness.archive.fold.redirects import PERMANENT, Leads, clause, leads, location, refresh_target
from pagewitness.archive.text.refresh import LONGEST_WAIT

SITE = "https://agency.example"
PAGE = f"{SITE}/reports/threats"


@pytest.mark.parametrize("status", [301, 308])
def test_a_redirect_for_good_has_one_of_two_statuses(status: int) -> None:
    assert status in PERMANENT
    assert not PERMANENT & {302, 303, 307, 309}


def test_a_page_that_forwards_by_itself_does_so_for_good() -> None:
    """It was answered with 200, as a document is."""
    assert 200 in PERMANENT
    assert not PERMANENT & {201, 204}


@pytest.mark.parametrize(
    ("where", "state"),
    [
        (Leads.SAME, None),
        (Leads.HOME, PageState.REMOVED),
        (Leads.SECTION, PageState.REMOVED),
        (Leads.MISSING, PageState.REMOVED),
        (Leads.WALL, PageState.BLOCKED),
        (Leads.FAULT, None),
        (Leads.OTHER, PageState.MOVED),
    ],
)
def test_what_a_redirect_says_of_the_page(where: Leads, state: PageState | None) -> None:
    assert where.state is state


@pytest.mark.parametrize(
    ("page", "to", "where"),
    [
        pytest.param(PAGE, f"{SITE}/login", Leads.WALL, id="a login in place of a page"),
        pytest.param(f"{SITE}/login", f"{SITE}/sso/login", Leads.OTHER, id="a login that was the page"),
        pytest.param(f"{SITE}/login/reports", f"{SITE}/404", Leads.MISSING, id="but a login can be missing"),
        pytest.param(SITE, f"{SITE}/en/reports", Leads.OTHER, id="a first page that leads on"),
        pytest.param(PAGE, f"{SITE}/?page=threats", Leads.OTHER, id="a first page that shows what is asked for"),
        pytest.param(PAGE, f"{SITE}/reports?show=threats", Leads.OTHER, id="a section that does"),
        pytest.param(PAGE, "https://other.example/", Leads.HOME, id="the first page of another site"),
        pytest.param(PAGE, "https://other.example/reports", Leads.OTHER, id="no section of another site"),
        pytest.param(PAGE, "http://WWW.agency.example./reports", Leads.SECTION, id="the section, its host in other letters"),
        pytest.param(PAGE, f"{SITE}/news", Leads.OTHER, id="no section above the page"),
        pytest.param(PAGE, f"{SITE}/rep", Leads.OTHER, id="the beginning of a name is no section"),
    ],
)  # fmt: skip
def test_where_a_redirect_leads_depends_on_where_it_comes_from(page: str, to: str, where: Leads) -> None:
    assert leads(page, to) is where


def test_a_location_is_made_absolute_and_loses_its_fragment() -> None:
    assert location(PAGE, [["LOCATION", " ../news#top "]]) == f"{SITE}/news"
    assert location(PAGE, [["Server", "x"], ["Location", "/a"], ["Location", "/b"]]) == f"{SITE}/a"


@pytest.mark.parametrize("fields", [[], [["Location", ""]], [["Location", "http://[bad"]], [["Server", "/a"]]])
def test_without_a_usable_location_there_is_none(fields: list[list[str]]) -> None:
    assert location(PAGE, fields) is None


def test_a_refresh_leads_on_if_nobody_can_read_the_page_before() -> None:
    """A longer wait is for reading."""
    assert refresh_target(PAGE, [["refresh", f"{LONGEST_WAIT}; url=/new#top"]]) == f"{SITE}/new"
    assert refresh_target(PAGE, [["Refresh", f"{LONGEST_WAIT + 1}; url=/new"]]) is None


@pytest.mark.parametrize("value", ["0", f"0; url={PAGE}", f"0; url={PAGE}?again", "0; url=http://[bad"])
def test_a_refresh_to_the_page_itself_leads_nowhere(value: str) -> None:
    assert refresh_target(PAGE, [["Refresh", value]]) is None


def test_without_a_refresh_nothing_leads_on() -> None:
    assert refresh_target(PAGE, [["Server", "0; url=/new"]]) is None


@pytest.mark.parametrize("where", [Leads.SAME, Leads.FAULT, Leads.WALL])
def test_a_clause_names_the_address_alone_if_it_says_nothing_of_the_page(where: Leads) -> None:
    assert clause(where, "URL") == "it redirects to URL"


@pytest.mark.parametrize("where", [Leads.HOME, Leads.SECTION, Leads.MISSING, Leads.OTHER])
def test_a_clause_names_what_is_there_if_it_says_something_of_the_page(where: Leads) -> None:
    assert clause(where, "URL") == f"it redirects to {where.value}, URL"
