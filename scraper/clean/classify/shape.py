"""Features of how blocks are written: length, punctuation, digits, capitals. All blocks of a page at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

_HEAD = 400  # first letters of a block, searched for dates, prices and signs
_BODY = 2000  # first letters of a block, in which sentences are counted
_TITLED = 30  # first words of a block, checked for capitals
_UNKNOWN = 255
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_PRICE: Final = re.compile(r"[$€£¥]\s?\d|\d\s?(?:€|EUR|USD|zł|kr)\b")
_SENTENCE: Final = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s|$)")
_END: Final = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_ENDS: Final = frozenset(".!?…。！？:;\"'”’»)]")
# Properties of a letter, one bit each.
_KINDS: Final[tuple[Callable[[str], bool], ...]] = (
    str.isspace,
    str.isdigit,
    str.isupper,
    frozenset(",;،、，").__contains__,
    frozenset("|•·›»→").__contains__,
    frozenset("©®™").__contains__,
    frozenset(".!?…。！？").__contains__,
)
_SPACE, _DIGIT, _UPPER, _COMMA, _PIPE, _MARK, _STOP = range(len(_KINDS))


def shape_features(texts: Sequence[str]) -> dict[str, Any]:
    """The shape of blocks (counts as logarithms, shares 0 to 1).

    Args:
        texts: the text of each block, never empty.

    Returns:
        columns of float64 by name, one entry per block.
    """
    import numpy as np

    size = np.array([len(text) for text in texts])
    begin = np.cumsum(size) - size
    letters = _kinds_of("".join(texts))
    head = np.minimum(size, _HEAD)
    words, titled = _words(letters, begin, size)
    digits = _count(letters, _DIGIT, begin, head)
    stops = _count(letters, _STOP, begin, np.minimum(size, _BODY))
    return {
        "letters": np.log1p(size),
        "words": np.log1p(words),
        "word_length": size / np.maximum(1, words),
        "commas": _count(letters, _COMMA, begin, size) / (words + 1),
        "sentences": _sentences(texts, stops),
        "ends": _flags(text[-1] in _ENDS and _END.search(text[-8:]) is not None for text in texts),
        "colon": _flags(text[-1] in ":：" for text in texts),
        "digits": digits / head,
        "capitals": _count(letters, _UPPER, begin, head) / head,
        "titled": titled / np.clip(words, 1, _TITLED),
        "lower_first": _flags(text[0].islower() for text in texts),
        "dated": _found(_DATE, texts, digits),
        "price": _found(_PRICE, texts, digits),
        "mark": np.minimum(1, _count(letters, _MARK, begin, head)),
        "pipe": _count(letters, _PIPE, begin, head),
        "question": _flags("?" in text for text in texts),
        "at": _flags("@" in text or "http" in text for text in texts),
    }


def _sentences(texts: Sequence[str], stops: Any) -> Any:
    return _flags(len(_SENTENCE.findall(text[:_BODY])) if any_ else 0 for text, any_ in zip(texts, stops, strict=True))


def _flags(found: Any) -> Any:
    import numpy as np

    return np.fromiter(found, dtype=np.float64)


def _found(expression: re.Pattern[str], texts: Sequence[str], digits: Any) -> Any:
    """Which blocks match, near their beginning, an expression that needs a digit."""
    return _flags(
        bool(any_) and expression.search(text[:_HEAD]) is not None for text, any_ in zip(texts, digits, strict=True)
    )


def _words(letters: Any, begin: Any, size: Any) -> tuple[Any, Any]:
    """How many words each block has, and how many of its first words begin with a capital."""
    import numpy as np

    space = letters >> _SPACE & 1
    first = np.empty(len(space), dtype=bool)
    first[1:] = space[:-1]
    first[begin] = True
    at = np.flatnonzero(first & (space == 0))
    block = np.searchsorted(begin, at, side="right") - 1
    words = np.bincount(block, minlength=len(begin))
    rank = np.arange(len(at)) - (np.cumsum(words) - words)[block]
    upper = (letters[at] >> _UPPER & 1) & (rank < _TITLED)
    return words, np.bincount(block, upper, minlength=len(begin))


def _count(letters: Any, kind: int, begin: Any, size: Any) -> Any:
    """How many letters of a kind are among the first `size` letters of each block."""
    import numpy as np

    before = np.concatenate(([0], np.cumsum(letters >> kind & 1, dtype=np.int64)))
    return before[begin + size] - before[begin]


def _kinds_of(text: str) -> Any:
    """The properties of each letter of a text, as the sum of its bits."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    known = _known()
    found = known[codes]
    for code in np.unique(codes[found == _UNKNOWN]):
        known[code] = sum(1 << bit for bit, kind in enumerate(_KINDS) if kind(chr(code)))
    return known[codes] if (found == _UNKNOWN).any() else found


@cache
def _known() -> Any:
    """The properties of each character, looked up when it first occurs."""
    import numpy as np

    return np.full(0x110000, _UNKNOWN, dtype=np.uint8)
