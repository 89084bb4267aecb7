"""Pages that browsers and other programs saved as HTML: their bytes, address and date, and what these rest on (pure).

What the programs write into a file counts first: the comment of Chromium and Internet Explorer ("saved from url"), that of
SingleFile and that of HTTrack. The page's own canonical address is the last resort, since it may name another page. A
file's name may have its date; the time of the file itself is no evidence, as copying changes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from pagewitness.archive import addresses, times

_HEAD: Final = 65536  # bytes in which addresses and dates are looked for
_SAVED_FROM: Final = re.compile(r"<!--\s*saved from url=\((\d{1,5})\)(\S[^\r\n]*)", re.IGNORECASE)
_SINGLE_FILE: Final = re.compile(
    r"<!--\s*(?:Page saved with|Archive processed by) SingleFile\b(.{0,4000}?)-->", re.DOTALL
)
_URL: Final = re.compile(r"^\s*url:\s*(\S+)", re.MULTILINE)
_DATE: Final = re.compile(
    r"^\s*saved date:\s*\w{3} (\w{3} \d{1,2} \d{4}(?: \d\d:\d\d:\d\d)?)(?: GMT([+-]\d{4}))?", re.MULTILINE
)
_MIRRORED: Final = re.compile(
    r"<!--\s*Mirrored from (\S+) by HTTrack[^,>]{0,200}, (\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)"
)
_LINK: Final = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_META: Final = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_IN_NAME: Final = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=sep)(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -]?(?P<H>[01]\d|2[0-3])[-_.:h]?(?P<M>[0-5]\d)(?:[-_.:m]?(?P<S>[0-5]\d))?Z?)?(?!\d)"
)
LAST_RESORT: Final = "its own canonical link"


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page.

    Attributes:
        body: its bytes, as they were saved.
        kind: the Content-Type, with the encoding only if that was saved with it.
        url: its address; empty if it is not known.
        url_from: what the address rests on.
        at: when it was saved; empty if that is not known.
        at_from: what the date rests on.
    """

    body: bytes
    kind: str = "text/html"
    url: str = ""
    url_from: str = ""
    at: str = ""
    at_from: str = ""


def read_saved(body: bytes) -> Saved:
    """What a file of HTML says about where and when it was saved."""
    head = _head(body)
    url, url_from = _address(head)
    at, at_from = _date(head)
    return Saved(body, "text/html", url, url_from, at, at_from)


def date_in_name(name: str) -> str:
    """The moment that the name of a file has; the beginning of a day if it has no time of day; empty if it has no date.

    >>> date_in_name("report 2024-03-07.html"), date_in_name("20240307_0922.html"), date_in_name("report-2024.html")
    ('2024-03-07T00:00:00.000000Z', '2024-03-07T09:22:00.000000Z', '')
    """
    found = _IN_NAME.search(name)
    if found is None:
        return ""
    try:
        parts = [int(found[part] or 0) for part in ("y", "m", "d", "H", "M", "S")]
        return times.stamp(datetime(*parts[:3], *parts[3:], tzinfo=UTC))  # type: ignore[misc, arg-type]
    except ValueError:
        return ""


def _head(body: bytes) -> str:
    """The beginning of a page, enough of a text to find what programs write there in ASCII."""
    start = body[:_HEAD]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    return start.decode("utf-8", "replace")


def _address(head: str) -> tuple[str, str]:
    if (found := _SAVED_FROM.search(head)) is not None:
        url = found[2][: int(found[1])] if len(found[2]) >= int(found[1]) else found[2].partition("-->")[0]
        if addresses.is_web(url := url.strip()):
            return url, "the comment 'saved from url'"
    if (
        (found := _SINGLE_FILE.search(head)) is not None
        and (named := _URL.search(found[1]))
        and addresses.is_web(named[1])
    ):
        return named[1], "SingleFile's comment"
    if (found := _MIRRORED.search(head)) is not None and addresses.is_web(f"http://{found[1]}"):
        return f"http://{found[1]}", "HTTrack's comment"
    for pattern, key, name, value in (
        (_LINK, "rel", "canonical", "href"),
        (_META, "property", "og:url", "content"),
    ):
        for tag in pattern.findall(head):
            given = {one[0].lower(): one[1] or one[2] or one[3] for one in _ATTRIBUTE.findall(tag)}
            url = given.get(value, "").strip().replace("&amp;", "&")
            if given.get(key, "").lower() == name and addresses.is_web(url):
                return url, LAST_RESORT
    return "", ""


def _date(head: str) -> tuple[str, str]:
    if (found := _SINGLE_FILE.search(head)) is not None and (named := _DATE.search(found[1])):
        try:
            form = "%b %d %Y %H:%M:%S" if ":" in named[1] else "%b %d %Y"
            offset = named[2] or "+0000"
            minutes = (-1 if offset[0] == "-" else 1) * (int(offset[1:3]) * 60 + int(offset[3:]))
            moment = datetime.strptime(named[1], form).replace(tzinfo=timezone(timedelta(minutes=minutes)))
            return times.stamp(moment), "SingleFile's comment"
        except (ValueError, OverflowError):
            pass
    if (found := _MIRRORED.search(head)) is not None:
        try:
            return times.stamp(times.http_date(found[2])), "HTTrack's comment"
        except (ValueError, OverflowError):
            pass
    return "", ""
