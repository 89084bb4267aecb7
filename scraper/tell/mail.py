"""Mail: notices as plain text and HTML, by SMTP (RFC 5321) with TLS, to checked addresses only."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from pagewitness.archive.diff.notice import Notice, page_key
from pagewitness.archive.errors import FetchError, Refused, Untold
from pagewitness.archive.render import notices as render
from pagewitness.config import ConfigError
from pagewitness.config.channels import MailChannel
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.net.watchdog import Watch

SECONDS = 60.0
Accepted = Callable[[str | None], None]


def message(channel: MailChannel, key: str, notices: Sequence[Notice]) -> EmailMessage:
    """A mail with some notices.

    Args:
        key: the same at each attempt: its Message-ID, by which mail servers and programs recognise a repeat. All mails about
            one page refer to an identifier that is the page's own, so that programs show them as one thread.
    """
    domain = channel.sender.rpartition("@")[2]
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = channel.sender, ", ".join(channel.to)
    made["Subject"] = _whole(render.subject(notices))
    made["Date"] = formatdate(usegmt=True)
    made["Message-ID"] = f"<{key}@{domain}>"
    urls = {one.entry.page.url for one in notices}
    if len(urls) == 1:
        made["In-Reply-To"] = made["References"] = f"<page-{page_key(urls.pop())}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note is an answer to it
    made["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    made.set_content(_whole(render.as_plain_text(notices, new_first=channel.new_first)))
    made.add_alternative(_whole(render.as_html_page(notices, new_first=channel.new_first)), subtype="html")
    return made


def _whole(text: str) -> str:
    """A text without half characters, which can't be encoded."""
    return text.encode("utf-8", "replace").decode()


def send_mail(channel: MailChannel, session: Session, key: str, notices: Sequence[Notice], accepted: Accepted) -> None:
    """Send some notices as one mail.

    Args:
        key: as for `message`.
        accepted: called as soon as the server has taken the mail; with a sentence if it refused some of its recipients.

    Raises:
        Untold: the server did not take it.
    """
    where = f"{channel.host}:{channel.port}"
    try:
        made, password = message(channel, key, notices), channel.password()
        with session.watchdog.limit(SECONDS) as watch, _connection(channel, session, watch) as server:
            if channel.security == "starttls":
                server.starttls(context=session.adapter.tls)
            if channel.user:
                server.login(channel.user, password)
            refused = server.send_message(made, channel.sender, list(channel.to))
            accepted(f"{where} refuses mail to {', '.join(sorted(refused))}." if refused else None)
    except smtplib.SMTPNotSupportedError as error:
        raise Untold(f"{where}: {error} Set [notify.{channel.name}] security as the server wants it.") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise Untold(f"{where} refuses mail to {', '.join(sorted(error.recipients))}.") from error
    except smtplib.SMTPResponseException as error:
        raise Untold(f"{where} refuses the mail: {error.smtp_code} {_text(error.smtp_error)}.") from error
    except (Refused, ConfigError) as error:
        raise Untold(str(error)) from error
    except FetchError as error:
        raise Untold(f"{where}: the mail was not taken within {SECONDS:g} s.") from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise Untold(f"{where}: {getattr(error, 'strerror', None) or error or 'the connection broke off'}.") from error


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200].rstrip(".")


def _connection(channel: MailChannel, session: Session, watch: Watch) -> smtplib.SMTP:
    own, timeout = socket.gethostname(), session.network.timeout
    reach = _Reach(session, watch)
    if channel.security == "tls":
        return _Tls(reach, channel, own, timeout)
    return _Plain(reach, channel, own, timeout)


@dataclass(frozen=True)
class _Reach:
    """What connects to allowed addresses only, and the errand within whose time it does."""

    session: Session
    watch: Watch


class _Plain(smtplib.SMTP):
    """A connection that begins without TLS."""

    def __init__(self, reach: _Reach, channel: MailChannel, own: str, timeout: float) -> None:
        self._reach = reach
        super().__init__(channel.host, channel.port, own, timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = self._reach.session.connector.connected(host, port, timeout)
        self._reach.watch.attach(lambda: self.sock or made)
        return made


class _Tls(smtplib.SMTP_SSL):
    """A connection with TLS from the beginning."""

    def __init__(self, reach: _Reach, channel: MailChannel, own: str, timeout: float) -> None:
        self._reach = reach
        super().__init__(channel.host, channel.port, own, timeout=timeout, context=reach.session.adapter.tls)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = self._reach.session.connector.connected(host, port, timeout)
        self._reach.watch.attach(lambda: plain)
        made = self._reach.session.adapter.tls.wrap_socket(plain, server_hostname=host)
        self._reach.watch.attach(lambda: made)
        return made
