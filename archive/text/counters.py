"""Lines with a running count, in one form (pure; the words are in `counters.toml`).

"Read 907 times", "Updated 5 minutes ago", "12 comments" are not about the document; the next capture has another figure.
Only a whole short line is such a line: a sentence with the same words is left as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

COUNTED = "\x01"  # the beginning of such a line's form; it is in no text
_AGO = f"{COUNTED}ago"
_LONGEST = 60  # letters; longer lines are not such lines
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"\d+(?:[.,\s\u00a0]\d+)*\s?(?:k|m|mio|tys\.?|тыс\.?)?(?![^\W\d_])", re.IGNORECASE)


@lru_cache(maxsize=16384)
def uncounted(line: str) -> str:
    """A line with a running count, with # for its figure, or `ago` for a time; any other line as it is.

    >>> uncounted("Read 907 times")[1:], uncounted("Updated yesterday")[1:], uncounted("907 people read it.")
    ('read # times', 'ago', '907 people read it.')

    Args:
        line: a whole block (`words.plain`).

    Returns:
        the form, which begins with `COUNTED` for such a line.
    """
    if len(line) > _LONGEST:
        return line
    folded = line.casefold().strip(" .:|·•()[]")
    if not (_DIGIT.search(folded) or folded.endswith(_now())):
        return line  # most lines
    folded = _FIGURE.sub("#", folded)
    found = _lines().fullmatch(folded)
    if found is None:
        return line
    return _AGO if found["ago"] else f"{COUNTED}{folded}"


def is_count(form: str) -> bool:
    """Whether a form (`uncounted`) is that of a line that counts something, not of a time ago."""
    return form.startswith(COUNTED) and form != _AGO


@cache
def _now() -> tuple[str, ...]:
    return tuple(word for words in _table().values() for word in words["now"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("counters.toml").read_text("utf-8").casefold())


@cache
def _lines() -> re.Pattern[str]:
    """A pattern for all such lines. A time ago has one form, whatever its unit, because it keeps growing."""
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
