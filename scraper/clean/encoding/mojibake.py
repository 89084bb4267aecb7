"""Undo mojibake: UTF-8 that was decoded as another encoding and encoded again.

It is undone only if the whole page is mojibake (`Ä—` for ė, `Ã¤` for ä wherever there is a letter beyond ASCII). A
document may quote such characters, or hold a few by mistake; then they are part of it.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_AS: Final = (  # encodings that UTF-8 is wrongly decoded as, the likeliest first
    "cp1252", "cp1250", "cp1257", "cp1251", "cp1254", "iso8859-1", "iso8859-2", "iso8859-13", "koi8-r",
)  # fmt: skip
_LEADS: Final = frozenset("ÂÃÄÅÆÎÏÐÑØÙâĀĂĆĻĪŠŃĐĹ")  # what the first bytes of Latin letters look like in mojibake
_CYRILLIC_LEADS: Final = frozenset("РСГДЕВцтп")
_RUN: Final = re.compile("[^\x00-\x7f]+")
_ASCII: Final = bytes(range(128))
_SAMPLE = 2_000  # bytes of letters beyond ASCII
_LEAST_LED = 0.3  # share of `_LEADS` among the letters beyond ASCII
_LEAST = 8  # letters repaired, at least
_WHOLE = 0.9  # share of the letters beyond ASCII that must be mojibake
_DEEPEST = 3  # rounds of wrong decoding that are undone


def undone(text: str, beyond: bytes) -> tuple[str, str | None]:
    """Repair a page's text if it is mojibake.

    Args:
        beyond: its letters beyond ASCII, in UTF-8.

    Returns:
        the text, and the codec that it was wrongly decoded with; None if it is not mojibake, as usual.
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
    """The letters beyond ASCII of text in UTF-8; deleting ASCII is many times faster than searching."""
    return text.translate(None, _ASCII)


def _found(text: str, beyond: bytes) -> str | None:
    """The codec that nearly all letters beyond ASCII were wrongly decoded with."""
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
    """Check cheaply for mojibake: in it every second or third letter is one of a few."""
    led = sum(letter in _LEADS for letter in letters)
    cyrillic = sum(letter in _CYRILLIC_LEADS for letter in letters)
    return max(led, cyrillic) > _LEAST_LED * len(letters)


def _meant(run: str, codec: str) -> str | None:
    """The letters before they were decoded as `codec`; None if that gives no valid UTF-8."""
    try:
        return run.encode(codec, "sloppy").decode("utf-8")
    except UnicodeError:
        return None


def _sloppy(error: UnicodeError) -> tuple[bytes, int]:
    """Encode letters that the codec lacks as the byte of the same number, as sloppy decoders do in reverse."""
    assert isinstance(error, UnicodeEncodeError)
    letters = error.object[error.start : error.end]
    if all("\x80" <= letter <= "\xff" for letter in letters):
        return bytes(map(ord, letters)), error.end
    raise error


codecs.register_error("sloppy", _sloppy)
