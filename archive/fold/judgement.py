"""The judge's input and output: observations, texts, its state, verdicts (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pagewitness.archive.derived import Cause, PageState, Verdict


class Comparing(Protocol):
    """The questions about texts and readings (by their ids) that the judge asks (`comparison`)."""

    def kept(self, text: Text, new: int) -> float:
        """The share, 0 to 1, of the words of a text that a reading shows."""

    def changed(self, text: Text, base: int, new: int) -> bool:
        """Whether the current text differs between two observations."""

    def emptied(self, text: Text, base: int, new: int) -> bool:
        """Whether an observation lacks the text's main part and has nothing instead."""

    def edition(self, text: Text, new: int) -> bool:
        """Whether a reading's document is a new edition of a text."""

    def accepted(self, text: Text, base: int, new: int) -> tuple[int, ...] | None:
        """Which blocks of a reading become the current text; None for those marked as document (`membership`)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One observation.

    Attributes:
        visit: its visit's id; (at, visit) orders observations.
        capture: the capture shown; None for a 304 that does not say which: it repeats the last one that is not suspect.
        reading: the id of that capture's reading.
        text_digest: the digest of its words.
        doubt: why it is not credible, or None.
        language: of the document (ISO 639-1); None if unknown.
        state: what it says of the page if it is not credible; None for nothing.
        came_from: the address that answered, if the page redirected to it.
    """

    visit: int
    at: str
    capture: int | None = None
    reading: int = 0
    text_digest: str = ""
    doubt: str | None = None
    language: str | None = None
    state: PageState | None = None
    came_from: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is or was current: the observation that began its revision, its words, and when it was last credible.

    Attributes:
        language: the one it declared then.
        accepted: the places of its blocks in its reading; None for those marked as document there.
    """

    revision: int
    reading: int
    text_digest: str
    seen_at: str
    language: str | None = None
    accepted: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the fold carries from one observation to the next.

    Attributes:
        text: the current text.
        before: the last few texts, newest first.
        pending: observations that await confirmation.
        base: the last credible capture.
        base_reading: its reading.
        number: the number of revisions.
    """

    text: Text | None = None
    before: tuple[Text, ...] = ()
    pending: tuple[Shown, ...] = ()
    base: int | None = None
    number: int = 0
    base_reading: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one observation.

    Attributes:
        revision: the current revision after it (the visit that began it); None before the first.
        number, cause: of the revision that it begins; None if it begins none.
        accepted: as in `Text`.
    """

    shown: Shown
    verdict: Verdict
    reason: str | None
    revision: int | None
    number: int | None = None
    cause: Cause | None = None
    accepted: tuple[int, ...] | None = None
