"""Mojibake: a page that is UTF-8 which somebody had decoded as another encoding, and encoded again.

Only where all of a page is so (`Ä—` for ė, `Ã¤` for ä wherever there is a letter beyond ASCII) is it undone: a document
may quote such signs, or hold a few that its author mistyped, and then they are the document.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_AS: Final = (  # as what it was decoded, the likeliest first
    "cp1252", "cp1250", "cp1257", "cp1251", "cp1254", "iso8859-1", "iso8859-2", "iso8859-13", "koi8-r",
)  # fmt: skip
_LEADS: Final = frozenset("ÂÃÄÅÆÎÏÐÑØÙâĀĂĆĻĪŠŃĐĹ")  # what the first bytes of letters look like then, in Latin
_CYRILLIC_LEADS: Final = frozenset("РСГДЕВцтп")
_RUN: Final = re.compile("[^\x00-\x7f]+")
_ASCII: Final = bytes(range(128))
_SAMPLE = 2_000  # bytes of letters beyond ASCII
_LEAST_LED = 0.3  # of the letters beyond ASCII
_LEAST = 8  # letters that come out
_WHOLE = 0.9  # of the letters beyond ASCII
_DEEPEST = 3  # times that it was done


def undone(text: str, beyond: bytes) -> tuple[str, str | None]:
    """A page's text as it was meant.

    Args:
        beyond: its letters beyond ASCII, in UTF-8.

    Returns:
        the text, and the codec by which it had been decoded wrongly; None where it had not, which is the rule.
    """
    named: str | None = None
    for _ in range(_DEEPEST):
        codec = _found(text, beyond)
        if codec is None:
            break
        named = named or codec
        text = _RUN.sub(lambda run, codec=codec: _meant(run[0], codec) or run[0], text)  # type: ignore[misc]
        beyond = beyond_ascii(text.encode("utf-8", "replace"))
    return text, named


def beyond_ascii(text: bytes) -> bytes:
    """The letters beyond ASCII of text in UTF-8: many times faster than by looking for them."""
    return text.translate(None, _ASCII)


def _found(text: str, beyond: bytes) -> str | None:
    """The codec by which nearly all letters beyond ASCII were decoded wrongly."""
    if not beyond or not _is_suspect(beyond[:_SAMPLE].decode("utf-8", "ignore")):
        return None
    runs = _RUN.findall(text)
    total = sum(map(len, runs))
    best, most = None, _WHOLE * total
    for codec in _AS:
        meant = [(run, found) for run in runs if (found := _meant(run, codec))]
        undoes, comes_out = sum(len(run) for run, _ in meant), sum(len(found) for _, found in meant)
        if undoes >= most and comes_out >= _LEAST and (best is None or undoes > most):
            best, most = codec, undoes
    return best


def _is_suspect(letters: str) -> bool:
    """A cheap look first: in mojibake every second or third letter is one of a few."""
    led = sum(letter in _LEADS for letter in letters)
    cyrillic = sum(letter in _CYRILLIC_LEADS for letter in letters)
    return max(led, cyrillic) > _LEAST_LED * len(letters)


def _meant(run: str, codec: str) -> str | None:
    """What letters were before they were decoded as `codec`; None where they were nothing."""
    try:
        return run.encode(codec, "sloppy").decode("utf-8")
    except UnicodeError:
        return None


def _sloppy(error: UnicodeError) -> tuple[bytes, int]:
    """Bytes that an encoding leaves undefined are often decoded as the letters of that number."""
    assert isinstance(error, UnicodeEncodeError)
    letters = error.object[error.start : error.end]
    if all("\x80" <= letter <= "\xff" for letter in letters):
        return bytes(map(ord, letters)), error.end
    raise error


codecs.register_error("sloppy", _sloppy)
