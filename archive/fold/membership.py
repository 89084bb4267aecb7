"""Which lines of a page belong to the document: decided once for each line, over all readings (pure).

Membership is a property of a line where it stands. The readings vote; lines that stand alike are decided together; the main
part of the page is judged more generously than the rest of it, and most generously if it is no running text but a list.
Links outside the main part never belong, and neither does a heading that heads nothing of the document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from pagewitness.archive.fold.reading_view import Group, Line, ReadingView
from pagewitness.archive.fold.votes import Pool, Votes

MEMBER = 0.5  # mean chance from which a line is a member wherever it stands
IN_TEXT = 0.25  # the same in the main part of a page of running text
IN_LIST = 0.05  # the same in the main part of a list
LINKED = 0.3  # the same for links in the main part of running text, amid it
BESIDE = 0.3  # the same for a line whose group is likely
ALONE = 1.5  # lines of a group at a time that are one
FEW = 3  # lines of a group that decide together
MANY = 30  # links at a time that are more than a list in a text
RUNNING = 0.75  # of the letters of the main part are likely, on a page of running text,
LETTERS = 800  # or as many letters in each reading


@dataclass(frozen=True, slots=True)
class _Standing:
    """A group's lines together.

    Attributes:
        lines: how many lines it has ever had that are not barred.
        mean: their mean chance.
        at_once: how many of them a reading shows.
        repeated: how many of them the site repeats.
    """

    lines: int = 0
    mean: float = 0.0
    at_once: float = 0.0
    repeated: int = 0

    @property
    def is_repeated(self) -> bool:
        """Whether what the site repeats stands here, and so does what it turns into."""
        return 2 * self.repeated > self.lines or (self.repeated > 0 and self.at_once < ALONE)


class Membership:
    """The members among the lines of a page.

    Args:
        pool: what its readings say.
        boilerplate: the keys of lines that the site repeats: no members.
    """

    def __init__(self, pool: Pool, boilerplate: Set[str] = frozenset()) -> None:
        self._pool = pool
        self._boilerplate = boilerplate
        self._known: dict[Line, bool] = {}
        self._judged: dict[Line, bool] = {}

    def members(self, view: ReadingView) -> tuple[int, ...]:
        """The places of a reading's blocks that are members."""
        return tuple(at for at, line in enumerate(view.lines) if line[0] and self.is_member(line))

    def is_member(self, line: Line) -> bool:
        """Whether a line is a member where it stands."""
        known = self._known.get(line)
        if known is None:
            known = self._known[line] = self._belongs(line) and line not in self._empty
        return known

    def chance(self, line: Line) -> float:
        """The mean chance that a line is the document, 0 to 1; 0 for one that no reading shows."""
        votes = self._pool.lines.get(line)
        return _mean(votes) if votes is not None and votes.shown else 0.0

    def is_sure(self, line: Line) -> bool:
        """Whether a line is likely to belong to the document wherever it stands, so that its change counts at once."""
        votes = self._pool.lines.get(line)
        if votes is None or not votes.shown:
            return False
        group = self._groups[line[1]]
        shared = group.mean if group.lines >= FEW else 0.0
        return max(self.chance(line), votes.document / votes.shown, shared) >= MEMBER

    @cached_property
    def is_running(self) -> bool:
        """Whether the main part is a running text, and its links are no list that is the document."""
        pool = self._pool
        return pool.likely >= RUNNING * max(1, pool.letters) or pool.likely >= LETTERS * max(1, pool.readings)

    @cached_property
    def _groups(self) -> dict[Group, _Standing]:
        lines: dict[Group, list[Votes]] = defaultdict(list)
        repeated = Counter[Group]()
        for (key, group), votes in self._pool.lines.items():
            if not _is_barred(votes):
                lines[group].append(votes)
                repeated[group] += key in self._boilerplate
        found: dict[Group, _Standing] = defaultdict(_Standing)
        for group, own in lines.items():
            mean, shown = sum(map(_mean, own)) / len(own), sum(votes.shown for votes in own)
            found[group] = _Standing(len(own), mean, shown / self._pool.shown[group], repeated[group])
        return found

    def _belongs(self, line: Line) -> bool:
        known = self._judged.get(line)
        if known is None:
            known = self._judged[line] = self._is_likely(line)
        return known

    def _is_likely(self, line: Line) -> bool:
        key, group = line
        votes = self._pool.lines.get(line)
        if votes is None or _is_barred(votes) or key in self._boilerplate or _is_menu(group):
            return False
        mean, siblings, running = _mean(votes), self._groups[group], self.is_running
        if siblings.is_repeated:
            return False
        shared = siblings.mean if siblings.lines >= FEW else mean
        inside = 2 * (votes.amid if running else votes.main) > votes.shown
        main = inside and group.zone == "main"
        own = mean > MEMBER or (
            2 * votes.document >= votes.shown and (not group.linked or mean >= MEMBER or not running)
        )
        if group.linked and running:
            own = own and (siblings.at_once < FEW or siblings.mean > MEMBER)
            linked = siblings.mean if siblings.at_once >= 2 else mean
            own = own or (main and siblings.at_once <= MANY and linked > LINKED)
        elif main:
            own = own or shared > (IN_TEXT if running or siblings.at_once < FEW else IN_LIST)
        return own or (siblings.lines >= FEW and (inside or mean > BESIDE) and siblings.mean > MEMBER)

    @cached_property
    def _empty(self) -> set[Line]:
        """The headings that are unlikely by themselves and head no member in most readings."""
        asked = {
            line: votes
            for line, votes in self._pool.lines.items()
            if votes.below and _mean(votes) < MEMBER and self._belongs(line)
        }
        found: set[Line] = set()
        while True:  # a heading may stand below another one
            more = {
                line
                for line, votes in asked.items()
                if line not in found
                and 2 * sum(n for below, n in votes.below.items() if below in found or not self._belongs(below))
                > votes.shown
            }
            if not more:
                return found
            found |= more


def _is_menu(group: Group) -> bool:
    """Whether links outside of the main part stand there."""
    return group.linked and group.zone != "main"


def _mean(votes: Votes) -> float:
    return votes.chance / (100 * votes.shown)


def _is_barred(votes: Votes) -> bool:
    return 2 * votes.barred > votes.shown
