"""Two sequences -> which stretches of them are the same (pure).

Short ones go to rapidfuzz, which finds a longest common subsequence with bit-parallel arithmetic: 1 ms for 2,000 against
2,000, but 0.9 s and 300 MB for 50,000 against 50,000. So long ones are first cut at equal
stretches that occur once in each (the idea of patience diff), and the parts between the cuts are compared separately.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Equal = tuple[int, int, int]  # old[i : i + length] is new[j : j + length]

QUICK = (
    1_000_000  # elements of one times elements of the other that are compared even when it is late: half a millisecond
)
SHORT = 4_000_000  # elements of one times elements of the other that rapidfuzz compares at once
LONG = 36_000_000  # the same where nothing can be cut; a longer stretch counts as replaced
WIDTHS = (12, 4, 1)  # lengths of the stretches to cut at


@dataclass(frozen=True, slots=True)
class _Limit:
    """When to stop comparing, and what to call if that leaves something out."""

    late: Callable[[], bool]
    on_coarse: Callable[[], None]


def equals(
    old: str, new: str, *, late: Callable[[], bool] = lambda: False, on_coarse: Callable[[], None] = lambda: None
) -> list[Equal]:
    """The stretches that two sequences share, in order of both, none empty, no two adjacent.

    Args:
        old, new: sequences as strings, a character for each element.
        late: whether the time for it is over; then the rest counts as replaced.
        on_coarse: called if a stretch counts as replaced without a comparison, because it is too long or it is late.
    """
    merged: list[Equal] = []
    for i, j, length in _equals(old, new, (0, 0), WIDTHS, _Limit(late, on_coarse)):
        if merged and merged[-1][0] + merged[-1][2] == i and merged[-1][1] + merged[-1][2] == j:
            merged[-1] = (merged[-1][0], merged[-1][1], merged[-1][2] + length)
        elif length:
            merged.append((i, j, length))
    return merged


def _equals(old: str, new: str, at: tuple[int, int], widths: tuple[int, ...], limit: _Limit) -> Iterator[Equal]:
    """The equal stretches of two sequences that begin at these places of the whole."""
    i, j = at
    start, end = common(old, new)
    yield i, j, start
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if middle_old and middle_new:
        yield from _middle(middle_old, middle_new, (i + start, j + start), widths, limit)
    yield i + len(old) - end, j + len(new) - end, end


def _middle(old: str, new: str, at: tuple[int, int], widths: tuple[int, ...], limit: _Limit) -> Iterator[Equal]:
    """The equal stretches of two sequences that begin and end differently."""
    i, j = at
    if len(old) * len(new) > QUICK and limit.late():
        limit.on_coarse()
    elif len(old) * len(new) <= SHORT or (not widths and len(old) * len(new) <= LONG):
        from rapidfuzz.distance import Indel

        yield from (
            (i + code.src_start, j + code.dest_start, code.src_end - code.src_start)
            for code in Indel.opcodes(old, new)
            if code.tag == "equal"
        )
    elif not widths:
        limit.on_coarse()
    else:
        at_old = at_new = 0
        for cut_old, cut_new in [*_cuts(old, new, widths[0]), (len(old), len(new))]:
            rest_old, rest_new = old[at_old:cut_old], new[at_new:cut_new]
            yield from _equals(rest_old, rest_new, (i + at_old, j + at_new), widths[1:], limit)
            at_old, at_new = cut_old, cut_new


def common(old: str, new: str) -> tuple[int, int]:
    """How many elements two sequences have in common at their beginning, and at the end of the rest."""
    shorter = min(len(old), len(new))
    start = _longest(shorter, lambda length: old[:length] == new[:length])
    end = _longest(shorter - start, lambda length: old[len(old) - length :] == new[len(new) - length :])
    return start, end


def _longest(most: int, agrees: Callable[[int], bool]) -> int:
    """The greatest length up to `most` at which two sequences agree; they agree at all smaller ones."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if agrees(middle) else (least, middle - 1)
    return least


def _cuts(old: str, new: str, width: int) -> list[tuple[int, int]]:
    """Where stretches of a width begin that occur once in each sequence, in order; of a run of them only the first."""
    there = _once(new, width)
    pairs = ascending(sorted((i, there[stretch]) for stretch, i in _once(old, width).items() if stretch in there))
    return [pair for pair, (i, j) in zip(pairs, [(-1, -1), *pairs], strict=False) if pair != (i + 1, j + 1)]


def _once(text: str, width: int) -> dict[str, int]:
    """Stretch -> its place, for stretches that occur once."""
    found: dict[str, int] = {}
    for place in range(len(text) - width + 1):
        stretch = text[place : place + width]
        found[stretch] = -1 if stretch in found else place
    return {stretch: place for stretch, place in found.items() if place >= 0}


def ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that ascends in both places, of pairs sorted by the first."""
    ends: list[int] = []  # the smallest second with which an ascent of each length ends
    holders: list[int] = []  # and the number of its pair
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(holders[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        holders[length : length + 1] = [number]
    chain = []
    at = holders[-1] if holders else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def heaviest(pairs: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The heaviest chain of weighted pairs that ascends in both places.

    A Fenwick tree over the old places holds the heaviest chain that ends before each.
    """
    size = max((i for i, _, _ in pairs), default=0) + 2
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    before: list[int] = []
    weights: list[float] = []
    ordered = sorted(pairs, key=lambda pair: (pair[1], -pair[0]))
    for number, (i, _, weight) in enumerate(ordered):
        heaviest, at = (0.0, -1), i
        while at > 0:
            heaviest, at = max(heaviest, tree[at]), at - (at & -at)
        before.append(heaviest[1])
        weights.append(heaviest[0] + weight)
        at = i + 1
        while at <= size:
            tree[at], at = max(tree[at], (weights[-1], number)), at + (at & -at)
    chain = []
    number = max(range(len(ordered)), key=weights.__getitem__, default=-1)
    while number >= 0:
        chain.append(ordered[number][:2])
        number = before[number]
    return chain[::-1]
