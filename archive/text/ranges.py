"""Numbers of pages in short (pure)."""

from __future__ import annotations

from collections.abc import Iterable


def page_ranges(numbers: Iterable[int]) -> str:
    """Page numbers in short: neighbours as a range, commas between.

    Args:
        numbers: in any order; duplicates count once.

    >>> page_ranges([7, 1, 2, 3])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
