"""Struck text in a line: between two tildes, as in Markdown (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

STRUCK: Final = "~~"
_STRUCK: Final = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~", re.DOTALL)


def struck_parts(text: str) -> Iterator[tuple[str, bool]]:
    """A line in pieces without the marks, each with whether it is struck.

    >>> list(struck_parts("Within ~~72~~ 24 hours"))
    [('Within ', False), ('72', True), (' 24 hours', False)]
    """
    for at, part in enumerate(_STRUCK.split(text)):
        if part:
            yield part, at % 2 == 1
