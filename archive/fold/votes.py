"""What the readings of a page say about its lines, added up (pure): a function of the set of readings, in whatever order they came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pagewitness.archive.fold.reading_view import Group, Line, ReadingView

LIKELY = 50  # hundredths: the chance from which the model takes a line for the document


@dataclass(slots=True)
class Votes:
    """What the readings that show a line say about it. A reading that shows it several times speaks once.

    Attributes:
        shown: how many readings show it.
        chance: the sum of its chances, in hundredths.
        document, barred, main, among_text: how many take it for the document, bar it, or place it in the main part.
        text: the id of one of its texts.
        below: as a heading: the lines shown below it, with how many readings show that.
    """

    shown: int = 0
    chance: int = 0
    document: int = 0
    barred: int = 0
    main: int = 0
    among_text: int = 0
    text: int = 0
    below: dict[Line, int] = field(default_factory=dict)


class Pool:
    """The votes on all lines of a page.

    Attributes:
        lines: the votes on each line.
        shown: how many readings show each group.
        readings: how many were added.
        letters: those of all lines in the main part, in all readings.
        likely: how many of them are likely, and not in links.
    """

    def __init__(self) -> None:
        self.lines: dict[Line, Votes] = defaultdict(Votes)
        self.shown: Counter[Group] = Counter()
        self.readings = 0
        self.letters = 0
        self.likely = 0

    def add(self, view: ReadingView) -> None:
        """Add a reading."""
        self.readings += 1
        best: dict[Line, int] = {}
        for at, line in enumerate(view.lines):
            if line[0] and (line not in best or _chance(view, at) > _chance(view, best[line])):
                best[line] = at
        self.shown.update({group for _, group in best})
        for line, at in best.items():
            self._add(line, view, at)

    def _add(self, line: Line, view: ReadingView, at: int) -> None:
        signs, chance, votes = view.blocks[at].signs, _chance(view, at), self.lines[line]
        votes.shown += 1
        votes.chance += chance
        votes.document += view.blocks[at].document
        votes.barred += signs.barred
        votes.main += signs.main
        votes.among_text += signs.among_text
        votes.text = votes.text or (view.texts[at] if view.texts else 0)
        if signs.main:
            letters = len(view.masked[at])
            self.letters += letters
            self.likely += letters if chance >= LIKELY and not line[1].linked else 0
        below = next(_below(view, at), None) if signs.heads else None
        if below is not None:
            votes.below[below] = votes.below.get(below, 0) + 1


def _chance(view: ReadingView, at: int) -> int:
    return round(100 * view.blocks[at].signs.chance)


def _below(view: ReadingView, at: int) -> Iterator[Line]:
    return (line for line in view.lines[at + 1 :] if line[0])
