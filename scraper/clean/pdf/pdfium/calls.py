"""Call PDFium's functions by plain addresses, many calls at once.

Wrapping each argument in an object takes longer than the call itself. If addresses are numbers, `map` makes thousands of
calls without Python code between them, and the answers go into one array.
"""

from __future__ import annotations

import ctypes
import operator
from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

WHITE: Final = 250  # of 255; lighter colours are not visible on paper
_AT: Final = ctypes.c_void_p

Floats = npt.NDArray[np.float64]
Addresses = npt.NDArray[np.uint64]


class _Int:
    """An int argument, passed as a plain number without a `c_int` object around it."""

    from_param = operator.index


class Calls(NamedTuple):
    """The functions called once per letter, word or object; they take and return addresses as numbers."""

    text_object: Any
    font_size: Any
    loose_box: Any
    origin: Any
    matrix: Any
    weight: Any
    font: Any
    render_mode: Any
    font_name: Any
    fill: Any
    page_object: Any
    form_object: Any
    kind: Any
    bounds: Any
    unmapped: Any
    content: Any
    child: Any
    child_content: Any


@cache
def calls() -> Calls:
    """The functions, looked up once."""
    import pypdfium2.raw as raw

    address, number = ctypes.c_size_t, ctypes.c_int  # a null pointer is 0, not None
    return Calls(
        _plain(raw.FPDFText_GetTextObject, address, _AT, _Int),
        _plain(raw.FPDFText_GetFontSize, ctypes.c_double, _AT, _Int),
        _plain(raw.FPDFText_GetLooseCharBox, number, _AT, _Int, _AT),
        _plain(raw.FPDFText_GetCharOrigin, number, _AT, _Int, _AT, _AT),
        _plain(raw.FPDFText_GetMatrix, number, _AT, _Int, _AT),
        _plain(raw.FPDFText_GetFontWeight, number, _AT, _Int),
        _plain(raw.FPDFTextObj_GetFont, address, _AT),
        _plain(raw.FPDFTextObj_GetTextRenderMode, number, _AT),
        _plain(raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, _AT, _AT, ctypes.c_size_t),
        _plain(raw.FPDFPageObj_GetFillColor, number, _AT, _AT, _AT, _AT, _AT),
        _plain(raw.FPDFPage_GetObject, address, _AT, _Int),
        _plain(raw.FPDFFormObj_GetObject, address, _AT, ctypes.c_ulong),
        _plain(raw.FPDFPageObj_GetType, number, _AT),
        _plain(raw.FPDFPageObj_GetBounds, number, _AT, _AT, _AT, _AT, _AT),
        _plain(raw.FPDFText_HasUnicodeMapError, number, _AT, _Int),
        _plain(raw.FPDFPageObj_GetMarkedContentID, number, _AT),
        _plain(raw.FPDF_StructElement_GetChildAtIndex, address, _AT, _Int),
        _plain(raw.FPDF_StructElement_GetChildMarkedContentID, number, _AT, _Int),
    )


def _plain(function: Any, returned: Any, *taken: Any) -> Any:
    # These calls are too short for CFUNCTYPE, which releases the interpreter lock and takes it again.
    found = ctypes.PYFUNCTYPE(returned)(address_of(function))
    found.argtypes = taken
    return found


def address_of(handle: Any) -> int:
    """The address that a pypdfium2 handle points to."""
    return ctypes.cast(handle, _AT).value or 0


def objects_of(text: int, at: Sequence[int]) -> list[int]:
    """The addresses of the text objects of the given letters; 0 for a letter without one."""
    return list(map(calls().text_object, repeat(_AT(text)), at))


def sizes_of(text: int, at: Sequence[int]) -> list[float]:
    """The nominal sizes of the given letters, in points."""
    return list(map(calls().font_size, repeat(_AT(text)), at))


def boxes(text: int, at: Sequence[int]) -> Floats:
    """The boxes of the given letters, one row each: left, top, right, bottom, in points of the page's space (y upwards)."""
    found = np.zeros((len(at), 4), np.float32)
    _filled(calls().loose_box, text, at, found)
    return found.astype(np.float64)


def matrices(text: int, at: Sequence[int]) -> Floats:
    """The matrices of the given letters, one row each: a to f."""
    found = np.zeros((len(at), 6), np.float32)
    _filled(calls().matrix, text, at, found)
    return found.astype(np.float64)


def origins(text: int, at: Sequence[int]) -> Floats:
    """The origins of the given letters, one row each: x and y."""
    found = np.zeros((len(at), 2), np.float64)
    start, end = found.ctypes.data, found.ctypes.data + 16 * len(at)
    _run(map(calls().origin, repeat(_AT(text)), at, range(start, end, 16), range(start + 8, end + 8, 16)))
    return found


def fills(objects: Sequence[int]) -> tuple[list[bool], list[bool]]:
    """For each text object whether it is fully transparent, and whether it is white."""
    parts = np.zeros((len(objects), 4), np.uint32)
    start, end = parts.ctypes.data, parts.ctypes.data + 16 * len(objects)
    places = (range(start + off, end + off, 16) for off in (0, 4, 8, 12))
    known = map(calls().fill, objects, *places)
    told = np.fromiter(known, np.int32, len(objects)) != 0
    return (told & (parts[:, 3] == 0)).tolist(), (told & (parts[:, :3].min(axis=1, initial=255) >= WHITE)).tolist()


def content_of(which: int) -> int:
    """The number of the marked content that an object is in, or -1."""
    return int(calls().content(which))


def children(element: int, count: int) -> tuple[list[int], list[int]]:
    """The children of a structure element on its page: the addresses of elements, and the numbers of marked content.

    An element has the children that are on other pages as well, as nothing.
    """
    of = repeat(_AT(element))
    found = list(map(calls().child, of, range(count)))
    other = [at for at, child in enumerate(found) if not child]
    contents = map(calls().child_content, of, other)
    return list(filter(None, found)), [number for number in contents if number >= 0]


def are_unmapped(text: int, at: Sequence[int]) -> list[bool]:
    """For each of the given letters whether its font does not say which one it is."""
    return [one == 1 for one in map(calls().unmapped, repeat(_AT(text)), at)]


def _filled(function: Any, text: int, at: Sequence[int], found: npt.NDArray[Any]) -> None:
    start, step = found.ctypes.data, found.itemsize * found.shape[1]
    _run(map(function, repeat(_AT(text)), at, range(start, start + step * len(at), step)))


def _run(called: Iterable[Any]) -> None:
    deque(called, maxlen=0)
