"""Requests to webhooks and heartbeats: to checked addresses only, without redirects, in limited time."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from pagewitness.archive.errors import FetchError, Refused, Untold
from pagewitness.config.values import masked_setting
from pagewitness.scraper.net.error_translation import as_fetch_error
from pagewitness.scraper.net.session import Session


def ask(
    session: Session, url: str, seconds: float, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> None:
    """Ask for an address, or post something to it. What it answers is not read.

    Args:
        url: may be secret, and is in no error.
        seconds: that it may take.
        body: for POST; None for GET.

    Raises:
        Untold: it can't be reached, may not be connected to, or its status is not 200 to 299.
    """
    shown = str(masked_setting("notify.webhook.url", url))
    method = "GET" if body is None else "POST"
    timeout = min(seconds, session.network.timeout)
    try:
        with session.watchdog.limit(seconds) as watch, as_fetch_error(shown, timeout, watch):
            made = requests.Request(method, url, {"Accept": "*/*", "Connection": "close", **(headers or {})}, data=body)
            request = session.prepare_request(made)
            with session.send(request, stream=True, allow_redirects=False, timeout=timeout) as response:
                status = response.status_code
    except (FetchError, Refused) as error:
        said = str(error)
        secret = url.partition("://")[2].partition("/")[2]
        is_told = (secret and secret in said.replace(url, shown)) or "@" in url
        raise Untold(f"{shown} can't be asked." if is_told else said.replace(url, shown)) from None
    if not 200 <= status < 300:
        redirected = "; redirects are not followed" if 300 <= status < 400 else ""
        raise Untold(f"{shown} answers with HTTP status {status}{redirected}.", alone=400 <= status < 500)
