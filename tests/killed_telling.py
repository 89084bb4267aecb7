"""Telling that is killed at many moments: what the receivers got in the end.

A process of its own forks a child for each attempt to tell, and the child is killed after a part of the time that telling takes.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from helpers import archive, day, html, read, reading
from loopback import Handler, Loopback, Reply
from mailbox_server import Mailbox, plain_text

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive

PAGES = 3
PAUSE = 0.01
_ADDED = {
    "webhook": re.compile(r'\["\+", ?"(marker\d+)'),
    "mail": re.compile(r"\{\+(marker\d+)"),
    "atom": re.compile(r"\[added: &lt;/span&gt;(marker\d+)"),
}
TELLER = """
import os, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from pagewitness.config.settings import load_settings
from pagewitness.archive.store.database import open_archive
from pagewitness.scraper.net.session import open_session
from pagewitness.scraper.tell import telling
import pagewitness.scraper.tell.mail, pagewitness.archive.views.news, requests, email.message, zstandard

settings = load_settings(Path(sys.argv[2]), {"HOME": "/nowhere"})
print("ready", flush=True)
for _ in sys.stdin:
    if (child := os.fork()) == 0:
        with open_archive(sys.argv[1]) as db, open_session(settings.network) as session:
            told = telling.tell(db, settings.notify, session, at_once=True)
        os._exit(0 if not any(one.error for one in told) else 3)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass
class Outcome:
    """What the receivers got.

    Attributes:
        changes: how many changes there were.
        killed, sending: how many attempts were killed, and how many of them between the record of an attempt and its end.
        lost, twice: changes, by channel, that never came, or that came under two keys.
        repeated: requests and mails that came again under the same key.
    """

    changes: int
    killed: int
    sending: int
    lost: dict[str, list[str]] = field(default_factory=dict)
    twice: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0


def _slow(_: Handler) -> Reply:
    time.sleep(PAUSE)
    return Reply(200)


def _mark(number: int) -> str:
    return f"marker{number:05}"


def _change_all(db: Sqlite, number: int) -> None:
    """A new text of each page, seen by a live visit."""
    for page_number in range(PAGES):
        url = f"https://site{page_number}.example/page"
        page = evidence.known_page(db, url)
        text = [f"Assessment {page_number} of the year.", f"The state is {_mark(number * PAGES + page_number)} now."]
        body = html("Assessment", text)
        capture = evidence.keep(
            db, Visit(page, "run", day(number / 10)), Answer(url, 200, (("Content-Type", "text/html"),), body)
        )
        assert capture is not None
        read(db, capture, reading(text))
        derivation.derive(db, page, "c1")


def tell_and_kill(folder: Path, moments: int) -> Outcome:
    """Tell `moments` times three changes each, kill each attempt at another moment, and see what came."""
    with Loopback() as hook, Mailbox() as mailbox:
        hook.routes["/hook"] = _slow  # time to be killed before and after a notice was accepted
        mailbox.pause = PAUSE
        settings = folder / "settings.toml"
        settings.write_text(
            f'''
            network.allow = ["127.0.0.0/8"]
            [notify.webhook]
            url = "{hook.url("/hook")}"
            [notify.mail]
            host = "127.0.0.1"
            port = {mailbox.port}
            security = "none"
            from = "archive@example.org"
            to = "me@example.org"
            [notify.atom]
            folder = "feeds"
            '''
        )
        with archive(folder) as db:
            _change_all(db, 0)
            file = str(db.path)
        outcome = Outcome(moments * PAGES, *_attempts(folder, file, settings, moments))
        _compare(outcome, "webhook", [(str(one.headers["webhook-id"]), one.body.decode()) for one in hook.posts])
        _compare(outcome, "mail", [(str(mail["Message-ID"]), plain_text(mail)) for mail in mailbox.mails])
        feed = (folder / "feeds" / "all.atom").read_text()
        entries = [(re.findall("<id>(.*?)</id>", one)[0], one) for one in feed.split("<entry>")[1:]]
        _compare(outcome, "atom", entries, 100)
        return outcome


def _attempts(folder: Path, file: str, settings: Path, moments: int) -> tuple[int, int]:
    teller = subprocess.Popen(
        [sys.executable, "-c", TELLER, file, str(settings), str(Path(__file__).parent)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, cwd=folder,
    )  # fmt: skip
    with teller:
        assert _line(teller) == "ready"
        killed = sending = 0
        _attempt(teller, None)  # the channels begin
        took = [0.3]
        for number in range(1, moments + 1):
            with open_archive(file) as db:
                _change_all(db, number)
                if number > 1:
                    killed += _attempt(teller, median(took[-7:]) * number / moments)[1]
                    sending += db.value("select count(distinct channel) from outbox where state = 'sending'")
                took.append(_attempt(teller, None)[0])
    return killed, sending


def _line(teller: subprocess.Popen[str]) -> str:
    assert teller.stdout is not None
    return teller.stdout.readline().strip()


def _attempt(teller: subprocess.Popen[str], kill_after: float | None) -> tuple[float, int]:
    """One attempt to tell; returns the seconds that it took, and 1 if it was killed."""
    assert teller.stdin is not None
    began = time.monotonic()
    teller.stdin.write("\n")
    teller.stdin.flush()
    child = int(_line(teller))
    if kill_after is not None:
        time.sleep(kill_after)
        with suppress(ProcessLookupError):  # it is done already
            os.kill(child, signal.SIGKILL)
    code = int(_line(teller))
    assert code in ((0,) if kill_after is None else (0, -signal.SIGKILL)), code
    return time.monotonic() - began, int(code != 0)


def _compare(outcome: Outcome, channel: str, got: list[tuple[str, str]], most: int | None = None) -> None:
    """Compare what came by a channel with the changes: what is in it, each under its key."""
    keys: dict[str, set[str]] = {}
    for key, text in got:
        for mark in set(_ADDED[channel].findall(text)):
            keys.setdefault(mark, set()).add(key)
    wanted = [_mark(number) for number in range(PAGES, outcome.changes + PAGES)]
    outcome.lost[channel] = [mark for mark in wanted[-(most or len(wanted)) :] if mark not in keys]
    outcome.twice[channel] = [mark for mark in wanted if len(keys.get(mark, ())) > 1]
    outcome.repeated += len(got) - len({key for key, _ in got})
