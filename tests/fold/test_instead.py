"""What a page shows instead of its document: when a redirect has brought another text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest
from helpers import day

from pagewitness.archive.derived import PageState
from pagewitness.archive.fold.comparison import NOTHING, Inherited, Text
from pagewitness.archive.fold.instead import _SAME, _SAME_BACK, Addresses, doubted
from pagewitness.archive.fold.judgement import Base, Comparing, KnownText, Shown, State

SITE = "https://agency.example"
PAGE, FIRST, LAST = f"{SITE}/reports/threats", f"{SITE}/reports/2023", f"{SITE}/reports/2024"
ADDRESSES = Addresses(PAGE, FIRST, alias=False, of=lambda capture: LAST)
CURRENT, ANOTHER = 1, 2  # readings
STATE = State(KnownText(1, "digest", day(1), "en"), base=Base(101, CURRENT))
NEWS = f"{SITE}/news"


@dataclass
class _Asked:
    """What two texts have in common: the shares of each that the other one has, and whether they are issues of a series."""

    there: float = 0.0
    back: float = 0.0
    issues: bool = False

    def text(self, reading: int, inherited: Inherited = NOTHING) -> Text:
        return cast(Text, reading)

    def kept(self, text: Text, reading: int) -> float:
        return self.there if cast(int, text) == CURRENT else self.back

    def other_issue(self, one: Text, other: Text) -> bool:
        return self.issues


def seen(came_from: str | None, reading: int = ANOTHER, language: str | None = "en") -> Shown:
    return Shown(2, day(2), 102, reading, language=language, came_from=came_from)


def doubt(
    shown: Shown, asked: _Asked | None = None, addresses: Addresses = ADDRESSES, state: State = STATE
) -> Shown | None:
    """The observation with its doubt, or None."""
    found = doubted(state, shown, cast(Comparing, asked or _Asked()), addresses)
    return None if found is shown else found


@pytest.mark.parametrize(
    ("to", "state"),
    [
        (NEWS, PageState.MOVED), (f"{SITE}/", PageState.REMOVED), (f"{SITE}/reports", PageState.REMOVED),
        (f"{SITE}/404", PageState.REMOVED), (f"{SITE}/login", PageState.BLOCKED), (f"{SITE}/error", None),
    ],
)  # fmt: skip
def test_a_redirect_to_another_text_is_doubted_and_says_what_became_of_the_page(
    to: str, state: PageState | None
) -> None:
    found = doubt(seen(to))
    assert found is not None
    assert found.state is state
    assert (found.doubt or "").startswith("it redirects to ")
    assert to in (found.doubt or "")


def test_an_answer_from_the_address_itself_is_not_doubted() -> None:
    assert doubt(seen(None)) is None


@pytest.mark.parametrize("to", [PAGE, f"{PAGE}/", FIRST, LAST])
def test_neither_is_one_from_where_the_page_has_been(to: str) -> None:
    assert doubt(seen(to)) is None


def test_where_the_last_capture_was_is_unknown_without_one() -> None:
    state = replace(STATE, base=Base(None, CURRENT))
    assert doubt(seen(LAST), state=state) is not None
    assert doubt(seen(FIRST), state=state) is None


def test_what_is_doubted_already_keeps_its_doubt() -> None:
    assert doubt(replace(seen(NEWS), doubt="it is empty")) is None


def test_a_304_that_names_no_capture_is_not_doubted() -> None:
    assert doubt(replace(seen(NEWS), capture=None)) is None


def test_before_the_first_text_there_is_nothing_to_tell_it_by() -> None:
    assert doubt(seen(NEWS), state=State()) is None


# --- the same text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [NEWS, f"{SITE}/", f"{SITE}/reports"])
def test_a_redirect_that_brings_the_text_of_the_page_is_not_doubted(to: str) -> None:
    assert doubt(seen(to, CURRENT)) is None
    assert doubt(seen(to), _Asked(_SAME, _SAME_BACK)) is None


@pytest.mark.parametrize(("there", "back"), [(_SAME - 0.01, 1.0), (1.0, _SAME_BACK - 0.01), (0.7, 0.7), (0.9, 0.4)])
def test_it_has_to_bring_most_of_the_text_and_not_much_else(there: float, back: float) -> None:
    assert doubt(seen(NEWS), _Asked(there, back)) is not None


def test_a_share_of_both_is_enough() -> None:
    assert doubt(seen(NEWS), _Asked(0.9, 0.6)) is None


def test_another_issue_of_a_report_is_another_text_however_alike_they_are() -> None:
    assert doubt(seen(NEWS), _Asked(1.0, 1.0, issues=True)) is not None
    assert doubt(seen(NEWS, CURRENT), _Asked(1.0, 1.0, issues=True)) is None, "but no text is another issue of itself"


@pytest.mark.parametrize("to", [f"{SITE}/404", f"{SITE}/login", f"{SITE}/error"])
def test_an_error_page_is_doubted_whatever_it_shows(to: str) -> None:
    assert doubt(seen(to), _Asked(1.0, 1.0)) is not None


# --- an alias, another language ---------------------------------------------------------------------------------------


def test_an_address_that_always_led_to_the_newest_issue_may_lead_to_another_one() -> None:
    """But not to the home page."""
    alias = replace(ADDRESSES, alias=True)
    assert doubt(seen(NEWS), addresses=alias) is None
    assert doubt(seen(f"{SITE}/"), addresses=alias) is not None


@pytest.mark.parametrize(("language", "doubted"), [("de", False), ("en", True), (None, True)])
def test_a_redirect_to_another_language_is_for_the_judge(language: str | None, doubted: bool) -> None:
    assert (doubt(seen(NEWS, language=language)) is not None) is doubted


def test_languages_that_are_taken_for_one_another_are_one() -> None:
    assert STATE.text is not None
    state = replace(STATE, text=replace(STATE.text, language="nb"))
    assert doubt(seen(NEWS, language="no"), state=state) is not None
    assert doubt(seen(NEWS, language="de"), state=replace(STATE, text=replace(STATE.text, language=None))) is not None
