"""What must not stop a channel or give a secret away: clocks that were wrong, long names, proxies, passwords in addresses."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest
from loopback import Loopback
from told_worlds import SECOND, world

from pagewitness.archive import times
from pagewitness.archive.diff.listed import ListedChange, SamePage
from pagewitness.archive.diff.notice import notice_of
from pagewitness.archive.errors import Untold
from pagewitness.archive.store import outbox
from pagewitness.archive.store.outbox import Outgoing, Terms, ToldSoFar
from pagewitness.scraper.net.guard import Guard
from pagewitness.scraper.tell.chat import send_chat

AT = "2026-01-02T00:00:00.000000Z"


def test_a_mail_that_a_wrong_clock_sent_years_ahead_stops_no_daily_mail(tmp_path: Path) -> None:
    with world(tmp_path, '[notify.atom]\nfolder = "feeds"\n') as made:
        made.begin()
        now, terms = times.now(), Terms(together=True, daily=True)
        here = ToldSoFar(0, 0, "[]", now)
        outbox.begin_channel(made.db, "mail", here)
        outbox.put(made.db, "mail", [Outgoing("one", "{}")], here, here._replace(notification_id=1))
        sent = outbox.claim(made.db, "mail", terms, times.later(now, 3650 * 86400))
        assert sent is not None
        outbox.keep_sent(made.db, sent)
        outbox.put(
            made.db, "mail", [Outgoing("two", "{}")], here._replace(notification_id=1), here._replace(notification_id=2)
        )
        assert outbox.claim(made.db, "mail", terms, times.later(now, 3 * 86400)) is not None


def test_a_long_name_of_a_source_stops_no_feed(tmp_path: Path) -> None:
    """A Cyrillic letter takes six in the name of a file."""
    with world(tmp_path, '[notify.atom]\nfolder = "feeds"\n') as made:
        made.begin()
        name = "Государственная служба специальной связи и защиты"
        made.db.execute("insert into sources (id, name) values (1, :name)", name=name)
        made.db.execute("update pages set source_id = 1")
        made.tell()
        made.visit(1, SECOND)
        assert [one.error for one in made.tell()] == [None]


def test_no_error_has_the_secret_of_an_address_with_a_password(tmp_path: Path) -> None:
    with world(tmp_path, '[notify.webhook]\nurl = "https://user:pw@10.1.2.3/services/S3CRET"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        [told] = made.tell()
        assert told.error
        assert "S3CRET" not in told.error


def test_services_are_not_reached_by_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would connect to what the guard refuses."""
    page = SamePage("https://e.example/", "Ice", "office", 1, 1, AT, None)
    notice = notice_of(ListedChange("removed", (page,), line=(("=", "Gone."),)))
    with Loopback() as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        with pytest.raises(Untold):
            send_chat("json://169.254.169.254/latest", Guard((ip_network("127.0.0.0/8"),)), notice)
        assert not proxy.paths
