"""Two block lists -> a Change: aligned, then edited blocks word by word (pure).

Blocks are the same when they have the same words (`words.plain`). What is left between them is paired in order by the
words that two blocks share; a pair is *edited*, the others are *removed* and *added*. Words are compared as tokens
(words, numbers, punctuation, white space), so that joining the `=` and `-` parts gives the old block to the letter,
and the `=` and `+` parts the new one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pagewitness.archive import words

ALIKE = 0.5  # two blocks that share this much of their words are one block, edited
ALONE = 0.25  # so are two that nothing else stands beside, when they share this much
PAIRED = 40_000  # block pairs compared between two blocks that stayed; beyond it they are not paired
COMPARED = 4_000_000  # token pairs within a pair of blocks; beyond it the block counts as replaced
_PIECE = re.compile(r"[^\W_]+|\s+|[^\w\s]|_")

Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """One block of a change.

    Attributes:
        change: `same`, `added`, `removed` or `edited`.
        kind: of the block.
        old, new: its text before and after; None where it did not stand.
        words: pieces of text, each with `=`, `-` or `+`.
    """

    change: str
    kind: str
    old: str | None
    new: str | None
    words: Words


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two texts: all their blocks, in order."""

    hunks: tuple[Hunk, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return all(hunk.change == "same" for hunk in self.hunks)

    def summary(self) -> dict[str, int]:
        """Blocks added, removed, moved and edited, and words added and removed."""
        blocks = Counter(hunk.change for hunk in self.hunks)
        count = {"+": 0, "-": 0}
        for hunk in self.hunks:
            for mark, text in hunk.words:
                if mark in count:
                    count[mark] += words.count_words([text])
        return {
            **{change: blocks[change] for change in ("added", "removed", "moved", "edited")},
            "words_added": count["+"],
            "words_removed": count["-"],
        }


Piece = tuple[str, str]  # (kind, text) of a block


def compare(old: Sequence[Piece], new: Sequence[Piece]) -> Change:
    """What changed from one text to another.

    Args:
        old, new: the (kind, text) of their blocks, in order.
    """
    before, after = [words.plain(text) for _, text in old], [words.plain(text) for _, text in new]
    hunks: list[Hunk] = []
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        if tag == "equal":
            hunks += (_same(old[i], new[j]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True))
        else:
            hunks += _between(old[i1:i2], new[j1:j2])
    return Change(tuple(hunks))


def _same(old: Piece, new: Piece) -> Hunk:
    return Hunk("same", new[0], old[1], new[1], (("=", new[1]),))


def _between(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Hunk]:
    """The hunks for two runs of blocks of which none is the same."""
    i = 0
    pairs = _pairs([text for _, text in old], [text for _, text in new])
    for j, (kind, text) in enumerate(new):
        partner = pairs.get(j)
        if partner is None:
            yield Hunk("added", kind, None, text, (("+", text),))
            continue
        yield from (_removed(piece) for piece in old[i:partner])
        yield Hunk("edited", kind, old[partner][1], text, word_by_word(old[partner][1], text))
        i = partner + 1
    yield from (_removed(piece) for piece in old[i:])


def _removed(old: Piece) -> Hunk:
    return Hunk("removed", old[0], old[1], None, (("-", old[1]),))


def _pairs(old: list[str], new: list[str]) -> dict[int, int]:
    """new block -> old block, in order, so that the pairs are together as much alike as can be (an alignment)."""
    if not old or not new or len(old) * len(new) > PAIRED:
        return {}
    enough = ALONE if len(old) == len(new) == 1 else ALIKE
    bags = [Counter(words.folded_tokens(text)) for text in old], [Counter(words.folded_tokens(text)) for text in new]
    # best[i][j]: the likeness of the best alignment of old[i:] with new[j:].
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(one, other) for other in bags[1]] for one in bags[0]]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= enough else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = {}, 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] >= enough and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs[j] = i
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def word_by_word(old: str, new: str) -> Words:
    """Two texts as pieces: `=` in both, `-` in the old one, `+` in the new one.

    >>> word_by_word("It is likely.", "It is very likely.")
    (('=', 'It is '), ('+', 'very '), ('=', 'likely.'))
    """
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) * len(after) > COMPARED:
        return (("-", old), ("+", new))
    parts: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in _without_crumbs(_opcodes(before, after), before):
        if tag == "equal":
            parts.append(("=", "".join(before[i1:i2])))
            continue
        parts += [(mark, text) for mark, text in (("-", "".join(before[i1:i2])), ("+", "".join(after[j1:j2]))) if text]
    return tuple(_slid(parts))


def _slid(parts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Let a change begin with its word and end with the blank: `is {+very +}likely`, not `is{+ very+} likely`."""
    for place, (mark, text) in enumerate(parts):
        alone = mark != "=" and 0 < place < len(parts) - 1 and parts[place - 1][0] == parts[place + 1][0] == "="
        if alone and text[0].isspace() and parts[place + 1][1].startswith(text[0]):
            blank = text[0]
            parts[place - 1 : place + 2] = [
                ("=", parts[place - 1][1] + blank), (mark, text[1:] + blank), ("=", parts[place + 1][1].removeprefix(blank)),
            ]  # fmt: skip
    return (part for part in parts if part[1])


Opcode = tuple[str, int, int, int, int]


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """difflib's opcodes, with what both begin and end with taken off first."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    for tag, i1, i2, j1, j2 in middle.get_opcodes():
        yield tag, i1 + start, i2 + start, j1 + start, j2 + start
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _without_crumbs(opcodes: Iterator[Opcode], old: Sequence[str]) -> Iterator[Opcode]:
    """Take blanks and single marks between two changes into the change: nobody reads a salad of words."""
    held: Opcode | None = None
    for code in opcodes:
        crumb = code[0] == "equal" and not any(words.tokens(piece) for piece in old[code[1] : code[2]])
        if held and (code[0] != "equal" or crumb):
            held = ("replace", held[1], code[2], held[3], code[4])
            continue
        if held:
            yield held
            held = None
        if code[0] == "equal":
            yield code
        else:
            held = code
    if held:
        yield held
