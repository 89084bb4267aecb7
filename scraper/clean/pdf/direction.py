"""Right-to-left text: make words of its letters, at places at which they follow one another as they are read.

A line of a PDF has its letters where they are seen. A page that is read from right to left is mirrored, so that all that
looks at places (columns, tables, indents) works for it unchanged. In each line the letters are put in the order of speech by
what Unicode's bidirectional algorithm (UAX #9) does, backwards: numbers and Latin words have their own direction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from pagewitness.scraper.clean.pdf.page_model import Rule, Style, Word

RIGHT_TO_LEFT: Final = re.compile(
    "(?![\u0660-\u0669\u06f0-\u06f9])[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT_TO_RIGHT: Final = re.compile(f"(?!{RIGHT_TO_LEFT.pattern})[^\\W\\d_]")
_ARABIC: Final = re.compile("[\u0600-\u07bf\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_GAP: Final = 1.5  # font sizes; a wider gap is between columns or cells
_BLANK: Final = 0.14  # font sizes; a gap this wide is a space
_SAME_BASE: Final = 0.35  # font sizes by which the bases of one line may differ
_MOSTLY: Final = 0.6  # share of a line's letters that are read the other way, from which the line is, too
_BRACKETS: Final = str.maketrans("()[]{}", ")(][}{")
_SIGNS: Final = frozenset("%$€£₪#°‰")  # with the figures that they touch, but not among Arabic letters
_ALEFS: Final = frozenset("اأإآ")


class _Letter(NamedTuple):
    """A letter with its marks, or letters that are not cut.

    Attributes:
        kind: R or L by its direction, 0 for a figure, "" for the rest.
        gap: the space at its left, in points; 0 if it touches what is there.
    """

    text: str
    kind: str
    left: float
    right: float
    word: Word
    gap: float = 0.0


def has_right_to_left(words: Iterable[Word]) -> bool:
    """Whether any word is read from right to left."""
    return any(not word.text.isascii() and RIGHT_TO_LEFT.search(word.text) for word in words)


def as_read(words: Sequence[Word], width: float) -> tuple[list[Word], bool]:
    """The words of a page that has right-to-left text, at places that grow as they are read.

    Args:
        words: whole ones, but single letters on lines with right-to-left text.
        width: of the page, in points.

    Returns:
        the words; whether the page is read from right to left, so that its rules have to be mirrored as well (`mirrored`).
    """
    pieces = [(piece, *_counted(piece)) for piece in _pieces([word for word in words if not word.style.angle])]
    # Latin words on a Hebrew line are more usual than Hebrew words on a Latin one.
    turned = sum(right > 0 for _, right, _ in pieces) > sum(left > 0 and not right for _, right, left in pieces)
    arabic = any(_ARABIC.search(word.text) for word in words)
    found = list[Word]()
    for piece, right, left in pieces:
        if right or turned:
            backwards = right > (0 if turned else _MOSTLY * (right + left))
            found += _placed(_spoken(_letters(piece), backwards, arabic), piece, turned)
        else:
            found += piece
    found += [word for word in words if word.style.angle]
    return [_mirrored(word, width) for word in found] if turned else found, turned


def mirrored(rules: Iterable[Rule], width: float) -> tuple[Rule, ...]:
    """Rules as in a mirror: what was at the right is at the left."""
    return tuple(rule._replace(left=width - rule.right, right=width - rule.left) for rule in rules)


def _mirrored(word: Word, width: float) -> Word:
    return word._replace(left=width - word.right, right=width - word.left)


def _counted(words: Iterable[Word]) -> tuple[int, int]:
    """The number of letters that are read from right to left, and of those that are read from left to right."""
    text = "".join(word.text for word in words)
    return len(RIGHT_TO_LEFT.findall(text)), len(_LEFT_TO_RIGHT.findall(text))


def _pieces(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each line from left to right, without wide gaps between them."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.base):
        if rows and word.base - rows[-1][0].base <= _SAME_BASE * word.style.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda one: one.left)
        start, end = 0, row[0].right
        for at in range(1, len(row)):
            if row[at].left - end > _GAP * max(row[at].style.size, row[at - 1].style.size):
                yield row[start:at]
                start = at
            end = max(end, row[at].right)
        yield row[start:]


def _letters(piece: Sequence[Word]) -> list[_Letter]:
    """The letters of a piece of a line, as they are seen from left to right."""
    # Letters at one place are a ligature: PDFium has them in the order of speech.
    seen = sorted(enumerate(piece), key=lambda one: (one[1].left + one[1].right, -one[0]))
    marks = [word for _, word in seen if all(map(unicodedata.combining, word.text))]
    found = list[_Letter]()
    end = 0.0
    for _, word in seen:
        if not all(map(unicodedata.combining, word.text)):
            gap = word.left - end if found else 0.0
            gap = gap if gap > _BLANK * word.style.size else 0.0
            found.append(_Letter(word.text, _kind(word.text), word.left, word.right, word, gap))
            end = max(end, word.right) if found else word.right
    for mark in marks:
        middle = (mark.left + mark.right) / 2
        bases = [at for at, one in enumerate(found) if one.kind == "R"]
        if bases:
            at = min(bases, key=lambda at: abs((found[at].left + found[at].right) / 2 - middle))
            found[at] = found[at]._replace(text=found[at].text + mark.text)
    for at, (one, two) in enumerate(pairwise(found)):
        if one.text in _ALEFS and two.text == "ل" and one.left == two.left and one.right == two.right:
            continue
        if one.text == "ل" and two.text in _ALEFS and one.left == two.left and one.right == two.right:
            found[at], found[at + 1] = two, one
    return found


def _kind(text: str) -> str:
    if RIGHT_TO_LEFT.search(text):
        return "R"
    if _LEFT_TO_RIGHT.search(text):
        return "L"
    return "0" if any(map(str.isdigit, text)) else ""


# --- the order of speech ----------------------------------------------------------------------------------------------


def _spoken(letters: list[_Letter], backwards: bool, arabic: bool) -> list[_Letter]:
    """Letters in the order of speech; the gap of each is before it in that order.

    Args:
        letters: as they are seen from left to right.
        backwards: whether the line is read from right to left.
        arabic: whether there are Arabic letters, among which signs are no part of figures.
    """
    if backwards:
        return _balanced(_from_right(letters, arabic))
    found, run = list[_Letter](), list[_Letter]()
    for is_latin, some in groupby(letters, key=lambda one: one.kind == "L"):
        run = list(some)
        strong = [at for at, one in enumerate(run) if one.kind == "R"]
        if is_latin or not strong:
            found += run
            continue
        start, end = strong[0], strong[-1] + 1
        turned = _from_right(run[start:end], arabic)
        turned[0] = turned[0]._replace(gap=run[start].gap)
        found += [*run[:start], *turned, *run[end:]]
    return _balanced(found)


def _from_right(letters: list[_Letter], arabic: bool) -> list[_Letter]:
    """The letters of a line that is read from right to left: its figures and Latin words are read from left to right."""
    gaps = [one.gap for one in letters]
    found = list[_Letter]()
    end = len(letters)
    while end:
        start = _begin(letters, end, arabic)
        after = gaps[end] if end < len(letters) else 0.0
        block = letters[start:end]
        found += [block[0]._replace(gap=after), *block[1:]]
        end = start
    return found


def _begin(letters: Sequence[_Letter], end: int, arabic: bool) -> int:
    """Where what is read as one from left to right begins, if it ends at `end`: Latin words, a number, a letter."""
    last = letters[end - 1]
    if last.kind in ("L", "0"):
        stretch = end
        while stretch and letters[stretch - 1].kind != "R":
            stretch -= 1
        first = next((at for at in range(stretch, end) if letters[at].kind == "L"), None)
        if first is not None:
            return first
    at = end - 1
    if last.kind == "0" or (last.text in _SIGNS and not arabic and _is_figure(letters, end - 2)):
        while at and _belongs(letters, at - 1, end, arabic):
            at -= 1
    return at


def _is_figure(letters: Sequence[_Letter], at: int) -> bool:
    return at >= 0 and letters[at].kind == "0" and letters[at + 1].gap == 0


def _belongs(letters: Sequence[_Letter], at: int, end: int, arabic: bool) -> bool:
    """Whether a letter is a part of the number at its right."""
    one = letters[at]
    if letters[at + 1].gap:
        return False
    if one.kind == "0":
        return True
    if one.text in _SIGNS:
        return not arabic
    joins = one.text in (".,:/" if arabic else ".,:/-+")
    return joins and letters[at + 1].kind == "0" and _is_figure(letters, at - 1) and at + 1 < end


def _balanced(letters: list[_Letter]) -> list[_Letter]:
    """Letters whose brackets open before they close: some programs write them as they are seen."""
    at = [at for at, one in enumerate(letters) if one.text in ("(", ")", "[", "]", "{", "}")]
    depth, good = 0, True
    for place in at:
        depth += 1 if letters[place].text in "([{" else -1
        good = good and depth >= 0
    if (good and not depth) or len(at) % 2:
        return letters
    for number, place in enumerate(at):
        one = letters[place]
        if (one.text in "([{") != (number % 2 == 0):
            letters[place] = one._replace(text=one.text.translate(_BRACKETS))
    return letters


def _placed(letters: Sequence[_Letter], piece: Sequence[Word], turned: bool) -> Iterator[Word]:
    """Words in the order of speech, at places in that order: from the left edge of the piece, or from its right edge."""
    end = max(word.right for word in piece) if turned else min(word.left for word in piece)
    begun = list[_Letter]()
    for one in [*letters, None]:
        if begun and (one is None or one.gap or not _is_alike(begun[-1].word.style, one.word.style)):
            wide = sum(part.right - part.left for part in begun)
            gap = begun[0].gap
            left = end - gap - wide if turned else end + gap
            word = begun[0].word
            yield word._replace(
                text="".join(part.text for part in begun),
                left=left,
                right=left + wide,
                top=min(part.word.top for part in begun),
                bottom=max(part.word.bottom for part in begun),
                glued=not gap and end != (max(word.right for word in piece) if turned else min(w.left for w in piece)),
            )
            end = left if turned else left + wide
            begun = []
        if one is not None:
            begun.append(one)


def _is_alike(style: Style, other: Style) -> bool:
    return style == other
