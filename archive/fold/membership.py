"""Which lines of a page belong to the document: decided once for each line, over all readings (pure).

Membership is a property of a line at its place. The readings vote; lines with places alike are decided together; the main
part of the page is judged more generously than the rest of it, and most generously if it is no running text but a list.
Links outside the main part, and those into the page itself, never belong, and neither does a heading that heads nothing of
the document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from pagewitness.archive.fold.reading_view import Group, Line, ReadingView
from pagewitness.archive.fold.votes import Pool, Votes

MEMBER = 0.5  # mean chance from which a line is a member anywhere
# The same in the main part of a page of running text: if lists are a part of it, and if there is nothing but text.
IN_TEXT = (0.25, 0.4)
LINKED = (0.2, 0.4)  # the same for links among such a text, and after it, where menus may be, too
IN_LIST = 0.05  # the same in the main part of a list
BESIDE = 0.3  # the same for a line whose group is likely
HALF = 0.5
ALONE = 1.5  # lines of a group at a time that are one
FEW = 3  # lines of a group that are decided together
MANY = 30  # links at a time that are more than a list in a text
RUNNING = (0.75, 0.97)  # likely letters of the main part of a page of running text, and of one with nothing but text
LETTERS = 800  # so many likely letters in each reading are a running text, too
_ITEMS = frozenset({"li", "row", "dt", "dd"})


@dataclass(frozen=True, slots=True)
class _Standing:
    """A group's lines together.

    Attributes:
        lines: how many lines it has ever had that are not barred.
        mean: their mean chance.
        at_once: how many of them a reading shows.
        repeated: how many of them the site repeats.
        main, among_text: the shares of the readings of its lines that place them in the main part, and among its text.
    """

    lines: int
    mean: float
    at_once: float
    repeated: int
    main: float
    among_text: float

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
        return tuple(at for at, line in enumerate(view.lines) if self.is_member(line))

    def is_member(self, line: Line) -> bool:
        """Whether a line is a member at its place."""
        known = self._known.get(line)
        if known is None:
            known = self._known[line] = self._belongs(line) and line not in self._empty
        return known

    def chance(self, line: Line) -> float:
        """The mean chance that a line is the document, 0 to 1; 0 for one that no reading shows."""
        votes = self._pool.lines.get(line)
        return 0.0 if votes is None else _mean(votes)

    def is_sure(self, line: Line) -> bool:
        """Whether a line is likely to belong to the document wherever it is, so that its change counts at once."""
        votes = self._pool.lines.get(line)
        if votes is None:
            return False
        group = self._groups.get(line[1])
        if line[1].linked and self.is_running and (group is None or group.among_text <= HALF):
            return False  # links behind a text may be a box that shows others at each visit
        shared = group.mean if group is not None and group.lines >= FEW else 0.0
        return max(_mean(votes), votes.document / votes.shown, shared) >= MEMBER

    @cached_property
    def is_running(self) -> bool:
        """Whether the main part is a running text, and its links are no list that is the document."""
        pool = self._pool
        return self._share >= RUNNING[0] or pool.likely >= LETTERS * max(1, pool.readings)

    @cached_property
    def _share(self) -> float:
        """The share of the letters of the main part that are likely, and not in links."""
        return self._pool.likely / self._pool.letters if self._pool.letters else 0.0

    @cached_property
    def _bar(self) -> float:
        """The chance that a line of running text needs: the more there is but text, the less, as lists are part of it then."""
        least, most = RUNNING
        text = min(1.0, max(0.0, (self._share - least) / (most - least)))
        return IN_TEXT[0] + text * (IN_TEXT[1] - IN_TEXT[0])

    @cached_property
    def _groups(self) -> dict[Group, _Standing]:
        lines: dict[Group, list[Votes]] = defaultdict(list)
        repeated = Counter[Group]()
        for (key, group), votes in self._pool.lines.items():
            if not _is_barred(votes):
                lines[group].append(votes)
                repeated[group] += key in self._boilerplate
        found: dict[Group, _Standing] = {}
        for group, own in lines.items():
            shown = sum(votes.shown for votes in own)
            found[group] = _Standing(
                lines=len(own),
                mean=sum(map(_mean, own)) / len(own),
                at_once=shown / self._pool.shown[group],
                repeated=repeated[group],
                main=sum(votes.main for votes in own) / shown,
                among_text=sum(votes.among_text for votes in own) / shown,
            )
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
        if (
            siblings.is_repeated and group.kind != "h1"
        ):  # a title that a menu has, too, may have been another one before
            return False
        # In a running text paragraphs and headings stand alike whether or not they belong to it: each speaks for itself.
        together = siblings.lines >= FEW and (not running or group.linked or group.kind in _ITEMS)
        shared = siblings.mean if together else mean
        inside = 2 * (votes.among_text if running else votes.main) > votes.shown or (
            siblings.lines >= FEW and (siblings.among_text if running else siblings.main) > HALF
        )
        main = inside and group.zone == "main"
        own = mean > MEMBER or (
            2 * votes.document >= votes.shown and (not group.linked or mean >= MEMBER or not running)
        )
        if group.linked and running:
            own = own and (siblings.at_once < FEW or siblings.mean > MEMBER)
            linked = siblings.mean if siblings.at_once >= 2 else mean
            behind = siblings.main > HALF and linked > LINKED[1]
            own = own or (siblings.at_once <= MANY and ((main and linked > LINKED[0]) or behind))
        elif main and running:
            own = own or shared > self._bar
        elif main:
            own = own or shared > (IN_TEXT[0] if siblings.at_once < FEW else IN_LIST)
        return own or (together and (inside or mean > BESIDE) and siblings.mean > MEMBER)

    @cached_property
    def _empty(self) -> set[Line]:
        """The headings that are unlikely by themselves and head no member in most readings."""
        asked = {
            line: votes
            for line, votes in self._pool.lines.items()
            if votes.below and _mean(votes) < MEMBER and self._belongs(line)
        }
        found: set[Line] = set()
        while True:  # a heading may follow another one
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
    """Whether it has links that are no text: outside of the main part, or (not as headings) into the page itself."""
    return (group.linked and group.zone != "main") or (group.inward and group.kind[0] != "h")


def _mean(votes: Votes) -> float:
    return votes.chance / (100 * votes.shown)


def _is_barred(votes: Votes) -> bool:
    return 2 * votes.barred > votes.shown
