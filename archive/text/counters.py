"""Lines that count by themselves, in one form (pure; the words are in `counters.toml`).

"Read 907 times", "Updated 5 minutes ago", "12 comments" say nothing of the document; the next capture has another figure.
Only a whole short line counts as such a one: a sentence with the same words is left as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

COUNTED = "\x01"  # how the form of such a line begins: no text has it
_AGO = f"{COUNTED}ago"
_LONGEST = 60  # letters of a line that may count
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"\d+(?:[.,\s\u00a0]\d+)*\s?(?:k|m|mio|tys\.?|тыс\.?)?(?![^\W\d_])", re.IGNORECASE)


@lru_cache(maxsize=16384)
def uncounted(line: str) -> str:
    """A line that counts by itself with a # for its figure, or as what it says of the time; any other as it is.

    >>> uncounted("Read 907 times")[1:], uncounted("Updated yesterday")[1:], uncounted("907 people read it.")
    ('read # times', 'ago', '907 people read it.')

    Args:
        line: a whole block (`words.plain`).

    Returns:
        the form, which begins with `COUNTED` where the line counts.
    """
    if len(line) > _LONGEST:
        return line
    told = line.casefold().strip(" .:|·•()[]")
    if not (_DIGIT.search(told) or told.endswith(_now())):
        return line  # most lines
    told = _FIGURE.sub("#", told)
    found = _lines().fullmatch(told)
    if found is None:
        return line
    return _AGO if found["ago"] else f"{COUNTED}{told}"


def is_count(form: str) -> bool:
    """Whether a form (`uncounted`) is that of a line that counts something, and not of how long ago something was."""
    return form.startswith(COUNTED) and form != _AGO


@cache
def _now() -> tuple[str, ...]:
    return tuple(word for words in _table().values() for word in words["now"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("counters.toml").read_text("utf-8").casefold())


@cache
def _lines() -> re.Pattern[str]:
    """All that such lines may be. What says how long ago something was is one form, whatever its unit: it goes on."""
    counts = [form for words in _table().values() for form in _counted(words)]
    ago = [form for words in _table().values() for form in _ago(words)]
    return re.compile(f"(?P<ago>{'|'.join(ago)})|{'|'.join(counts)}")


def _counted(words: dict[str, list[str]]) -> Iterator[str]:
    nouns = "|".join(words.get("count", ()))
    yield rf"\# ?(?:{nouns})"
    yield rf"(?:{nouns}) ?:? ?\(?\#\)?"
    yield from (whole.replace("#", r"\#") for whole in words.get("whole", ()))


def _ago(words: dict[str, list[str]]) -> Iterator[str]:
    units, lead = "|".join(words["units"]), "|".join(words["lead"])
    opened = rf"(?:(?:{lead})(?: on)?:? )"
    spans = rf"\# ?(?:{units})\.?"
    for before in words.get("before", [""]):
        for after in words.get("after", [""]):
            if before or after or "after" in words:
                yield rf"{opened}?{before} ?{spans} ?{after}"
    yield rf"{opened}(?:{'|'.join(words['now'])})"
