"""Mail: what is in it, how it is sent, and what can't be smuggled into it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from helpers import day
from loopback import TLS, network
from mailbox_server import Mailbox, plain_text
from told_worlds import FIRST, SECOND, THIRD, URL, World, world

from pagewitness.archive import times
from pagewitness.archive.store import outbox
from pagewitness.archive.store.outbox import Outgoing, Terms, ToldSoFar
from pagewitness.scraper.net.session import open_session
from pagewitness.scraper.tell import telling

OTHER = "https://example.org/other"
SETTINGS = """
[notify.mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "archive@example.org"
to = ["me@example.net", "you@example.net"]
"""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


@pytest.fixture
def told(mailbox: Mailbox, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, SETTINGS.format(port=mailbox.port)) as made:
        made.begin()
        yield made


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_says_what_changed_in_plain_text_and_html(told: World, mailbox: Mailbox) -> None:
    told.visit(1, SECOND)
    assert [(one.channel, one.sent) for one in told.tell()] == [("mail", 1)]
    [mail] = mailbox.mails
    assert (mail["From"], mail["Subject"]) == ("archive@example.org", "Change: Assessment")
    assert mailbox.envelopes == [("archive@example.org", ["me@example.net", "you@example.net"])]
    assert mail["Auto-Submitted"] == "auto-generated"
    text = plain_text(mail)
    assert "An attack on the port is [-unlikely-]{+likely+}." in text
    assert "Last seen without it: 2024-01-01 00:00" in text
    assert URL in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 78
    assert "<del>" in html_of(mail)
    assert f'<a href="{URL}">' in html_of(mail)
    assert "<script" not in html_of(mail)


def test_mails_about_one_page_are_one_thread(told: World, mailbox: Mailbox) -> None:
    """They refer to the same identifier, and have their own."""
    for at, text in enumerate((SECOND, THIRD, FIRST), 1):
        told.visit(at, text)
        told.tell()
    assert len({str(mail["Message-ID"]) for mail in mailbox.mails}) == 3
    assert len({str(mail["References"]) for mail in mailbox.mails}) == 1
    assert len({str(mail["In-Reply-To"]) for mail in mailbox.mails}) == 1
    assert str(mailbox.mails[0]["References"]).endswith("@example.org>")


def test_one_mail_a_run_has_all_changes(told: World, mailbox: Mailbox) -> None:
    told.visit(0, FIRST, url=OTHER, title="Other")
    told.tell()
    told.visit(1, SECOND)
    told.visit(1, THIRD, url=OTHER, title="Other")
    told.tell()
    [mail] = mailbox.mails
    assert mail["Subject"] == "2 changes: Assessment, Other"
    assert mail["References"] is None
    assert "{+likely+}" in plain_text(mail)
    assert "{+certain+}" in plain_text(mail)


def test_one_mail_for_each_change(mailbox: Mailbox, tmp_path: Path) -> None:
    with world(tmp_path, SETTINGS.format(port=mailbox.port) + 'every = "change"\n') as made:
        made.visit(0, FIRST, url=OTHER, title="Other")
        made.begin()
        made.visit(1, SECOND)
        made.visit(1, THIRD, url=OTHER, title="Other")
        made.tell()
    assert sorted(mail["Subject"] for mail in mailbox.mails) == ["Change: Assessment", "Change: Other"]


def test_one_mail_a_day(mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first change of a day comes at once, the others with the mail of the next day."""
    now = "2024-03-01T06:00:00.000000Z"
    monkeypatch.setattr(times, "now", lambda: now)
    with world(tmp_path, SETTINGS.format(port=mailbox.port) + 'every = "day"\n') as made:
        made.begin()
        for at, text in enumerate((SECOND, THIRD, FIRST), 1):
            made.visit(at, text)
            made.tell()
            now = times.later(now, 3600)
        assert len(mailbox.mails) == 1
        now = "2024-03-02T00:10:00.000000Z"
        made.tell()
        assert len(mailbox.mails) == 2
        assert "{+certain+}" in plain_text(mailbox.mails[1])
        assert "{+unlikely+}" in plain_text(mailbox.mails[1])


def test_a_daily_mail_comes_though_a_clock_was_ahead_once(told: World) -> None:
    here, daily, now = ToldSoFar(0, 0, "[]", 0, day(0)), Terms(together=True, daily=True), times.now()
    outbox.begin_channel(told.db, "daily", here)
    for number, at in enumerate((times.later(now, 10 * 365 * 86400), now), 1):
        then = here._replace(notification_id=number)
        outbox.put(told.db, "daily", [Outgoing(f"k{number}", "{}")], here, then)
        here = then
        delivery = outbox.claim(told.db, "daily", daily, at)
        assert delivery is not None
        outbox.keep_sent(told.db, delivery)


def test_what_was_added_comes_first_where_it_is_wanted(mailbox: Mailbox, tmp_path: Path) -> None:
    with world(tmp_path, SETTINGS.format(port=mailbox.port) + "new_first = true\n") as made:
        made.begin()
        made.visit(1, [SECOND[1], "The beaches are open all summer long again, the harbour says.", FIRST[2]])
        made.tell()
    text = plain_text(mailbox.mails[0])
    assert text.index("The beaches are open") < text.index("[-unlikely-]") < text.index("The state of the coast")


def test_no_title_can_add_a_header(told: World, mailbox: Mailbox) -> None:
    """Nor a recipient, or a second body."""
    told.visit(1, SECOND, title="Fine\r\nBcc: thief@example.org\r\n\r\nfree text \u2028 ümlaut")
    told.tell()
    [mail] = mailbox.mails
    assert mail["Bcc"] is None
    assert "Bcc: thief@example.org" in mail["Subject"]
    assert "ümlaut" in mail["Subject"]
    assert mailbox.envelopes[0][1] == ["me@example.net", "you@example.net"]


def test_a_mail_that_was_refused_comes_again_with_the_same_identifier(told: World, mailbox: Mailbox) -> None:
    told.visit(1, SECOND)
    mailbox.answer = "451 Come back later"
    [one] = told.tell()
    assert one.error == f"127.0.0.1:{mailbox.port} refuses the mail: 451 Come back later."
    mailbox.answer = "250 OK"
    key = told.db.value("select delivery from outbox")
    told.tell(at_once=True)
    assert mailbox.mails[0]["Message-ID"] == f"<{key}@example.org>"


def test_a_recipient_who_is_refused_is_named_and_the_others_get_it_once(told: World, mailbox: Mailbox) -> None:
    mailbox.refused = {"you@example.net"}
    told.visit(1, SECOND)
    [one] = told.tell()
    assert (one.sent, one.waiting) == (1, 0)
    assert one.error == f"127.0.0.1:{mailbox.port} refuses mail to you@example.net."
    told.tell(at_once=True)
    assert len(mailbox.mails) == 1


class _Login:
    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ann", b"hush")
        return AuthResult(success=right, handled=right)


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_sent_with_tls_and_a_password_from_a_file(tmp_path: Path, security: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem")
    options: dict[str, Any] = {"authenticator": _Login(), "auth_required": True}
    options |= (
        {"tls_context": context, "require_starttls": True} if security == "starttls" else {"ssl_context": context}
    )
    if security == "tls":
        options["auth_require_tls"] = False  # aiosmtpd knows of TLS that began with STARTTLS only
    (tmp_path / "password").write_text("hush\n")
    with Mailbox(**options) as mailbox:
        settings = (
            SETTINGS.format(port=mailbox.port).replace('"none"', f'"{security}"').replace("127.0.0.1", "localhost")
        )
        with world(tmp_path, f'{settings}user = "ann"\npassword_file = "password"\n') as made:
            made.begin()
            made.visit(1, SECOND)
            assert [(one.sent, one.error) for one in made.tell()] == [(1, None)]
            made.visit(2, THIRD)
            (tmp_path / "password").write_text("wrong\n")
            [one] = made.tell()
            assert one.error is not None
            assert "535" in one.error
            assert "wrong" not in one.error
            with open_session(network()) as session:  # which trusts no such certificate
                [one] = telling.tell(made.db, made.notify, session, at_once=True)
            assert one.error is not None
            assert "certificate verify failed" in one.error
        assert len(mailbox.mails) == 1


def test_a_server_without_starttls_and_one_that_is_not_there_are_told(mailbox: Mailbox, tmp_path: Path) -> None:
    with world(tmp_path, SETTINGS.format(port=mailbox.port).replace('"none"', '"starttls"')) as made:
        made.begin()
        made.visit(1, SECOND)
        [one] = made.tell()
        assert one.error is not None
        assert "STARTTLS" in one.error
        assert "[notify.mail] security" in one.error
        made.notify = type(made.notify)(mail=(_with_port(made, 1),))
        [one] = made.tell(at_once=True)
        assert one.error == "127.0.0.1:1: Connection refused."
        with open_session(network(allow=())) as session:
            [one] = telling.tell(made.db, made.notify, session, at_once=True)
        assert one.error is not None
        assert "[network] allow" in one.error


def _with_port(made: World, port: int) -> Any:
    from dataclasses import replace

    return replace(made.notify.mail[0], port=port)
