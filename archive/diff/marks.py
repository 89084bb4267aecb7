"""Two texts -> pieces that are in both, in the old one, or in the new one (pure).

Words are aligned first (`alignment`). An alignment often is not the edit that a person made: a *the* in two different
sentences cuts both into fragments. So an agreement that weighs little beside the changes around it joins them, a sentence with
little left of it is replaced whole, and a change with several possible places (`A {+b A+}`, `{+A b+} A`) moves to where a
sentence, a clause or at least a word begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pagewitness.archive.diff import alignment
from pagewitness.archive.diff.runs import CELL, STOPS, TokenRun, merged, one_change, runs_of, weight
from pagewitness.archive.diff.sliding import slide, together
from pagewitness.archive.diff.tokens import Token, Vocabulary, is_word, joined, tokenise
from pagewitness.archive.text.dates import dated
from pagewitness.archive.text.words import undressed

Words = tuple[tuple[str, str], ...]

SALAD = 0.2  # two texts that agree in less than this share of their words: one replaces the other
REWRITTEN = 0.5  # a sentence with several changes that kept less than this share is replaced
SEVERAL = 3
LONG = 200_000  # characters
_BREAKS = STOPS | {CELL}
CHANCE = 0.5  # an agreement with less than this share of the weight of the lighter change beside it is chance


def word_by_word(
    old: str,
    new: str,
    *,
    cut: Callable[[str], list[Token]] = tokenise,
    late: Callable[[], bool] = lambda: False,
    on_coarse: Callable[[], None] = lambda: None,
) -> Words:
    """Two texts as pieces: `=` in both, `-` in the old one, `+` in the new one.

    Joining the `=` and `-` pieces gives the old text to the letter, joining the `=` and `+` pieces the new one.

    Args:
        cut: gives the tokens of a text.
        late: whether the time for it is over.
        on_coarse: called if a stretch counts as replaced without a comparison, because it is too long or it is late.

    >>> word_by_word("It is likely.", "It is very unlikely.")
    (('=', 'It is '), ('-', 'likely'), ('+', 'very unlikely'), ('=', '.'))
    """
    if old == new:
        return (("=", new),) if new else ()
    before, after = cut(old), cut(new)
    vocabulary = Vocabulary()
    stretches = alignment.equals(
        vocabulary.spell([token.key for token in before[:-1]]),
        vocabulary.spell([token.key for token in after[:-1]]),
        late=late,
        on_coarse=on_coarse,
    )
    runs = merged(together(list(runs_of(before, after, stretches))))
    runs = _salad_replaced(_without_crumbs(runs))
    runs = [run for sentence in _sentences(runs) for run in _rewritten(sentence)]
    runs = merged(runs)
    slide(runs)
    return _pieces(runs)


def replaced(old: str, new: str) -> Words:
    """Two texts as pieces without comparing words: their common beginning and end, and all between as replaced.

    Long ones are not cut into tokens: their common parts end at a blank.
    """
    if len(old) + len(new) > LONG:
        start, end = alignment.common(old, new)
        start = old.rfind(" ", 0, start) + 1
        blank = old.find(" ", len(old) - end)
        end = len(old) - blank if blank >= 0 else 0
        middle = [("-", old[start : len(old) - end]), ("+", new[start : len(new) - end])]
        return _merged([("=", old[:start]), *middle, ("=", old[len(old) - end :])])
    before, after = tokenise(old), tokenise(new)
    vocabulary = Vocabulary()
    one = vocabulary.spell([token.key for token in before[:-1]])
    other = vocabulary.spell([token.key for token in after[:-1]])
    start, end = alignment.common(one, other)
    ends = [(0, 0, start), (len(one) - end, len(other) - end, end)]
    return _pieces(list(runs_of(before, after, [stretch for stretch in ends if stretch[2]])))


# --- agreements by chance ---------------------------------------------------------------------------------------------


def _without_crumbs(runs: list[TokenRun]) -> list[TokenRun]:
    """Join chance agreements with the changes around them, until none is left."""
    kept: list[_Weighed] = []
    for run in runs:
        kept.append(_Weighed([run], weight(run.old), weight(run.new)))
        while len(kept) >= 3 and not run.same and kept[-2].parts[0].same and _is_crumb(*kept[-3:]):
            first, *rest = kept[-3:]
            for other in rest:
                first.parts += other.parts
                first.old += other.old
                first.new += other.new
            del kept[-2:]
    return [one.parts[0] if len(one.parts) == 1 else one_change(one.parts) for one in kept]


@dataclass(slots=True)
class _Weighed:
    """Joined runs, with the weight of each side; an agreement is always a single run."""

    parts: list[TokenRun]
    old: float
    new: float


def _is_crumb(first: _Weighed, between: _Weighed, second: _Weighed) -> bool:
    """Whether an agreement is chance: light beside the lighter of the changes around it, each by its heavier side."""
    if between.old < 0.5:  # a comma
        return True
    return between.old < CHANCE * min(max(change.old, change.new) for change in (first, second))


def _salad_replaced(runs: list[TokenRun]) -> list[TokenRun]:
    """If hardly anything but the two ends agrees, all between them is replaced."""
    agreed = sum(map(is_word, chain.from_iterable(run.old for run in runs if run.same)))
    sides = [list(chain.from_iterable(side(run) for run in runs)) for side in (_old, _new)]
    if agreed >= SALAD * max(map(len, sides)):  # without checking which of them are words
        return runs
    most = max(sum(map(is_word, side)) for side in sides)
    if agreed >= SALAD * most or any(token.core == CELL for side in sides for token in side):
        return runs
    first = 1 if runs[0].same else 0
    inner = runs[first:-1]
    if len(inner) < 2:
        return runs
    return [*runs[:first], one_change(inner), runs[-1]]


def _sentences(runs: list[TokenRun]) -> Iterator[list[TokenRun]]:
    """The runs cut after each end of a sentence and each border of a cell that both texts have."""
    sentence: list[TokenRun] = []
    for run in runs:
        start = 0
        for at in [at for at, token in enumerate(run.old) if token[1] in _BREAKS] if run.same else ():
            yield [*sentence, TokenRun(True, run.old[start : at + 1], run.new[start : at + 1])]
            sentence, start = [], at + 1
        rest = TokenRun(run.same, run.old[start:], run.new[start:]) if run.same else run
        if rest.old or rest.new:
            sentence.append(rest)
    yield sentence


def _rewritten(sentence: list[TokenRun]) -> list[TokenRun]:
    """A sentence, replaced from its first change to its last if little between them is the same."""
    changes = [place for place, run in enumerate(sentence) if not run.same]
    if len(changes) < SEVERAL:
        return sentence
    first, last = changes[0], changes[-1] + 1
    stayed = sum(weight(run.old) for run in sentence if run.same)
    changed = max(sum(weight(side(run)) for run in sentence if not run.same) for side in (_old, _new))
    if stayed >= REWRITTEN * (stayed + changed):
        return sentence
    return [*sentence[:first], one_change(sentence[first:last]), *sentence[last:]]


def _old(run: TokenRun) -> list[Token]:
    return run.old


def _new(run: TokenRun) -> list[Token]:
    return run.new


# --- tokens to text ---------------------------------------------------------------------------------------------------


def _pieces(runs: list[TokenRun]) -> Words:
    """The runs as text. A change begins with its word and ends with the blank: `is {+very +}likely`."""
    parts: list[tuple[str, str]] = []
    given = False  # whether the blanks before the next agreement are written already
    for place, run in enumerate(runs):
        if run.same:
            parts += _agreement(run, given)
            given = False
            continue
        after = runs[place + 1]
        if run.old and run.new:
            parts += _change(run)
        else:
            side = run.old or run.new
            mark, (mine, other) = ("-", (0, 1)) if run.old else ("+", (1, 0))
            gaps = after.old[0].gap, after.new[0].gap
            if gaps[other] == side[0].gap:
                parts += [("=", side[0].gap), (mark, joined(side).removeprefix(side[0].gap) + gaps[mine])]
                given = True
            else:
                parts.append((mark, joined(side)))
    return _merged(parts)


def _agreement(run: TokenRun, given: bool) -> Iterator[tuple[str, str]]:
    """The letters of an agreement; with `given`, without the blanks before it."""
    if run.old == run.new:
        text = joined(run.new)
        yield "=", text.removeprefix(run.new[0].gap) if given else text
        return
    for place, (old, new) in enumerate(zip(run.old, run.new, strict=True)):
        if place or not given:
            yield from _either(old.gap, new.gap)
        yield from _either(old.core, new.core)


def _change(run: TokenRun) -> list[tuple[str, str]]:
    old, new, gap = joined(run.old), joined(run.new), ""
    if run.old[0].gap == run.new[0].gap:
        gap = run.old[0].gap
    return [("=", gap), ("-", old.removeprefix(gap)), ("+", new.removeprefix(gap))]


def _either(old: str, new: str) -> list[tuple[str, str]]:
    return [("=", old)] if old == new else [("-", old), ("+", new)]


def _merged(parts: list[tuple[str, str]]) -> Words:
    """Pieces without empty ones, neighbours of one mark joined, removed text before added."""
    merged: list[tuple[str, str]] = []
    waiting = {"=": "", "-": "", "+": ""}
    for mark, text in [*parts, ("=", "")]:
        if text and (mark == "=") is not bool(waiting["="]) and any(waiting.values()):
            merged += [(one, piece) for one, piece in waiting.items() if piece]
            waiting = {"=": "", "-": "", "+": ""}
        waiting[mark] += text
    return (*merged, *((one, piece) for one, piece in waiting.items() if piece))


def readable(pieces: Words) -> Words:
    """The pieces for people, no longer to the letter.

    Changes of typography only (quotes, dashes) are shown as unchanged, in the new form, and blanks at the ends of a mark
    are outside of it.
    """
    shown: list[tuple[str, str]] = []
    for mark, text in pieces:
        if mark == "+" and text.strip() and shown and shown[-1][0] == "-" and _looks_alike(shown[-1][1], text):
            shown.pop()
            mark = "="
        shown.append((mark, text))
    outside: list[tuple[str, str]] = []
    for mark, text in _merged(shown):
        core = text if mark == "=" else text.strip(" ")
        start = text.index(core) if core else len(text)
        outside += [("=", text[:start]), (mark, core), ("=", text[start + len(core) :])]
    return _without_double_blanks(part for part in outside if part[1])


def _looks_alike(old: str, new: str) -> bool:
    return dated(undressed(old)) == dated(undressed(new))


def _without_double_blanks(parts: Iterable[tuple[str, str]]) -> Words:
    single: list[tuple[str, str]] = []
    for mark, text in parts:
        if mark == "=" and text[0] == " " and single and single[-1] == ("=", " "):
            text = text[1:]
        if text:
            single.append((mark, text))
    return _merged(single)
