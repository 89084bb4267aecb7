"""Webhooks: a signed POST request for each notice.

Headers and signature are those of Standard Webhooks
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time

from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.errors import Untold
from pagewitness.config import ConfigError
from pagewitness.config.channels import WebhookChannel
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.tell.asking import ask

SECONDS = 30.0
_PREFIX = "whsec_"


def webhook_body(notice: Notice) -> bytes:
    """The body of the request, the same at each attempt: docs/be-told.md lists its fields."""
    event = {
        "type": f"page.{notice.entry.cause}",
        "timestamp": notice.entry.page.captured_at,
        "data": notice.as_json(),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def signature(secret: str, key: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 of `ID.TIMESTAMP.BODY`.

    Args:
        secret: `whsec_` and the secret in Base64; or any text, whose bytes are the secret.
        key: the value of `webhook-id`.
        at: that of `webhook-timestamp`, in seconds.

    Raises:
        ConfigError: what comes after `whsec_` is not Base64.
    """
    try:
        known = (
            base64.b64decode(secret[len(_PREFIX) :], validate=True) if secret.startswith(_PREFIX) else secret.encode()
        )
    except (binascii.Error, ValueError):
        raise ConfigError("The secret of a webhook that begins with whsec_ has to be Base64 after that.") from None
    digest = hmac.new(known, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def post_notice(channel: WebhookChannel, session: Session, key: str, notice: Notice) -> None:
    """Send a notice.

    Args:
        key: the same at each attempt, so that receivers recognise a repeat.

    Raises:
        Untold: it was not accepted.
    """
    body, at = webhook_body(notice), int(time.time())
    headers = {
        "Content-Type": "application/json", "webhook-id": key, "webhook-timestamp": str(at), "Idempotency-Key": key,
    }  # fmt: skip
    try:
        if secret := channel.secret():
            headers["webhook-signature"] = signature(secret, key, at, body)
    except ConfigError as error:
        raise Untold(str(error)) from error
    ask(session, channel.url, SECONDS, body=body, headers=headers)
