"""Two texts as runs of equal tokens and changes between them (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pagewitness.archive.diff import alignment
from pagewitness.archive.diff.tokens import Token, names_month, says_something

STOPS, PAUSES = frozenset(".!?…。！？"), frozenset(",;:)|，；：、")
CELL = "|"


@dataclass(slots=True)
class TokenRun:
    """A stretch of tokens that is in both texts (then `old` and `new` are as long), or a change."""

    same: bool
    old: list[Token] = field(default_factory=list)
    new: list[Token] = field(default_factory=list)


def runs_of(old: list[Token], new: list[Token], stretches: list[alignment.Equal]) -> Iterator[TokenRun]:
    """The runs between and in equal stretches of two texts; their ends are always equal."""
    i = j = 0
    ends = (len(old) - 1, len(new) - 1, 1)
    if stretches and stretches[-1][0] + stretches[-1][2] == ends[0] and stretches[-1][1] + stretches[-1][2] == ends[1]:
        *stretches, (last_i, last_j, length) = stretches
        ends = (last_i, last_j, length + 1)
    for at_old, at_new, length in [*stretches, ends]:
        if i < at_old or j < at_new:
            yield TokenRun(False, old[i:at_old], new[j:at_new])
        yield TokenRun(True, old[at_old : at_old + length], new[at_new : at_new + length])
        i, j = at_old + length, at_new + length


def weight(some: list[Token]) -> float:
    """How much some tokens mean: a short word half of a long one, punctuation little, the end of a sentence more.

    The border between two cells of a table weighs more than everything.
    """
    return sum(map(_weight, [core for _, core, _ in some]))


@lru_cache(maxsize=1 << 16)
def _weight(core: str) -> float:
    if core == CELL:
        return float("inf")
    if not says_something(core):
        return 1.0 if core in STOPS else 0.25
    if names_month(core):  # the weight of its parts
        return sum(map(_weight, core.split(" ")))
    return 1.0 if len(core) > 3 or core[0].isdigit() else 0.5


def one_change(runs: list[TokenRun]) -> TokenRun:
    """Runs joined into one change."""
    return TokenRun(False, [token for run in runs for token in run.old], [token for run in runs for token in run.new])


def merged(runs: list[TokenRun]) -> list[TokenRun]:
    """Runs with neighbours of the same kind joined; the first of them is extended."""
    whole: list[TokenRun] = []
    for run in runs:
        if whole and whole[-1].same == run.same:
            whole[-1].old.extend(run.old)
            whole[-1].new.extend(run.new)
        else:
            whole.append(run)
    return whole
