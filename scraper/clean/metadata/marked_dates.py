"""Find the dates that a page marks for machines: in linked data, in `itemprop`, in `time` elements.

Listings mark the dates of their entries in the same way. So of several different dates only one counts that is marked nearest
to the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks import structured
from pagewitness.scraper.clean.lexicon.icons import INLINE
from pagewitness.scraper.clean.lexicon.tables import letters
from pagewitness.scraper.clean.metadata.datelines import dates_in_line
from pagewitness.scraper.clean.metadata.published_dates import iso_date

Statement = tuple[str, str | None]  # where it was found, and what it says
_MOST_TIMES = 50
_LONGEST = 160  # letters of a line with a date
_CARDS: Final = re.compile(r"card|teaser|related|comment|sidebar|widget|list|recommend|more-", re.IGNORECASE)
_OUTSIDE: Final = frozenset({"nav", "footer", "aside", "table", "blockquote"})
_PUBLISHED: Final = ("publish", "pubdate", "entry-date", "posted")
_MODIFIED: Final = ("modified", "updated")


def in_data(data: Sequence[structured.LinkedData], key: str, title: str | None) -> str | None:
    """What linked data says about the page's date; nothing if it describes several documents of different days.

    Args:
        data: its entries.
        key: `datePublished` or `dateModified`.
        title: the page's title, which tells its own entry from those of others, or None.
    """
    said = [entry for entry in data if entry.get(key)]
    days = {(iso_date(entry[key]) or "")[:10] for entry in said}
    if len(days) > 1:
        named = [entry for entry in said if title and letters(entry.get("headline", "")) == letters(title)]
        pages = [entry for entry in said if entry.get("@type", "").endswith("Page")]
        said = named or pages[:1] or (said if len({entry.get("@type") for entry in said}) == len(said) else [])
    return said[0][key] if said else None


def in_elements(root: Any, times: Sequence[Any], key: str) -> Iterator[Statement]:
    """The dates of marked elements: by `itemprop`, then `time` elements by their classes, then those alone in a line.

    Args:
        root: the root element of the page.
        times: its `time` elements.
        key: as for `in_data`.
    """
    marked = [
        element for element in root.xpath("//*[@itemprop=$key]", key=key)[:_MOST_TIMES] if not _is_in_card(element)
    ]
    yield "itemprop", _own(marked)
    wanted = _PUBLISHED if key == "datePublished" else _MODIFIED
    times = [element for element in times[:_MOST_TIMES] if not _is_in_card(element)]
    yield "time", _own([element for element in times if _says(element, wanted, key)])
    yield "time", _of_lines(times, "published" if key == "datePublished" else "modified")


def _says(element: Any, wanted: Iterable[str], key: str) -> bool:
    names = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
    if key == "datePublished" and (element.get("pubdate") is not None or "updated" in names):
        return "updated" not in names
    return any(word in names for word in wanted)


def _of_lines(times: Sequence[Any], kind: str) -> str | None:
    """The date of a `time` element whose line labels it, or holds nothing else."""
    alone = []
    for element in times:
        if any(above.tag in _OUTSIDE for above in element.iterancestors()):
            continue
        for one in dates_in_line(_line(element), None):
            if one.kind == kind and one.labelled:
                return _moment(element)
            if one.kind == kind:
                alone.append(element)
    return _own(alone)


def _line(time: Any) -> str:
    """The line in which a `time` element is, with the day that it means in its place; empty if it means none."""
    day = iso_date(_moment(time))
    if day is None:
        return ""
    before: list[str] = []
    behind: list[str] = []
    here, opens, goes_on = time, True, True
    while here.getparent() is not None:
        around = here.getparent()
        opens = opens and _take(before, here.itersiblings(preceding=True), ahead=True)
        if opens:
            before.append(around.text or "")
        if goes_on:
            behind.append(here.tail or "")
            goes_on = _take(behind, here.itersiblings(), ahead=False)
        if around.tag not in INLINE or not (opens or goes_on):
            break
        here = around
    return normalised(f"{''.join(reversed(before))} {day[:10]} {''.join(behind)}")


def _take(texts: list[str], siblings: Iterable[Any], ahead: bool) -> bool:
    """Add the text of the siblings of a line up to a border; returns whether the line has no border there."""
    for one in siblings:
        inside = "".join(one.itertext()) if one.tag in INLINE else ""
        if ahead:
            texts += one.tail or "", inside
        elif one.tag in INLINE:
            texts += inside, one.tail or ""
        if one.tag not in INLINE:
            return False
    return True


def _own(elements: Sequence[Any]) -> str | None:
    """What the elements say, if they agree; else what the one nearest to the title says."""
    said = [(element, moment) for element in elements if iso_date(moment := _moment(element))]
    if len({(iso_date(moment) or "")[:10] for _, moment in said}) < 2:
        return said[0][1] if said else None
    head = next(said[0][0].getroottree().iter("h1"), None)
    if head is None:
        return None
    above = list(head.iterancestors())
    depths = [
        next((len(above) - at for one in element.iterancestors() for at, other in enumerate(above) if one is other), 0)
        for element, _ in said
    ]
    best = max(depths)
    return said[depths.index(best)][1] if depths.count(best) == 1 else None


def _is_in_card(element: Any) -> bool:
    above = " ".join(one.get("class") or "" for _, one in zip(range(3), element.iterancestors(), strict=False))
    return bool(_CARDS.search(f"{above} {element.get('class') or ''}"))


def _moment(element: Any) -> str:
    return str(element.get("content") or element.get("datetime") or "".join(element.itertext()))
