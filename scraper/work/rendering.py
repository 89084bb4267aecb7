"""Visits of pages that a browser shows."""

from __future__ import annotations

from pagewitness.archive.errors import FetchError, ScraperError
from pagewitness.archive.model import Answer, Page
from pagewitness.scraper.net.browser import Browser
from pagewitness.scraper.net.fetch import Extra, Failed, Permit
from pagewitness.scraper.net.to_show import ToShow, is_shown


def hindrance(browser: Browser | None, page: Page) -> FetchError | None:
    """Why a page can't be shown here, whatever it answers: something is not installed; None if it can, or need not be."""
    if not is_wanted(page):
        return None
    lacking = browser.lacking() if browser else "reading this page needs a browser, and this run has none."
    return FetchError(f"{page.url}: {lacking}", transient=False) if lacking else None


def is_wanted(page: Page) -> bool:
    """Whether a browser shows a page: not where programs read what is sent (feeds, sitemaps, PDFs)."""
    return page.browser and page.kind == "html" and not page.role.is_file_of_addresses


def show_answer(
    browser: Browser | None, page: Page, answer: Answer, permit: Permit | None, extra: Extra
) -> Answer | Failed:
    """An answer with what a browser made of it; as it is, where it is an error, a PDF, or of a page without a browser.

    Args:
        permit, extra: as for `fetch.fetch`.
    """
    if browser is None or not is_wanted(page) or not is_shown(answer):
        return answer
    try:
        return browser.show(ToShow(page.url, answer, permit, extra))
    except ScraperError as error:
        return Failed(error, answer.exchange)
