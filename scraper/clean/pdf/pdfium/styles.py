"""Look up the style of each text object of a page once: size, weight, angle, visibility."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Style
from pagewitness.scraper.clean.pdf.pdfium.calls import calls, fills, matrices, origins, sizes_of

_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi(?!ng)", re.IGNORECASE)
_INVISIBLE = 3  # a text's render mode


class Styles:
    """The styles of a page's text objects.

    Attributes:
        least: the smallest size found so far, in points.
    """

    def __init__(self, text: int) -> None:
        """Start without any styles.

        Args:
            text: the address of the text page.
        """
        self.least = math.inf
        self._text = text
        self._known: dict[int, Style] = {}
        self._bases: dict[int, float] = {}
        self._bold: dict[int, bool] = {}
        self._fonts: dict[int, int] = {}

    def of(self, which: int, at: int) -> Style:
        """The style of an object or, if it is 0, of the letter at `at`."""
        found = self._known.get(which)
        if found is None:
            self._look_up({which: at})
            found = self._known[which]
        return found

    def each(self, objects: Sequence[int], at: Sequence[int]) -> list[Style]:
        """The styles of objects; `at` has one letter of each."""
        self.learn(objects, at)
        if 0 in objects:
            self.of(0, at[objects.index(0)])
        return list(map(self._known.__getitem__, objects))

    def bases(self, objects: Sequence[int]) -> list[float]:
        """The base line (y) of each object, whose style must be known; NaN if its letters do not share one."""
        return list(map(self._bases.__getitem__, objects))

    def fonts(self, objects: Sequence[int]) -> list[int]:
        """The font of each object, whose style must be known, as a number."""
        return list(map(self._fonts.__getitem__, objects))

    def learn(self, objects: Sequence[int], at: Sequence[int]) -> None:
        """Look up the styles of objects; `at` has one letter of each."""
        first = dict(zip(reversed(objects), reversed(at), strict=True))
        new = {which: first[which] for which in reversed(first) if which and which not in self._known}
        if new:
            self._look_up(new)

    def _look_up(self, new: dict[int, int]) -> None:
        objects, at, ask = list(new), list(new.values()), calls()
        placed = matrices(self._text, at)
        stands = origins(self._text, at)[:, 1]
        # Upright text from left to right has the y of its object.
        level = (placed[:, 1] == 0) & (placed[:, 0] > 0) & (placed[:, 5] == stands)
        clear, white = fills(objects)
        columns = zip(
            objects,
            at,
            sizes_of(self._text, at),
            placed[:, :4].tolist(),
            level.tolist(),
            stands.tolist(),
            map(ask.font, objects),
            map(ask.render_mode, objects),
            clear,
            white,
            strict=True,
        )
        for which, one, nominal, row, same, base, font, mode, is_clear, is_white in columns:
            size, angle = _turned(nominal, *row)
            hidden = bool(which) and (mode == _INVISIBLE or is_clear)
            self._fonts[which] = font
            self._known[which] = _style(
                size, bool(which) and self._is_bold(font, one), angle, hidden, bool(which) and is_white
            )
            self._bases[which] = base if which and same else math.nan
            self.least = min(self.least, size)

    def _is_bold(self, font: int, at: int) -> bool:
        bold = self._bold.get(font)
        if bold is None:
            name = ctypes.create_string_buffer(128)
            calls().font_name(font, ctypes.addressof(name), 128)
            heavy = calls().weight(self._text, at) >= 600
            bold = self._bold[font] = heavy or bool(_BOLD.search(name.value.decode("latin-1")))
        return bold


@cache
def _style(size: float, bold: bool, angle: int, hidden: bool, white: bool) -> Style:
    return Style(size, bold, angle, hidden, white=white)


@lru_cache(maxsize=1 << 12)
def _turned(size: float, a: float, b: float, c: float, d: float) -> tuple[float, int]:
    """The visible size of letters and their angle in quarter turns, from their nominal size and matrix."""
    angle = 0.0 if b == 0 and a > 0 else math.degrees(math.atan2(b, a)) % 360
    quarter = round(angle / 90) % 4 if min(angle % 90, -angle % 90) < 2 else -1
    return round(size * (math.hypot(c, d) or 1.0), 1), quarter
