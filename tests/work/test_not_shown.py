"""What came is kept, though no browser could show it; and nobody reads it as the page's text."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from helpers import SENTENCES, check_whole, html
from loopback import Loopback, Reply, network

from pagewitness.archive import times
from pagewitness.archive.errors import FetchError
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.model import Answer, Rendering
from pagewitness.archive.store import agenda, chain, evidence, renderings
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history, listing
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.net.fetch import open_session
from pagewitness.scraper.net.to_show import ToShow
from pagewitness.scraper.work.reader import Reader
from pagewitness.scraper.work.schedule import Run
from pagewitness.scraper.work.visit import Visited
from pagewitness.scraper.work.workers import Workers


class Crashing:
    """A browser that crashes as long as it is broken."""

    broken = True

    def lacking(self) -> None:
        """Nothing."""

    def show(self, page: ToShow) -> Answer:
        if self.broken:
            raise FetchError(f"{page.url}: the browser could not show it (Target crashed).", transient=False)
        return dataclasses.replace(page.answer, rendering=Rendering(page.answer.body, None, "{}"))


def test_the_bytes_are_kept_unread_and_the_visit_has_failed(site: Loopback, db: Sqlite) -> None:
    sent = html("Not yet loaded", SENTENCES[:2])
    site.routes |= {"/from": Reply(302, headers=(("Location", "/to"),)), "/to": Reply(200, sent)}
    agenda.follow(db, [site.url("/from")], None, 3600, times.now())
    page = evidence.find_page(db, site.url("/from"))
    assert page is not None
    renderings.show_in_browser(db, [page.id], True)
    browser = Crashing()

    with open_session(network()) as session, Workers(1, 20, 1024) as workers:

        def run() -> Visited:
            done: list[Visited] = []
            agenda.hasten(db, [page.id], times.now())
            Run(db, session, workers, 0, 0, 1, done.append, browser=cast(Any, browser)).go()
            return done[0]

        assert run().failed
        [visit] = history.visits(db, page)
        reason = "the browser could not show it (Target crashed)"
        assert (visit["outcome"], visit["verdict"], visit["reason"]) == ("failed", None, f"{page.url}: {reason}.")
        row = next(listing.page_rows(db, times.now()))
        assert (row["state"], row["reason"], row["revisions"], row["failures"]) == ("failing", reason, 0, 1)
        assert evidence.last_body(db, page.id) == sent

        # Whoever reads all captures again leaves this one out.
        cleaner = cleaner_name(page.rules)
        assert readings.missing(db, {page.id: cleaner}) == 0
        with Reader(db, workers, ahead=0) as reader:
            reader.read_missing(page)
        derivation.derive(db, page, cleaner, from_start=True)
        assert db.value("select count(*) from capture_readings") == 0
        assert history.revisions(db, page) == []

        browser.broken = False
        site.routes["/to"] = Reply(200, html("Loaded", SENTENCES))
        assert run().derived.number == 1
    assert readings.unread(db, page.id, "another cleaner") == db.column(int, "select max(id) from captures")
    assert [one["outcome"] for one in history.visits(db, page)] == ["failed", "captured"]
    assert list(chain.broken(db, "run")) == []
    check_whole(db)
