"""A visit as the archive lists it, and where its answer came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from pagewitness.archive.fold import redirects
from pagewitness.archive.fold.redirects import Leads


class StoredVisit(TypedDict):
    """A visit of a page, as the archive has it.

    `state`: what an answer that is not credible says about the page. `number`: of the revision that was current then.
    `came_from`: the address that answered, if the page redirected to it. `published`, `modified`, `author` and `encodings`
    (JSON): as in the reading by which the observation was judged; null for a visit without one. `redirects` and `location`:
    as in `Redirected`.
    """

    visited_at: str
    outcome: str
    status: int | None
    verdict: str | None
    state: str | None
    reason: str | None
    writer: str
    digest: str | None
    size: int | None
    url: str | None
    number: int | None
    came_from: str | None
    redirects: str | None
    location: str | None
    published: str | None
    modified: str | None
    author: str | None
    encodings: str | None


class VisitRow(StoredVisit):
    """A visit of a page (`history.visits`). `to`, `permanent`, `hop`: as in `Whereto`."""

    to: str | None
    permanent: bool
    hop: int | None


class Redirected(NamedTuple):
    """Where a capture came from, as it says itself; all None for a visit without one.

    Attributes:
        url: the address that answered.
        redirects: the hops before it (JSON).
        location: the headers of a redirect that nobody followed (JSON).
    """

    url: str | None
    status: int | None
    redirects: str | None
    location: str | None


class Whereto(NamedTuple):
    """Where an answer came from, if not from the page's own address.

    Attributes:
        to: the other address, or None.
        permanent: whether all redirects to it are meant to last.
        hop: the status of the first one.
    """

    to: str | None = None
    permanent: bool = False
    hop: int | None = None


def whereto(page: str, answer: Redirected) -> Whereto:
    """Where an answer came from, if not from the page's own address, however that is spelt.

    Args:
        page: its address.
    """
    hops: Sequence[tuple[int, str, str]] = json.loads(answer.redirects or "[]")
    to = answer.url if hops else None
    statuses = [status for status, *_ in hops]
    if answer.location and answer.url and answer.status:
        to, statuses = redirects.location(answer.url, json.loads(answer.location)), [answer.status]
    if not to or redirects.leads(page, to) is Leads.SAME:
        return Whereto()
    return Whereto(to, redirects.PERMANENT.issuperset(statuses), statuses[0])
