"""What `run` and `notify` say about the channels that notify people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import counted, print_json
from pagewitness.archive.cli.terminal import echo, echo_error
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.channels import Notify
    from pagewitness.config.settings import Settings
    from pagewitness.scraper.net.session import Session
    from pagewitness.scraper.tell.heartbeat import Pulse
    from pagewitness.scraper.tell.telling import Told


def begin_telling(db: Sqlite, session: Session, notify: Notify) -> None:
    """Begin the channels that are new, before the first visit of a run."""
    if notify.channels:
        from pagewitness.scraper.tell.telling import begin

        begin(db, notify, session)


def tell_and_report(db: Sqlite, session: Session, notify: Notify, *, quiet: bool, as_json: bool) -> None:
    """Tell what is new at the end of a run, and print a line for each channel that sent something or failed.

    Args:
        quiet: whether to print only what is wrong.
    """
    if not notify.channels:
        return
    from pagewitness.scraper.tell.telling import tell

    report_told(tell(db, notify, session), quiet=quiet, as_json=as_json)


@contextmanager
def beating(settings: Settings) -> Iterator[Pulse]:
    """A run for the heartbeats of the settings: they are asked for when it begins and when it ends. Raises ConfigError.

    What can't be sent is said on standard error.
    """
    from pagewitness.scraper.tell.heartbeat import Pulse, heartbeats

    if not settings.notify.heartbeat:
        yield Pulse()
        return
    from pagewitness.scraper.net.fetch import open_session

    def warn(said: str) -> None:
        echo_error(f"pagewitness: the heartbeat was not sent: {said}")

    with open_session(settings.network) as session, heartbeats(settings.notify.heartbeat, session, warn) as pulse:
        yield pulse


def report_told(found: Iterable[Told], *, quiet: bool, as_json: bool) -> None:
    """Print a line or an object for each channel that sent something, or could not. Arguments as for `tell_and_report`."""
    for one in found:
        if not (one.error or one.abandoned or (one.sent and not quiet)):
            continue
        if as_json:
            print_json({"url": None, "outcome": None, **told_as_json(one)})
            continue
        if one.sent:
            echo(click.style(f"{'sent':<10} {safe(one.channel)}: {counted(one.sent, 'notice')}", fg="green"))
        if one.error:
            rest = f"; {counted(one.waiting, 'notice')} wait{'s' if one.waiting == 1 else ''}" if one.waiting else ""
            echo(click.style(f"{'not sent':<10} {safe(one.channel)}: {safe(one.error).rstrip('.')}{rest}", fg="red"))
        if one.abandoned:
            said = f"{counted(one.abandoned, 'notice')} could not be sent for days and won't be tried again"
            echo(click.style(f"{'given up':<10} {safe(one.channel)}: {said}", fg="red"))


def told_as_json(one: Told) -> dict[str, object]:
    """What became of a channel's notices, as --json prints it."""
    return {
        "channel": one.channel, "sent": one.sent, "waiting": one.waiting, "abandoned": one.abandoned, "error": one.error,
    }  # fmt: skip
