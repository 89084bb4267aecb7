"""What is derived from the evidence, as frozen dataclasses; no I/O. `docs/vocabulary.md` says what each word means.

Times are UTC, ISO 8601 with `Z` and microseconds (`2024-02-19T06:00:00.000000Z`), so that they sort as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

# The entries of `Reading.details`, with the values for a page that has none.
DETAILS: Final[Mapping[str, Any]] = {
    "agency": None,
    "canonical": None,
    "alternates": [],
    "attachments": [],
    "found": {},
}

BOT_WALL: Final = "it looks like a bot wall"  # what a reading says about a bot check

BLOCK_BITS = 20  # a block's id carries its page: page_id * 2^20 + n


def block_range(page_id: int) -> tuple[int, int]:
    """The first and the last id that a block of a page may have."""
    return page_id << BLOCK_BITS, (page_id + 1 << BLOCK_BITS) - 1


class Verdict(StrEnum):
    """The judge's verdict on an observation."""

    FIRST = "first"
    CHANGED = "changed"
    PENDING = "pending"
    UNCHANGED = "unchanged"
    RETURNED = "returned"
    SUSPECT = "suspect"

    @property
    def credible(self) -> bool:
        """Neither suspect nor pending: the next observation is compared with a credible one."""
        return self not in (Verdict.SUSPECT, Verdict.PENDING)


class PageState(StrEnum):
    """What an answer that is not credible says about its page."""

    REMOVED = "removed"  # 404 or 410 from the site itself, or a redirect to its home page or section
    MOVED = "moved"  # a redirect to another address that shows another text
    BLOCKED = "blocked"  # a firewall, a bot check or a rule against us: it says nothing of the page
    VARIANT = "variant"  # the page in another language, for a while


class Cause(StrEnum):
    """Why a revision exists: what the page did."""

    FIRST = "first"
    CHANGE = "change"
    EDITION = "edition"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Signs:
    """What one reading says about a block's membership; the fold pools it over readings (`fold.membership`).

    Attributes:
        chance: the model's probability that it is the document, 0 to 1.
        path: its innermost containers, outermost first, with # for figures: `div.list/ul/li.item-#`.
        barred: whether a table or a rule says that it is not the document.
        main: whether it is in the page's main part, judged by the structure of the page.
        among_text: whether likely text of the document follows it there.
        inward: whether it leads, as a link, into the page itself.
        heads: whether it is a heading whose text would follow it in the same container.
    """

    chance: float = 1.0
    path: str = ""
    barred: bool = False
    main: bool = False
    among_text: bool = False
    inward: bool = False
    heads: bool = False


UNSHOWN: Final = "title"  # the zone of a title that only the head of the page states
# The signs of a block that no model was asked about: its reading decides.
_DOCUMENT: Final = Signs(main=True)
_OTHER: Final = Signs(chance=0.0, barred=True)


@dataclass(frozen=True, slots=True)
class VisibleBlock:
    """One block that a page showed.

    Attributes:
        kind: `h1`…`h6`, `p`, `li`, `quote`, `caption`, `row`, `pre`, `dt`, `dd`, `note` (a footnote).
        text: normalised (NFC, white space folded), never empty.
        zone: where it was: `main`, or `nav`, `footer`, `aside`, `dialog`, `control`, `hidden`, `header`; or `UNSHOWN`.
        links: the share of its letters that are link text, 0 to 1.
        document: whether it is part of the document.
        by: why it was kept or dropped, for `clean --explain` (a table entry, a vote).
        page: the number, from 1, of the page of a PDF on which it begins; None elsewhere.
        language: its own (ISO 639-1), if it differs from its page's; None otherwise.
        targets: the words of each of its links, and the address to which it leads, without what changes between visits.
        judged: what the model and the page's structure say about it; None if neither was asked.
    """

    kind: str
    text: str
    zone: str = "main"
    links: float = 0.0
    document: bool = True
    by: str = ""
    page: int | None = None
    language: str | None = None
    targets: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    judged: Signs | None = None

    @property
    def signs(self) -> Signs:
        """What speaks for and against its membership."""
        return self.judged or (_DOCUMENT if self.document else _OTHER)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one cleaner for one body.

    Attributes:
        page_digest: SHA-256 (hex) of the stripped page and its address; equal digest, equal reading.
        not_credible: why the page is not credible as the document, in one clause; None if it is.
        encodings: what was `declared`, `sniffed` and `used` to decode the body; `mojibake` if all of it had been decoded
            wrongly before it was sent.
        failed: whether the body could not be read at all; `not_credible` says why.
        details: other metadata of the page, as JSON values, each only if the page has it: `agency`; `canonical`;
            `alternates` [{url, kind, language, found}]; `attachments` [{url, title, kind, found}]; and `found`: of each
            of these, of the title, language, dates and author, where it was found (docs/metadata.md).
    """

    cleaner: str
    page_digest: str
    title: str | None
    language: str | None
    published: str | None
    modified: str | None
    author: str | None
    blocks: tuple[VisibleBlock, ...]
    not_credible: str | None
    encodings: dict[str, str | None] = field(default_factory=dict)
    failed: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> tuple[VisibleBlock, ...]:
        """The blocks that are the document, in reading order."""
        return tuple(block for block in self.blocks if block.document)


@dataclass(frozen=True, slots=True)
class Revision:
    """The page's clean text while it stayed the same.

    Attributes:
        number: its rank by time on its page, from 1.
        captured_at: the capture that first showed it.
        last_seen_at: the last credible observation while it was current.
        words: the number of words in its text.
        digest: SHA-256 (hex) of its text.
        block_ids: its blocks in reading order.
        at: the moment for which it was asked; None if it was asked for by its number.
    """

    page_id: int
    capture_id: int
    number: int
    cause: str
    captured_at: str
    last_seen_at: str
    title: str | None
    words: int
    digest: str
    block_ids: tuple[int, ...]
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a revision.

    Attributes:
        first_seen: the start of its presence at this revision.
        page: the number of the page of a PDF on which it begins; None elsewhere.
    """

    id: int
    kind: str
    text: str
    language: str | None
    first_seen: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A link whose words stayed and that leads elsewhere than before.

    Attributes:
        at: the first observation with the new target; the next one confirmed it.
        revision: the number of the revision that was current then.
        words: of the link.
        line: the text of its line.
        before, after: the addresses to which it led and leads.
    """

    at: str
    revision: int
    words: str
    line: str
    before: str
    after: str

    @property
    def said(self) -> str:
        """The change as a sentence without a full stop, which could be taken for a part of the address."""
        return f"“{self.words}” now leads to {self.after} (before: {self.before})"

    def since_then(self, first: LinkChange) -> LinkChange:
        """This change of a link and an earlier one of it, as one."""
        return replace(self, before=first.before)

    def undone(self) -> LinkChange:
        """The change seen from its other end."""
        return replace(self, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: a page, its best block, and the time in which it matched the query.

    Attributes:
        snippet: an excerpt of the best block.
        marks: the places of the query's words in the snippet, as (start, end).
        first_seen, last_seen: the first and the last observation at which the page matched.
        current: whether the page's current text matches, as far as observed.
        title: of the page when it last matched.
        removed_since: the time from which the page has been removed; None if it has not, or it is not current.
        moved_since: the same of a page whose address leads to another text.
        blocked_since: the time from which we have been kept out, if the text is current as far as seen.
        revision: the number of the newest revision that matched and has the best block.
        same_as: the address of an earlier hit whose best block has the same text, or None.
        page: the page of a PDF on which the best block begins in that revision; None elsewhere.
        shown_since: the start of the best block's presence then, which may be later or earlier than that of the match.
        shown_until: by when it was reworded or removed, if the page matched in another wording after that; else None.
        periods: the intervals in which the page matched, as (since, until); the last one is open (None) while the page matches.
        visits: how many visits have seen the page without it since, or removed; 0 if it is current on a page that is there.
        longest_gap: the most seconds between two of them; None for less than two.
        visited: whether anybody visits the page: what an unvisited page showed last may have gone since.
    """

    page_id: int
    url: str
    title: str | None
    kind: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    first_seen: str
    last_seen: str
    current: bool
    revision: int
    source: str | None
    language: str | None
    same_as: str | None = None
    removed_since: str | None = None
    moved_since: str | None = None
    blocked_since: str | None = None
    page: int | None = None
    shown_since: str | None = None
    shown_until: str | None = None
    periods: tuple[tuple[str, str | None], ...] = ()
    visits: int = 0
    longest_gap: float | None = None
    visited: bool = True
