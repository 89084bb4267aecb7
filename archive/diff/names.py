"""Which tokens of a text are numbers, and which runs of them are names (pure).

Each token is written as one letter, its kind, so that regular expressions find runs of tokens, in a quarter of the time of a
loop over tokens.

A name is a run of capitalised words, with particles in its middle, that does not just begin a sentence. In a text that
capitalises freely only runs of several words and words in capitals count. Months may be part of a name (Theresa May, April
Jones, House of April). Months alone may be a person or a time ("by the end of May"), and so may one word and months at the
beginning of a sentence, or where all nouns have capitals ("In May", "Ende Mai", "Theresa May"). Nothing in their shape says
which, so they are not listed as names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pagewitness.archive.diff.tokens import Token, key, names_month, says_something
from pagewitness.archive.text.dates import month

# Words in the middle of a name: Chamber of Trade, Office for the Protection of the Constitution.
PARTICLES = frozenset(
    ["of", "the", "for", "de", "du", "des", "del", "della", "di", "da", "do", "dos", "der", "den", "van", "von"]
)
FREELY = 0.25  # a text that capitalises more than this share of its words within sentences
ENOUGH = 20  # words within sentences that are enough to decide that
MOST_KNOWN = 1 << 16  # kinds that are remembered

# C capitalised, K in capitals, M a month with a capital, p a particle, w another word, d a date, x a word that begins with
# no letter, n one that is a number; between words: "%" a sign of a number, "," what begins nothing new, "." what does.
_BEGINS = r"(?:^|[.%]),*"  # a sentence, or a cell, or what a quote or a colon opens
_NAME = re.compile(rf"(?P<begins>{_BEGINS})?(?P<run>[CKM][CKMp]*)")
_MONTHS = re.compile("M[Mp]*")
_ONE_AND_MONTHS = re.compile("[CK]M+")  # Theresa May; or "In May" at the beginning of a sentence, "Ende Mai" in German
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
    if names_month(core):
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
    """The (start, end) of the runs of tokens that are names.

    Args:
        freely: whether the text capitalises freely.
    """
    for match in _NAME.finditer(kinds):
        run = match["run"].rstrip("p")
        start = match.start("run")
        begins = match["begins"] is not None
        if _MONTHS.fullmatch(run) or ((freely or begins) and _ONE_AND_MONTHS.fullmatch(run)):
            continue
        if len(run) > 1 or run == "K" or not (freely or begins):
            yield start, start + len(run)


def capitalises_freely(texts: Iterable[str]) -> bool:
    """Whether capitals mean little, given the kinds of the tokens of some texts."""
    within = capitalised = 0
    for kinds in texts:
        firsts = "".join(_FIRST.findall(kinds))
        counts = {kind: kinds.count(kind) - firsts.count(kind) for kind in "CKMpwd"}
        within += sum(counts.values())
        capitalised += sum(counts[kind] for kind in "CKM")
    return within >= ENOUGH and capitalised > FREELY * within
