"""Telling what is new: notices go into the outbox, and from there to where people read them.

A run calls `begin` before its first visit and `tell` after its last one. Whatever goes wrong in between, or while it sends,
is in the outbox for the next one. No error of a channel is an error of the run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pagewitness.archive import times
from pagewitness.archive.diff.notice import Notice, notice_from_text
from pagewitness.archive.errors import Untold
from pagewitness.archive.store import outbox
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.outbox import Delivery, Outgoing, ToldSoFar
from pagewitness.archive.views import news
from pagewitness.config.channels import Notify
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.tell import feeds
from pagewitness.scraper.tell.outlets import Outlet, outlets
from pagewitness.scraper.tell.restricted import told_by

PATIENCE = 300.0  # seconds after which no other delivery is begun: the rest waits


@dataclass
class Told:
    """What became of a channel's notices.

    Attributes:
        sent, waiting, abandoned: how many were sent now, wait, and will not be tried again.
        error: what was wrong, if anything was.
    """

    channel: str
    sent: int = 0
    waiting: int = 0
    abandoned: int = 0
    error: str | None = None


def begin(db: Sqlite, notify: Notify, session: Session) -> None:
    """Begin the channels that are new: they tell what happens from now on. New feeds have the latest changes, too."""
    for outlet in outlets(db, notify, session, {}):
        if outbox.told_so_far(db, outlet.name) is None:
            _begin(db, outlet)


def _begin(db: Sqlite, outlet: Outlet) -> None:
    with db.snapshot():
        here = news.told_here(db, times.now())
        start = news.before_history(db, here) if outlet.feed else here
    outbox.begin_channel(db, outlet.name, start)


def tell(db: Sqlite, notify: Notify, session: Session, *, at_once: bool = False) -> list[Told]:
    """Put what is new into the outbox, and send what waits there.

    Args:
        at_once: whether to send, too, what failed a short while ago, and the daily digest.

    Returns:
        the channels, each with what became of its notices.
    """
    begin(db, notify, session)
    end = time.monotonic() + PATIENCE
    unusable: dict[str, str] = {}
    known = list(outlets(db, notify, session, unusable))
    said = [Told(name, error=error) for name, error in unusable.items()]
    wrong = _collect(db, known)
    for outlet in known:
        told = Told(outlet.name, error=wrong.get(outlet.name))
        _send(db, outlet, told, at_once, end)
        told.waiting = len(outbox.open_notices(db, outlet.name))
        said.append(told)
    return said


def would_tell(db: Sqlite, notify: Notify, session: Session) -> dict[str, list[Notice]]:
    """What each channel would send now, beside what waits in the outbox. Nothing is written.

    Raises:
        Untold: a channel is restricted to what there is not.
    """
    found: dict[ToldSoFar, list[Notice]] = {}
    would: dict[str, list[Notice]] = {}
    for outlet in outlets(db, notify, session, {}):
        since = outbox.told_so_far(db, outlet.name)
        if since is not None and since not in found:
            found[since] = news.news(db, since)
        would[outlet.name] = told_by(db, outlet.channel, found[since]) if since is not None else []
    return would


def _collect(db: Sqlite, known: Iterable[Outlet]) -> dict[str, str]:
    """Put what is new into the outbox of each channel; returns why it was not possible, by channel."""
    wrong: dict[str, str] = {}
    with db.snapshot():
        here = news.told_here(db, times.now())
        found: dict[ToldSoFar, list[Notice]] = {}
        made: list[tuple[Outlet, ToldSoFar, list[Outgoing]]] = []
        for outlet in known:
            since = outbox.told_so_far(db, outlet.name)
            assert since is not None
            if since not in found:
                found[since] = news.news(db, since)
            try:
                own = told_by(db, outlet.channel, found[since])
            except Untold as error:
                wrong[outlet.name] = str(error)
                continue
            made.append((outlet, since, [Outgoing(one.key, one.to_text()) for one in own]))
    for outlet, since, notices in made:
        outbox.put(db, outlet.name, notices, since, here)
    return wrong


def _send(db: Sqlite, outlet: Outlet, told: Told, at_once: bool, end: float) -> None:
    """Send what a channel has in the outbox, until it fails as a whole."""
    terms = replace(outlet.terms, at_once=at_once, daily=outlet.terms.daily and not at_once)
    tried: list[str] = []
    while time.monotonic() < end and (delivery := outbox.claim(db, outlet.name, terms, times.now(), tried)):
        tried.append(delivery.key)
        try:
            _deliver(db, outlet, delivery, told)
        except Untold as error:
            told.error = str(error)
            if outbox.keep_failed(db, delivery, told.error, times.now()):
                told.abandoned += len(delivery.notices)
            if not error.alone:
                return
    if not tried and outlet.feed and not feeds.is_begun(outlet.feed):
        try:
            feeds.write_feeds(db, outlet.feed, [])
        except Untold as error:
            told.error = str(error)


def _deliver(db: Sqlite, outlet: Outlet, delivery: Delivery, told: Told) -> None:
    notices = [notice_from_text(text) for text in delivery.notices]

    def accepted(amiss: str | None) -> None:
        outbox.keep_sent(db, delivery, forget=outlet.feed is None, amiss=amiss)
        told.sent += len(notices)
        told.error = amiss or told.error

    outlet.send(notices, delivery.key, accepted)
