"""What is seen of a page's words: not those that are drawn invisibly, outside of the page, turned, or twice."""

from __future__ import annotations

from typing import Final

from pagewitness.scraper.clean.pdf.sheet import Sheet, Word

_MOST_HIDDEN: Final = 0.8  # share of hidden letters from which they are the page's text (a scan with a layer under it)
_TWICE: Final = 2.0  # points between a word and itself, drawn once more for its shadow or its weight
_SLOT: Final = 64.0  # points, in which a word's like are looked for

Seen = tuple[list[Word], dict[str, list[Word]]]  # the words of a page that are read, and those that are not, by why
_Slots = dict[tuple[str, float], list[tuple[float, float]]]  # where words stand, by their text and about their left


def seen(sheet: Sheet) -> Seen:
    """The words of a page that are read, and those that are not, by why."""
    hidden = sum(len(word.text) for word in sheet.words if word.style.hidden)
    layer = hidden > 0 and hidden > _MOST_HIDDEN * sum(len(word.text) for word in sheet.words)
    dropped: dict[str, list[Word]] = {}
    words = list[Word]()
    slots: _Slots = {}
    wide, high = sheet.width + 1, sheet.height + 1
    for word in sheet.words:
        text, left, _, right, _, base, style, _ = word
        if style.hidden and not layer:
            reason = "hidden"
        elif style.angle:
            reason = "turned"
        elif not (-1 <= (left + right) / 2 <= wide and -1 <= base <= high):
            reason = "hidden: outside the page"
        elif len(text) > 1 and _stands_there(text, left, base, slots):
            reason = "hidden: drawn twice"
        else:
            words.append(word)
            continue
        dropped.setdefault(reason, []).append(word)
    return words, dropped


def _stands_there(text: str, left: float, base: float, slots: _Slots) -> bool:
    """Whether the same word stands at this place already; where it does not, it does from now on."""
    slot, off = divmod(left, _SLOT)
    key = text, slot
    same = slots.get(key)
    near = same or ()
    if off < _TWICE or off > _SLOT - _TWICE:
        near = [*near, *slots.get((text, slot - 1 if off < _TWICE else slot + 1), ())]
    for at, start in near:
        if abs(base - at) < _TWICE and abs(left - start) < _TWICE:
            return True
    if same is None:
        slots[key] = [(base, left)]
    else:
        same.append((base, left))
    return False
