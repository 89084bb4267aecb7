"""Lines with a running count, in one form (pure; the words are in `counters.toml`).

"Read 907 times", "Updated 5 minutes ago", "12 comments", "Page 2 of 5" are not about the document; the next capture has
another figure. Only a whole short line is such a line: a sentence with the same words is left as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from pagewitness.archive.text.scripts import UNSPACED

COUNTED: Final = "\x01"  # the beginning of such a line's form; it is in no text
_FIGURES: Final = f"{COUNTED}?"  # of one whose counts may also be a report's
_KINDS: Final = frozenset({"p", "li"})  # a heading or a table row is a report's
_LONGEST: Final = 120  # letters; longer lines are not such lines
_DIGIT: Final = re.compile(r"\d")
_FIGURE: Final = re.compile(
    rf"\d+(?:[.,\s\u00a0]\d+)*(?:\s?(?:k|m|mio|tys\.?|тыс\.?))?(?![^\W\d_{UNSPACED}])", re.IGNORECASE
)
_APART: Final = re.compile(r"[\s·•|,;/()\-–—]*")


@lru_cache(maxsize=16384)
def uncounted(line: str) -> str:
    """A line of running counts, with # for each figure, or `ago` for a time; any other line as it is.

    >>> uncounted("Read 907 times")[1:], uncounted("Updated yesterday")[1:], uncounted("907 people read it.")
    ('read # times', 'ago', '907 people read it.')
    >>> uncounted("3 min read · 1,204 views · 2 hours ago")[1:]
    '# min read # views ago'

    Args:
        line: a whole block (`words.plain`).

    Returns:
        the form, which begins with `COUNTED` for such a line.
    """
    if len(line) > _LONGEST:
        return line
    folded = line.casefold().strip(" .:|·•()[]")
    if not (_DIGIT.search(folded) or folded.endswith(_now()) or _one().search(folded)):
        return line  # most lines
    folded = _FIGURE.sub("#", folded)
    at, said, figures = 0, [], True
    while at < len(folded):
        found = _lines().match(folded, at)
        if found is None:
            return line
        said.append("ago" if found["ago"] else found[0])
        figures = figures and found["figures"] is not None
        at = _end(folded, found.end())
    return (_FIGURES if figures else COUNTED) + " ".join(said)


def counted_forms(forms: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """The forms of a page's lines, in order, with those of running counts as `uncounted` gives them.

    Several counts in a row are a report's ("Comments: 1,203,114", "Followers: 5,000"), and so is one in a list, unless one
    of them can only be the page's own: how often it was read, when, how long that takes.

    Args:
        forms: of the lines (`words.plain`).
        kinds: of their blocks.
    """
    found = [uncounted(form) if kind in _KINDS else form for form, kind in zip(forms, kinds, strict=True)]
    for counts, run in groupby(range(len(found)), key=lambda at: found[at].startswith(COUNTED)):
        places = list(run) if counts else []
        alone = len(places) == 1 and kinds[places[0]] == "p"
        if not alone and all(found[at].startswith(_FIGURES) for at in places):
            for at in places:
                found[at] = forms[at]
    return found


def _end(text: str, at: int) -> int:
    """Where the next part of a line begins."""
    found = _APART.match(text, at)
    return found.end() if found else at


@cache
def _now() -> tuple[str, ...]:
    return tuple(word for words in _table().values() for word in words["now"])


@cache
def _one() -> re.Pattern[str]:
    """A pattern for one unit of time, in words: "an hour"."""
    spans = (rf"(?:{'|'.join(words['one'])}) (?:{'|'.join(words['units'])})" for words in _table().values())
    return re.compile(rf"(?<!\w)(?:{'|'.join(spans)})(?!\w)")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("counters.toml").read_text("utf-8").casefold())


@cache
def _lines() -> re.Pattern[str]:
    """A pattern for the parts of such lines. A time ago has one form, whatever its unit, because it keeps growing."""
    table = _table().values()
    own = [form for words in table for form in (*_whole(words), *_beside(words["seen"]))]
    figures = [form for words in table for form in _beside(words["count"])]
    ago = [form for words in table for form in _ago(words)]
    return re.compile(
        rf"(?:(?P<ago>{'|'.join(ago)})|(?P<own>{'|'.join((*_pages(), *own))})|(?P<figures>{'|'.join(figures)}))"
        rf"(?={_APART.pattern[:-1]}|$)"
    )


def _beside(nouns: Sequence[str]) -> Iterator[str]:
    """Counts of something: "12 comments", "Comments (12)"."""
    said = "|".join(nouns)
    if said:
        yield rf"\# ?(?:{said})"
        yield rf"(?:{said}) ?:? ?\(?\#\)?"


def _whole(words: dict[str, list[str]]) -> Iterator[str]:
    yield from (whole.replace("#", r"\#") for whole in words.get("whole", ()))


def _pages() -> Iterator[str]:
    """Which part of how much a page shows: "Page 2 of 5", "1-10 of 17 results", "Showing 1 to 10 of 17"."""
    page, of, results, shown = (_any(key) for key in ("page", "of", "results", "shown"))
    between = rf"(?:/|,? ?{of})"
    yield rf"{page}\.? \# ?{between} ?\#"
    yield rf"\#\.? ?{page}[ ,]*{between} ?\#"
    yield rf"(?:{shown} ?)?(?:{results} )?\# ?- ?\# ?{between} ?\#(?: {results})?"
    yield rf"{shown} (?:{results} )?\# \w+ \# {between} \#(?: {results})?"
    yield rf"(?:\# \w+ )?\# {between} \# {results}"
    yield rf"\# {results}"


def _any(key: str) -> str:
    """The words of all languages under a key of the table, the longest first."""
    found = {word for words in _table().values() for word in words.get(key, ())}
    return f"(?:{'|'.join(sorted(found, key=lambda word: (-len(word), word)))})"


def _ago(words: dict[str, list[str]]) -> Iterator[str]:
    units, lead, one = ("|".join(words[key]) for key in ("units", "lead", "one"))
    opened = rf"(?:(?:{lead})(?: on)?:? )"
    spans = rf"(?:\#|(?:{one}) ) ?(?:{units})\.?"
    for before in words.get("before", [""]):
        for after in words.get("after", [""]):
            if before or after or "after" in words:
                yield rf"{opened}?{before} ?{spans} ?{after}"
    yield rf"{opened}?(?:{'|'.join(words['now'])})"
