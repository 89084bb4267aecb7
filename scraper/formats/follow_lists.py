"""What lists of pages to follow have in common, whichever program wrote them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pagewitness.archive import addresses


@dataclass(frozen=True, slots=True)
class Followable:
    """A page that another program watches.

    Attributes:
        source: the group that it is in there; empty for none.
        title: what it is called there; empty for nothing.
        leads: whether it is a feed, which leads to other pages.
    """

    url: str
    source: str = ""
    title: str = ""
    leads: bool = False


@dataclass
class FollowList:
    """A list of pages to follow.

    Attributes:
        program: whose list it is.
        wanted: the pages, by their addresses.
        left_out: names or addresses of what can't be followed, each with the reason.
        ignored: what else it says about how pages are read there, and of how many pages.
    """

    program: str
    wanted: dict[str, Followable] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def add(self, one: Followable) -> None:
        """Add a page; one that can't be visited is left out, and one that is there already stays as it is."""
        url = one.url.strip()
        if fault := addresses.fault_in(url):
            self.leave_out(one.title or "an address" if "@" in url else url or one.title, fault)
        else:
            self.wanted.setdefault(addresses.key_of(url), Followable(url, one.source, one.title, one.leads))

    def leave_out(self, name: str, why: str) -> None:
        """Note something that can't be followed."""
        self.left_out.append((name, why))
