"""Which tokens of a text are numbers, and which runs of them are names (pure).

Each token is written as one letter that says of what kind it is; so regular expressions find runs of tokens, which takes
a quarter of the time that a look at each token does.

A name is a run of capitalised words that does not just begin a sentence, with particles in its middle. In a text that
capitalises freely only runs of several words and words in capitals count. A month is in no name but in its middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pagewitness.archive.dates import month
from pagewitness.archive.diff.tokens import Token, is_date, key, says_something

# What may stand in the middle of a name: Chamber of Trade, Office for the Protection of the Constitution.
PARTICLES = frozenset(
    ["of", "the", "for", "de", "du", "des", "del", "della", "di", "da", "do", "dos", "der", "den", "van", "von"]
)
FREELY = 0.25  # a text that capitalises more than this share of its words within sentences
ENOUGH = 20  # words within sentences that are enough to say so
MOST_KNOWN = 1 << 16  # kinds that are remembered

# C capitalised, K in capitals, M a month with a capital, p a particle, w another word, d a date, x a word that begins with
# no letter, n one that is a number; between words: "%" a sign of a number, "," what begins nothing new, "." what does.
_BEGINS = r"(?:^|[.%]),*"  # a sentence, or a cell, or what a quote or a colon opens
_NAME = re.compile(rf"(?P<begins>{_BEGINS})?(?P<run>[CK][CKMp]*)")
_FIRST = re.compile(rf"{_BEGINS}([^.%,])")


class _Kinds(dict[str, str]):
    """The core of a token -> its kind."""

    def __missing__(self, core: str) -> str:
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[core] = kind = _kind(core)
        return kind


_kinds = _Kinds()


def _kind(core: str) -> str:
    if core[-1] in "%‰°":
        return "n" if says_something(core) else "%"
    if not says_something(core):
        return "," if key(core) in ",;/-" else "."
    if is_date(core):
        return "d"
    letters = any(map(str.isalpha, core))
    if not letters and any(map(str.isdigit, core)):
        return "n"
    if core[0].isupper():
        return "M" if month(core) else "K" if len(core) > 1 and core.isupper() else "C"
    return "p" if core in PARTICLES else "w" if core[0].isalpha() else "x"


def kinds(some: Iterable[Token]) -> str:
    """The kinds of some tokens, a letter each."""
    return "".join([_kinds[core] for _, core, _ in some])


def numbers(kinds: str) -> Iterator[int]:
    """Which tokens are numbers, given the kinds of all."""
    return (match.start() for match in re.finditer("[n%]", kinds))


def dates(kinds: str) -> Iterator[int]:
    """Which tokens are dates that name their month."""
    return (match.start() for match in re.finditer("d", kinds))


def names(kinds: str, freely: bool) -> Iterator[tuple[int, int]]:
    """From where to where the runs of tokens go that are names.

    Args:
        freely: whether the text capitalises freely.
    """
    for match in _NAME.finditer(kinds):
        run = match["run"].rstrip("Mp")
        if len(run) > 1 or run == "K" or not (freely or match["begins"] is not None):
            start = match.start("run")
            yield start, start + len(run)


def capitalises_freely(texts: Iterable[str]) -> bool:
    """Whether capitals say little, given the kinds of the tokens of some texts."""
    within = capitalised = 0
    for kinds in texts:
        firsts = "".join(_FIRST.findall(kinds))
        counts = {kind: kinds.count(kind) - firsts.count(kind) for kind in "CKMpwd"}
        within += sum(counts.values())
        capitalised += counts["C"] + counts["K"] + counts["M"]
    return within >= ENOUGH and capitalised > FREELY * within
