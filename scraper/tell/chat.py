"""Over a hundred services by Apprise, an optional part (https://github.com/caronc/apprise).

Apprise connects by itself. While it sends, every name that this process resolves is checked by the guard; what a library
resolves without Python's resolver can't be checked. The proxies of the environment are not used: what goes through one
passes the guard by.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.errors import Refused, Untold
from pagewitness.archive.render import notices as render
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.net.guard import Guard

LENGTH = 1800  # characters of a message: chats take about 2,000
LACKING = "it needs Apprise, which is not installed: `pip install 'pagewitness[apprise]'`."


def service_name(channel: str, service: str) -> str:
    """What the outbox calls a service: its address is secret, and may not be kept."""
    return f"{channel}:{digest_of(service)[:8]}"


def send_chat(service: str, guard: Guard, notice: Notice) -> None:
    """Send a notice by one service.

    Args:
        service: as Apprise writes it, such as `tgram://TOKEN/CHAT`.

    Raises:
        Untold: Apprise is not installed or does not know the service, or it did not take the notice.
    """
    try:
        apprise: Any = import_module("apprise")
    except ImportError:
        raise Untold(LACKING) from None
    sender: Any = apprise.Apprise(asset=apprise.AppriseAsset(app_id="pagewitness", async_mode=False))
    scheme = service.partition("://")[0]
    with (
        apprise.LogCapture(level=apprise.logging.INFO, fmt="%(message)s") as said,
        _direct(),
        _guarded(guard) as refused,
    ):
        if not sender.add(service):
            raise Untold(f"{scheme}://… is no service that Apprise knows.")
        text = render.as_plain_text([notice])
        text = text if len(text) <= LENGTH else text[:LENGTH].rstrip() + "…"
        taken = sender.notify(title=render.heading(notice), body=text, body_format=apprise.NotifyFormat.TEXT)
        if not taken:
            reason = refused[0] if refused else _reason(said.getvalue(), service)
            raise Untold(f"{scheme}://… did not take the notice{reason and f': {reason}'}")


def _reason(said: str, service: str) -> str:
    """The first line that Apprise has logged of a failure, without the secrets of the service's address."""
    lines = [line for line in said.splitlines() if "fail" in line.lower() or "error" in line.lower()]
    line = next(iter(lines), "")[:200]
    for secret in service.partition("://")[2].replace("@", "/").replace(":", "/").split("/"):
        line = line.replace(secret, "…") if len(secret) > 3 else line
    return line


@contextmanager
def _direct() -> Iterator[None]:
    """A context in which the environment names no proxy (http_proxy, HTTPS_PROXY, ALL_PROXY …)."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in proxies:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(proxies)


@contextmanager
def _guarded(guard: Guard) -> Iterator[list[str]]:
    """A context in which names resolve to allowed addresses only; gives the reasons why some did not."""
    resolve, reasons = socket.getaddrinfo, list[str]()

    def checked(host: Any, *args: Any, **options: Any) -> Any:
        found = resolve(host, *args, **options)
        name = host.decode() if isinstance(host, bytes) else str(host)
        try:
            for *_, address in found:
                guard.check_address(str(address[0]), name)
        except Refused as error:
            reasons.append(str(error))
            raise socket.gaierror(socket.EAI_FAIL, str(error)) from error
        return found

    socket.getaddrinfo = checked
    try:
        yield reasons
    finally:
        socket.getaddrinfo = resolve
