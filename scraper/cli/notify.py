"""`pagewitness notify`: who is notified how, what waits to be sent, and a sample to try it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, exclusive, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_message, echo_wrapped
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.diff.listed import ListedChange
    from pagewitness.archive.diff.notice import Notice
    from pagewitness.archive.store.outbox import Waiting
    from pagewitness.config.channels import Notify
    from pagewitness.scraper.net.session import Session

LISTED = 10  # notices of a channel; of more, the rest is counted
NONE = (
    "Nobody is notified of changes: set up [notify.atom], [notify.mail], [notify.webhook] or [notify.apprise] in the settings. "
    "`pagewitness config` shows where they are."
)


@click.command()
@click.argument("channels", nargs=-1, metavar="[CHANNEL]…")
@click.option("--send", is_flag=True, help="Send now what waits, and what is new.")
@click.option(
    "--test", is_flag=True, help="Send a sample by each channel, or by those named; feeds get a file test.atom."
)
@json_option
@pass_invocation
def command(invocation: Invocation, channels: tuple[str, ...], send: bool, test: bool, as_json: bool) -> int:
    """Show who is notified how, and what waits to be sent.

    Each run sends its notices at its end. What could not be sent waits in the outbox, and later runs try again, for five days. CHANNEL
    is the name of a table in the settings without `notify`: mail, webhook, mail.editors.

    Exit code 1: something could not be sent.
    """
    from pagewitness.scraper.net.fetch import open_session

    exclusive(send=send, test=test)
    notify = _chosen(invocation.settings.notify, channels)
    if not notify.channels:
        echo_message(NONE)
        return int(test)
    with open_session(invocation.settings.network) as session:
        if test:
            return _test(invocation, notify, session, as_json)
        if send:
            return _send(invocation, notify, session, as_json)
        _show(invocation, notify, session, as_json)
        return 0


def _chosen(notify: Notify, names: Sequence[str]) -> Notify:
    """The channels that are meant: those named, else all. Raises QueryError."""
    from pagewitness.archive.errors import QueryError

    known = [one.name for one in notify.channels]
    for name in names:
        if name not in known:
            there = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}" if known else "none is set up"
            raise QueryError(f"There is no channel '{safe(name)}' in the settings; {there}.")
    return notify.only(names) if names else notify


# --- what there is ----------------------------------------------------------------------------------------------------


def _show(invocation: Invocation, notify: Notify, session: Session, as_json: bool) -> None:
    from pagewitness.archive.store import outbox
    from pagewitness.scraper.tell.telling import would_tell

    with invocation.read() as db:
        kept = {one.channel: one for one in outbox.what_waits(db)}
        would = would_tell(db, notify, session)
    daily = {one.name for one in notify.mail if one.every == "day"}
    for name, new in would.items():
        has = kept.get(name) or outbox.Waiting(name, 0, 0, 0, None, None, None)
        if as_json:
            print_json({**has._asdict(), "new": [one.as_json() for one in new]})
        else:
            _print(has, new, daily=name in daily)
    if not as_json:
        echo_message("`pagewitness notify --send` sends now; `--test` sends a sample.")


def _print(has: Waiting, new: Sequence[Notice], *, daily: bool) -> None:
    from pagewitness.archive.render.notices import heading
    from pagewitness.archive.times import short

    parts = [f"{counted(has.sent, 'notice')} sent"]
    if has.waiting:
        later = "one mail a day" if daily and not has.error else f"next attempt {short(has.due_at or '')}"
        parts.append(f"{has.waiting} waiting since {short(has.oldest or '')}, {later}")
    parts += [f"{has.abandoned} given up"] if has.abandoned else []
    parts += [f"{len(new)} new for the next run"] if new else []
    echo_wrapped(f"{has.channel}: {'; '.join(parts)}", "", "  ")
    if has.error:
        echo_wrapped(f"last error: {has.error}", "  ", "    ")
    for one in new[:LISTED]:
        echo_wrapped(heading(one), "  ", "    ")
    if len(new) > LISTED:
        echo(f"  and {len(new) - LISTED} more")


def _send(invocation: Invocation, notify: Notify, session: Session, as_json: bool) -> int:
    from pagewitness.scraper.cli.told import report_told
    from pagewitness.scraper.tell.telling import tell

    with invocation.open() as db:
        found = tell(db, notify, session, at_once=True)
    report_told(found, quiet=False, as_json=as_json)
    if not as_json and not any(one.sent or one.error for one in found):
        echo_message("Nothing waits to be sent.")
    return int(any(one.error for one in found))


# --- a sample ---------------------------------------------------------------------------------------------------------


def _test(invocation: Invocation, notify: Notify, session: Session, as_json: bool) -> int:
    from uuid import uuid4

    from pagewitness.archive.errors import Untold
    from pagewitness.scraper.tell.heartbeat import beat
    from pagewitness.scraper.tell.outlets import outlets

    sample = _sample(invocation)
    wrong: dict[str, str] = {}
    done: list[str] = []
    for outlet in outlets(None, notify, session, wrong):
        try:
            outlet.test([sample], f"test-{uuid4()}", _noted(wrong, outlet.name))
        except Untold as error:
            wrong[outlet.name] = str(error)
        done.append(outlet.name)
    for heartbeat in notify.heartbeat:
        beat([heartbeat], session, "", _noted(wrong, heartbeat.name))
        done.append(heartbeat.name)
    _report_test(done, wrong, as_json)
    return int(bool(wrong))


def _noted(wrong: dict[str, str], name: str) -> Callable[[str | None], None]:
    """What notes that something was wrong with a channel."""

    def note(said: str | None) -> None:
        if said:
            wrong[name] = said

    return note


def _report_test(done: Iterable[str], wrong: dict[str, str], as_json: bool) -> None:
    for name in dict.fromkeys([*done, *wrong]):
        if as_json:
            print_json({"channel": name, "test": True, "error": wrong.get(name)})
        elif name in wrong:
            echo(click.style(f"{'not sent':<10} {safe(name)}: {safe(wrong[name])}", fg="red"))
        else:
            echo(click.style(f"{'sent':<10} {safe(name)}: a sample", fg="green"))


def _sample(invocation: Invocation) -> Notice:
    """The newest change of the archive, or else a change that nobody made."""
    from pagewitness.archive.diff.notice import notice_of
    from pagewitness.archive.views import changes
    from pagewitness.archive.views.change_events import Which

    listed: list[ListedChange] = []
    if not invocation.is_new():
        with invocation.read() as db:
            listed, _ = changes.list_changes(db, Which(), 20, whole=True)
    entry = next((one for one in listed if one.change is not None), None) or _invented()
    page = entry.page._replace(title=f"Test: {entry.page.title or entry.page.url}")
    return notice_of(replace(entry, pages=(page, *entry.pages[1:])))


def _invented() -> ListedChange:
    from pagewitness.archive import diff, times
    from pagewitness.archive.diff import telling
    from pagewitness.archive.diff.listed import ListedChange, SamePage

    change = diff.compare([("p", "An attack on the port is unlikely.")], [("p", "An attack on the port is likely.")])
    now = times.now()
    page = SamePage(
        "https://example.org/assessment", "Threat assessment", "Example Agency", 2, 1, now, times.later(now, -86400)
    )
    hunk = change.hunks[0]
    return ListedChange("change", (page,), 7, 1, 1, line=telling.excerpt(hunk), said=hunk.change, change=change)
