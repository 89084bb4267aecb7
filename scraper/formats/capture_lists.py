"""Lists of a page's captures, as web archives give them: CDX in JSON (Wayback, pywb) and TimeMaps (RFC 7089) in both forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pagewitness.archive import times

_STAMP: Final = "%Y%m%d%H%M%S"
_LINK: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;<>]+))*)")
_PARAMETER: Final = re.compile(r"([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;<>]+))")
_IN_ADDRESS: Final = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/{1,2}.+)", re.IGNORECASE)
_STAMPED: Final = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/")
_FIELDS: Final = {"url": "original", "mime": "mimetype", "status": "statuscode", "uri": "memento"}


@dataclass(frozen=True, slots=True)
class Held:
    """A capture that a web archive has.

    Attributes:
        at: when it was made, as our archive writes moments.
        original: the page's own address; empty if the list does not say it.
        address: of the capture in the web archive; empty if it follows from `at` and `original`.
        status: the HTTP status; None if the list does not say it.
        kind: the type of its content, such as `text/html`; empty if the list does not say it.
        digest: of its bytes (SHA-1, base 32); empty if the list does not say it.
    """

    at: str
    original: str = ""
    address: str = ""
    status: int | None = None
    kind: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class CaptureList:
    """A list of captures, or a part of one.

    Attributes:
        held: the captures.
        parts: the addresses of its other parts.
        key: with which a CDX server continues the list (`resumeKey`); None at its end.
    """

    held: list[Held] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    key: str | None = None


def read_captures(body: bytes) -> CaptureList | None:
    """A list of captures, in whichever form it comes.

    Args:
        body: rows or objects of JSON (a CDX server), a TimeMap in JSON, or one in application/link-format (RFC 7089, 5).

    Returns:
        None if it is none of these.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if text.startswith("<") and "rel=" in text and not text[:200].lower().startswith(("<!doctype", "<html", "<?xml")):
        return _linked(text)
    if not text.startswith(("[", "{")):
        return CaptureList() if not text else None
    try:
        if text.startswith("["):
            return _rows(json.loads(text))
        try:
            return _time_map(json.loads(text))
        except ValueError:
            return _objects([json.loads(line) for line in text.splitlines() if line.strip()])
    except (ValueError, RecursionError):
        return None


def stamp_of(at: str) -> str:
    """A moment as web archives write it in addresses.

    >>> stamp_of("2024-05-01T09:30:00.000000Z")
    '20240501093000'
    """
    return at[:19].translate({ord(sign): None for sign in "-:T"})


def stamp_in(address: str) -> str:
    """The 14 digits in a web archive's address of a capture; empty for none."""
    found = _STAMPED.search(address)
    return found[1] if found else ""


def moment_of_stamp(digits: str) -> str | None:
    """The moment that 14 digits of a web archive's address name; None if they name none."""
    try:
        return times.stamp(datetime.strptime(digits, _STAMP).replace(tzinfo=UTC)) if len(digits) == 14 else None
    except ValueError:
        return None


def _rows(rows: Any) -> CaptureList | None:
    """A CDX server's rows: the names of the columns first; an empty row and the key to continue with may be last."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if not rows:
        return CaptureList()
    key = None
    if len(rows) > 2 and rows[-2] == [] and len(rows[-1]) == 1:
        key, rows = str(rows[-1][0]), rows[:-2]
    names = [str(name) for name in rows[0]]
    if "timestamp" not in names:
        return None
    return CaptureList(_all_held(dict(zip(names, row, strict=False)) for row in rows[1:]), key=key)


def _objects(rows: list[Any]) -> CaptureList | None:
    """pywb's rows: an object each."""
    if not all(isinstance(row, dict) and "timestamp" in row for row in rows):
        return None
    return CaptureList(_all_held(rows))


def _time_map(found: Any) -> CaptureList | None:
    """A TimeMap as one object; or pywb's only row."""
    if not isinstance(found, dict):
        return None
    if "timestamp" in found:
        return CaptureList(_all_held([found]))
    mementos = found.get("mementos")
    entries = mementos.get("list") if isinstance(mementos, dict) else mementos
    index = found.get("timemap_index") or found.get("pages") or []
    if not isinstance(entries, list) and not index:
        return None
    original = str(found.get("original_uri") or "")
    held = [
        made
        for one in entries or []
        if isinstance(one, dict)
        and (made := _memento(str(one.get("uri") or ""), str(one.get("datetime") or ""), original))
    ]
    parts = [str(one.get("uri")) for one in index if isinstance(one, dict) and one.get("uri")]
    return CaptureList(held, parts)


def _linked(text: str) -> CaptureList:
    """A TimeMap in application/link-format."""
    held: list[Held] = []
    parts: list[str] = []
    original = ""
    for address, said in _LINK.findall(text):
        named = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(said)}
        relations = named.get("rel", "").lower().split()
        if "original" in relations:
            original = address
        elif "memento" in relations:
            held += [made] if (made := _memento(address, named.get("datetime", ""), "")) else []
        elif "timemap" in relations or "next" in relations:
            parts.append(address)
    whole = [one if one.original else Held(one.at, original, one.address) for one in held]
    return CaptureList(whole, parts)


def _all_held(rows: Iterable[dict[str, Any]]) -> list[Held]:
    return [made for row in rows if (made := _held(row)) is not None]


def _held(row: dict[str, Any]) -> Held | None:
    named = {_FIELDS.get(name, name): str(value) for name, value in row.items() if value is not None}
    at = moment_of_stamp(named.get("timestamp", ""))
    if at is None or not named.get("original"):
        return None
    status = named.get("statuscode", "")
    kind = named.get("mimetype", "")
    return Held(
        at,
        named["original"],
        status=int(status) if re.fullmatch(r"[1-5]\d\d", status) else None,
        kind="" if kind in ("-", "warc/revisit", "unk") else kind.lower(),
        digest=named.get("digest", "").removeprefix("sha1:").strip("-"),
    )


def _memento(address: str, date: str, original: str) -> Held | None:
    """A capture of a TimeMap. Its date may be one of HTTP or of ISO 8601, and is in the address of most archives, too."""
    found = _IN_ADDRESS.search(address)
    at = (moment_of_stamp(found[1]) if found else None) or _moment(date)
    if at is None or not address:
        return None
    own = re.sub(r"^(https?):/{1,2}", r"\1://", found[2], flags=re.IGNORECASE) if found else original
    return Held(at, own, address)


def _moment(date: str) -> str | None:
    for read in (times.http_date, times.moment):
        try:
            return times.stamp(read(date))
        except (ValueError, OverflowError):
            continue
    return None
