"""The judge's input and output: observations, texts, its state, verdicts (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pagewitness.archive.derived import Cause, PageState, Verdict
from pagewitness.archive.fold.comparison import NOTHING, Difference, Inherited, Text


class Comparing(Protocol):
    """What the judge asks about readings (by their ids)."""

    def text(self, reading: int, inherited: Inherited = NOTHING) -> Text:
        """The document of a reading, with what it has from the one before."""

    def following(self, old: Text, reading: int) -> Text:
        """The document of a reading that follows another one (`comparison.following`)."""

    def difference(self, old: Text, new: Text) -> Difference:
        """What differs between two documents (`comparison.compare_texts`)."""

    def kept(self, text: Text, reading: int) -> float:
        """The share, 0 to 1, of the words of a document that a reading shows."""

    def emptied(self, old: Text, new: Text) -> bool:
        """Whether an observation lacks the main part of the document and has nothing instead."""

    def edition(self, old: Text, new: Text) -> bool:
        """Whether a document is a new edition of another."""

    def other_issue(self, one: Text, other: Text) -> bool:
        """Whether two documents are issues of one series (`editions.is_other_issue`)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One observation.

    Attributes:
        visit: its visit's id; (at, visit) orders observations.
        capture: the capture shown; None for a 304 that does not say which: it repeats the last one that is not suspect.
        reading: the id of that capture's reading.
        doubt: why it is not credible, or None.
        language: of the document (ISO 639-1); None if unknown.
        state: what it says about the page if it is not credible; None for nothing.
        came_from: the address that answered, if the page redirected to it.
    """

    visit: int
    at: str
    capture: int | None = None
    reading: int = 0
    doubt: str | None = None
    language: str | None = None
    state: PageState | None = None
    came_from: str | None = None


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text that is or was current.

    Attributes:
        revision: the observation that began its revision.
        digest: of its lines (`comparison.Text`).
        seen_at: when it was last seen.
        language: the one it declared then.
    """

    revision: int
    digest: str
    seen_at: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """The observation with which the next one is compared.

    Attributes:
        capture, reading: what it showed.
        inherited: what its text has from the one before it.
    """

    capture: int | None
    reading: int
    inherited: Inherited = NOTHING


@dataclass(frozen=True, slots=True)
class State:
    """What the fold carries from one observation to the next.

    Attributes:
        text: the current text.
        before: the last few texts, newest first.
        pending: observations that await confirmation.
        base: the last credible observation whose text is the current one.
        awaited: a credible observation after it that shows another order, or differs in lines whose membership is not
            sure; the next one confirms that or does not.
        number: the number of revisions.
    """

    text: KnownText | None = None
    before: tuple[KnownText, ...] = ()
    pending: tuple[Shown, ...] = ()
    base: Base | None = None
    awaited: Shown | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one observation.

    Attributes:
        revision: the current revision after it (the visit that began it); None before the first.
        number, cause: of the revision that it begins; None if it begins none.
        members: the places in its reading of the lines that are its text, if it begins one.
    """

    shown: Shown
    verdict: Verdict
    reason: str | None
    revision: int | None
    number: int | None = None
    cause: Cause | None = None
    members: tuple[int, ...] = ()
