"""The outlets of the settings: each with what it is called in the outbox, how it is sent, and what sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.render.feed import Feed
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.outbox import Terms
from pagewitness.config import ConfigError
from pagewitness.config.channels import AtomChannel, Channel, MailChannel, Notify, WebhookChannel
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.tell import feeds
from pagewitness.scraper.tell.chat import send_chat, service_name
from pagewitness.scraper.tell.mail import Accepted, send_mail
from pagewitness.scraper.tell.webhook import post_notice

TEST = "test"  # the feed that a test writes


@dataclass(frozen=True, slots=True)
class Outlet:
    """Something that sends notices: a channel, or one service of an Apprise channel.

    Attributes:
        name: in the outbox.
        channel: from the settings.
        terms: how notices go into deliveries.
        send: sends the notices of a delivery, by its key; calls `accepted` when they are. Raises Untold.
        test: the same for a sample, without the archive.
        feed: the channel, if it writes feeds.
    """

    name: str
    channel: Channel
    terms: Terms
    send: Callable[[Sequence[Notice], str, Accepted], None]
    test: Callable[[Sequence[Notice], str, Accepted], None]
    feed: AtomChannel | None = None


def outlets(db: Sqlite | None, notify: Notify, session: Session, wrong: dict[str, str]) -> Iterator[Outlet]:
    """The outlets that are set up.

    Args:
        db: None for a test.
        wrong: gets the channels that can't be used, with the reason: a file with the addresses of services can't be read.
    """
    for atom in notify.atom:
        yield Outlet(atom.name, atom, Terms(together=True), partial(_write, db, atom), partial(_write_test, atom), atom)
    for mail in notify.mail:
        terms = Terms(together=mail.every != "change", daily=mail.every == "day")
        send = partial(_mail, mail, session)
        yield Outlet(mail.name, mail, terms, send, send)
    for hook in notify.webhook:
        send = partial(_post, hook, session)
        yield Outlet(hook.name, hook, Terms(), send, send)
    for chat in notify.apprise:
        try:
            services = chat.services()
        except ConfigError as error:
            wrong[chat.name] = str(error)
            continue
        for service in services:
            send = partial(_chat, service, session)
            yield Outlet(service_name(chat.name, service), chat, Terms(), send, send)


def _write(db: Sqlite | None, channel: AtomChannel, notices: Sequence[Notice], key: str, accepted: Accepted) -> None:
    assert db is not None, "without an archive there are only tests"
    feeds.write_feeds(db, channel, notices)
    accepted(None)


def _write_test(channel: AtomChannel, notices: Sequence[Notice], key: str, accepted: Accepted) -> None:
    feeds.write_feed(channel, Feed(TEST, "pagewitness: a test", notices))
    accepted(None)


def _mail(channel: MailChannel, session: Session, notices: Sequence[Notice], key: str, accepted: Accepted) -> None:
    send_mail(channel, session, key, notices, accepted)


def _post(channel: WebhookChannel, session: Session, notices: Sequence[Notice], key: str, accepted: Accepted) -> None:
    for notice in notices:
        post_notice(channel, session, key, notice)
    accepted(None)


def _chat(service: str, session: Session, notices: Sequence[Notice], key: str, accepted: Accepted) -> None:
    for notice in notices:
        send_chat(service, session.guard, notice)
    accepted(None)
