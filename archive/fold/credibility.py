"""Why an answer is not credible as the document, whatever its text says (pure)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

# The paths of a site's first page, also in a language of it.
_HOME: Final = re.compile(
    r"/*(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|main)(?:\.\w{2,5})?/?)?", re.IGNORECASE
)
# Where servers redirect requests that they don't serve: a path to a login, or one with such an end.
_ELSEWHERE: Final = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth)(?:\.\w{2,5})?(?:/|$)"
    r"|/(?:40[134]|50[0-4]|(?:page-?|file-?)?not-?found|error(?:s|page|-page|-404)?|captcha|challenge|consent|maintenance|blocked"
    r"|denied|access-denied)(?:\.\w{2,5})?/?$",
    re.IGNORECASE,
)


def doubt(
    status: int | None,
    not_credible: str | None,
    truncated: str | None,
    page: str,
    came_from: str | None,
    first: str | None,
) -> str | None:
    """Why a capture is not credible; None if it is.

    Args:
        status: of the answer.
        not_credible: what its reading says.
        truncated: why it is incomplete; None if it is complete.
        page: the page's address.
        came_from: the address that answered, if the page redirected to it.
        first: the address that answered the page's first capture. A redirect that was always there is part of the page.
    """
    if (status or 0) >= 300:
        return f"HTTP status {status}"
    if truncated:
        return f"truncated ({truncated})"
    return _redirected(page, came_from, first) or not_credible


def _redirected(page: str, came_from: str | None, first: str | None) -> str | None:
    if not came_from or came_from == first:
        return None
    own, other = urlsplit(page), urlsplit(came_from)
    was = urlsplit(first) if first else own
    if _is_home(other.path) and not other.query and not _is_home(own.path) and not _is_home(was.path):
        return f"it redirects to the home page, {came_from}"
    if _ELSEWHERE.search(other.path) and not _ELSEWHERE.search(own.path) and not _ELSEWHERE.search(was.path):
        return f"it redirects to {came_from}"
    return None


def _is_home(path: str) -> bool:
    return bool(_HOME.fullmatch(path))
