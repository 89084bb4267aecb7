"""Choose where a change begins if several places are possible: `A {+b A+}` is `{+A b+} A` (pure)."""

from __future__ import annotations

from pagewitness.archive.diff.runs import PAUSES, STOPS, TokenRun
from pagewitness.archive.diff.tokens import Token

BEGINNING = 1  # the quality of the beginning of the text as a border: better than one within a word


def slide(runs: list[TokenRun]) -> None:
    """Move each change that only adds or only removes to where it reads best."""
    for place in range(1, len(runs) - 1):
        before, change, after = runs[place - 1 : place + 2]
        if before.same and after.same and bool(change.old) != bool(change.new):
            side = change.old or change.new
            steps = _best_slide(before, side, after, removed=bool(change.old), first=place == 1)
            for _ in range(-steps):
                _roll_left(before, side, after, removed=bool(change.old))
            for _ in range(steps):
                _roll_right(before, side, after, removed=bool(change.old))
    if runs[0].same and not runs[0].old:
        del runs[0]


def together(runs: list[TokenRun]) -> list[TokenRun]:
    """Join two additions, or two removals, if the second can slide back over all that agrees between them.

    `{+any+} paid {+advertisement such as paid+} search` is `{+any paid advertisement such as+} paid search`.
    """
    kept: list[TokenRun] = []
    for run in runs:
        kept.append(run)
        if len(kept) >= 3 and not run.same and kept[-2].same and not kept[-3].same:
            first, between, second = kept[-3:]
            removed = bool(second.old)
            if bool(first.old) != removed or bool(first.new) == removed or bool(second.new) == removed:
                continue
            mine, other = (between.old, between.new) if removed else (between.new, between.old)
            side = second.old if removed else second.new
            length = len(mine)
            if len(side) >= length and [one.key for one in side[-length:]] == [one.key for one in other]:
                changed = [*(first.old if removed else first.new), *mine, *side[:-length]]
                stays = side[-length:]
                kept[-3:] = [
                    TokenRun(False, changed if removed else [], [] if removed else changed),
                    TokenRun(True, stays if removed else other, other if removed else stays),
                ]
    return kept


def _best_slide(before: TokenRun, side: list[Token], after: TokenRun, *, removed: bool, first: bool) -> int:
    """The number of tokens to slide, negative to the left; of equally good places the rightmost one.

    Args:
        first: whether the text begins with the run before, over which the change may then slide whole.
    """
    mine = (before.old if removed else before.new) + side + (after.old if removed else after.new)
    start, length = len(before.old), len(side)
    left = right = 0
    while left < start - (0 if first else 1) and mine[start - 1 - left].key == mine[start + length - 1 - left].key:
        left += 1
    while right < len(after.old) - 1 and mine[start + right].key == mine[start + length + right].key:
        right += 1

    def strength(steps: int) -> int:
        begin = start + steps
        opening = _border(mine[begin - 1], mine[begin]) if begin else BEGINNING
        return opening + _border(mine[begin + length - 1], mine[begin + length])

    return max(range(-left, right + 1), key=lambda steps: (strength(steps), steps))


def _border(before: Token, after: Token) -> int:
    """The quality of the place between two tokens as a border."""
    if not after.core or "\n" in after.gap:
        return 5
    if not after.gap:
        return 0
    if before.core in STOPS:
        return 4
    return 2 if before.core in PAUSES or after.core in "(|" else 1


def _roll_left(before: TokenRun, side: list[Token], after: TokenRun, *, removed: bool) -> None:
    """Move a change by one token to the left; each text keeps its own form of the token that it passes."""
    passed = before.old.pop(), before.new.pop()
    side.insert(0, passed[0] if removed else passed[1])
    mine = side.pop()
    after.old.insert(0, mine if removed else passed[0])
    after.new.insert(0, passed[1] if removed else mine)


def _roll_right(before: TokenRun, side: list[Token], after: TokenRun, *, removed: bool) -> None:
    """Move a change by one token to the right."""
    passed = after.old.pop(0), after.new.pop(0)
    side.append(passed[0] if removed else passed[1])
    mine = side.pop(0)
    before.old.append(mine if removed else passed[0])
    before.new.append(passed[1] if removed else mine)
