"""What makes an answer not credible, whatever its text says."""

from __future__ import annotations

import pytest

from pagewitness.archive.fold.credibility import doubt

PAGE, HOME = "https://agency.example/reports/threats", "https://agency.example/"


@pytest.mark.parametrize(
    ("status", "not_credible", "truncated", "why"),
    [
        (200, None, None, None),
        (200, "it looks like a bot wall", None, "it looks like a bot wall"),
        (404, "it looks like an error page", None, "HTTP status 404"),
        (200, "it is empty", "length", "truncated (length)"),
        (None, None, None, None),
    ],
)
def test_the_status_comes_first_then_what_is_missing_then_the_text(
    status: int | None, not_credible: str | None, truncated: str | None, why: str | None
) -> None:
    assert doubt(status, not_credible, truncated, PAGE, None, PAGE) == why


@pytest.mark.parametrize(
    "url", [HOME, "https://agency.example", f"{HOME}en", f"{HOME}lt-lt/", f"{HOME}index.php", f"{HOME}en/home.aspx"]
)
def test_a_redirect_to_the_home_page_is_reported(url: str) -> None:
    assert doubt(200, None, None, PAGE, url, PAGE) == f"it redirects to the home page, {url}"


@pytest.mark.parametrize(
    "path", ["404", "error", "page-not-found.html", "en/login/?next=/reports", "sso/start", "errors/500.html"]
)
def test_so_is_one_to_where_nothing_of_the_page_can_be(path: str) -> None:
    assert doubt(200, None, None, PAGE, HOME + path, PAGE) == f"it redirects to {HOME}{path}"


@pytest.mark.parametrize(
    ("page", "came_from", "first"),
    [
        pytest.param(PAGE, "https://www.agency.example/reports/threats/", PAGE, id="to its newer address"),
        pytest.param(PAGE, f"{HOME}reports/errors-of-judgement", PAGE, id="to an address with such a word in it"),
        pytest.param(PAGE, f"{HOME}topics/maintenance/report.html", PAGE, id="to a page below such a topic"),
        pytest.param(f"{HOME}go", HOME, HOME, id="what always redirected to the home page"),
        pytest.param("http://agency.example/", f"{HOME}en/", "http://agency.example/", id="a home page in a language"),
        pytest.param(PAGE, f"{HOME}?page=threats", PAGE, id="a page of a site that has queries alone"),
        pytest.param(f"{HOME}login", f"{HOME}en/login", f"{HOME}login", id="a followed login page"),
    ],
)
def test_other_redirects_are_credible(page: str, came_from: str, first: str) -> None:
    assert doubt(200, None, None, page, came_from, first) is None
