"""The judge: each of its rules, by observations made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

import pytest
from helpers import day

from pagewitness.archive.derived import Cause, Verdict
from pagewitness.archive.fold import judge
from pagewitness.archive.fold.comparison import NOTHING, Difference, Inherited, Text
from pagewitness.archive.fold.judge import CONFIRMATIONS, REMEMBERED, step
from pagewitness.archive.fold.judgement import Base, Comparing, Judged, Shown, State

# Texts by name: a text of the same letter keeps all words of another, one of another letter keeps none.
NAMES = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "b1", "b2", "c1"]


@dataclass(frozen=True)
class _Text:
    """A text that consists of its name."""

    reading: int
    inherited: Inherited = NOTHING

    @property
    def digest(self) -> str:
        return NAMES[self.reading]

    @property
    def members(self) -> tuple[int, ...]:
        return (self.reading,)

    @property
    def view(self) -> _Text:
        return self

    @property
    def unshown(self) -> tuple[int, ...]:
        return ()


class _Asked:
    """What the texts say to each other: those of one letter keep each other's words, and no two are the same."""

    def __init__(self, *same: frozenset[str], kept: float = 1.0) -> None:
        self._same, self._kept = same, kept

    def text(self, reading: int, inherited: Inherited = NOTHING) -> Text:
        return cast(Text, _Text(reading))

    def following(self, old: Text, reading: int) -> Text:
        return cast(Text, _Text(reading))

    def kept(self, text: Text, reading: int) -> float:
        return self._kept if text.digest[0] == NAMES[reading][0] else 0.0

    def difference(self, old: Text, new: Text) -> Difference:
        if old.digest == new.digest or any({old.digest, new.digest} <= same for same in self._same):
            return Difference()
        return Difference({old.digest}, {new.digest}, sure=True)

    def emptied(self, old: Text, new: Text) -> bool:
        return False

    def edition(self, old: Text, new: Text) -> bool:
        return new.digest == "c1"

    def other_issue(self, one: Text, other: Text) -> bool:
        return False


ASKED = _Asked()


def shown(visit: int, text: str | None, at: float | None = None, doubt: str | None = None) -> Shown:
    """An observation of a text; None is a 304 of unknown origin."""
    moment = day(visit if at is None else at)
    if text is None:
        return Shown(visit, moment)
    return Shown(visit, moment, 100 + visit, NAMES.index(text), doubt)


def fold(observations: Iterable[Shown], asked: _Asked = ASKED) -> tuple[State, dict[int, Judged]]:
    """The state after some observations, and the last verdict on each by its visit."""
    state, verdicts = State(), dict[int, Judged]()
    for one in observations:
        state, judged = step(state, one, asked)
        verdicts |= {each.shown.visit: each for each in judged}
        assert judged[-1].shown.visit == one.visit, "a observation's own verdict comes last"
    return state, verdicts


def verdicts(*texts: str | None) -> list[str]:
    """The verdicts on texts shown on the days after one another; a `!` before a text is a doubt."""
    observations = [
        shown(n, text[1:], doubt="a wall") if text and text[0] == "!" else shown(n, text)
        for n, text in enumerate(texts, 1)
    ]
    return [one.verdict.value for _, one in sorted(fold(observations)[1].items())]


def test_what_is_not_credible_is_suspect_and_moves_nothing() -> None:
    """Rule 1. The reason is reported, and neither the current text nor the base is another."""
    before, _ = fold([shown(1, "a1")])
    after, [judged] = step(before, shown(2, "b1", doubt="HTTP status 503"), ASKED)
    assert after == before
    assert (judged.verdict, judged.reason, judged.revision) == (Verdict.SUSPECT, "HTTP status 503", 1)


def test_a_suspect_observation_before_the_first_text_begins_nothing() -> None:
    """There is no current revision then."""
    state, found = fold([shown(1, "a1", doubt="a wall")])
    assert state == State()
    assert found[1].revision is None


def test_the_first_credible_text_is_the_first_revision() -> None:
    """Rule 2, also after suspect observations."""
    state, found = fold([shown(1, "b1", doubt="a wall"), shown(2, "a1")])
    assert (found[2].verdict, found[2].cause, found[2].number, found[2].revision) == ("first", Cause.FIRST, 1, 2)
    assert state.base == Base(102, NAMES.index("a1"))


def test_the_same_words_are_unchanged_and_extend_when_the_text_was_seen() -> None:
    """Rule 3. The base of the next comparison moves on to the newest capture."""
    state, found = fold([shown(1, "a1"), shown(2, "a1")])
    assert (found[2].verdict, found[2].cause, found[2].revision) == ("unchanged", None, 1)
    assert state.text is not None
    assert state.base is not None
    assert (state.text.seen_at, state.base.capture, state.number) == (day(2), 102, 1)


def test_an_earlier_text_that_comes_back_within_a_month_has_returned() -> None:
    """Rule 4. No new revision: the earlier one is current again, and the one between can return too."""
    state, found = fold([shown(1, "a1"), shown(2, "a2"), shown(3, "a1"), shown(4, "a2")])
    assert [found[n].verdict.value for n in (2, 3, 4)] == ["changed", "returned", "returned"]
    assert [found[n].revision for n in (1, 2, 3, 4)] == [1, 2, 1, 2]
    assert state.number == 2


@pytest.mark.parametrize(("days", "verdict"), [(30.9, "returned"), (31, "returned"), (31.0001, "changed")])
def test_a_return_after_more_than_a_month_is_a_change(days: float, verdict: str) -> None:
    """The month runs from when the earlier text was last seen, not from when it began."""
    observations = [shown(1, "a1", at=0), shown(2, "a1", at=60), shown(3, "a2", at=61), shown(4, "a1", at=60 + days)]
    state, found = fold(observations)
    assert found[4].verdict == verdict
    assert state.number == (2 if verdict == "returned" else 3)


def test_a_far_text_that_was_current_returns_at_once() -> None:
    """It needs no confirmation: it had one."""
    assert verdicts("a1", "b1", "b1", "b1", "a1", "b1") == [
        "first",
        "changed",
        "unchanged",
        "unchanged",
        "returned",
        "returned",
    ]


def test_only_the_last_few_texts_can_return() -> None:
    """What lies further back is a change like any other."""
    assert REMEMBERED == 4
    names = NAMES[: REMEMBERED + 2]
    assert verdicts(*names, names[1])[-1] == "returned"
    assert verdicts(*names, names[0])[-1] == "changed"


def test_a_text_that_keeps_less_than_half_waits_for_confirmation() -> None:
    """Rule 6. It is pending, the text before it stays current, and the base stays."""
    state, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, "b1")])
    assert [found[n].verdict.value for n in (2, 3)] == ["pending", "pending"]
    assert [found[n].revision for n in (2, 3)] == [1, 1]
    assert "1 of 3" in str(found[2].reason)
    assert state.base is not None
    assert (state.base.capture, state.number) == (101, 1)


def test_what_is_confirmed_is_dated_at_its_first_observation() -> None:
    """And the observations that confirmed it are judged again."""
    state, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, "b1"), shown(4, "b1")])
    assert [found[n].verdict.value for n in (2, 3, 4)] == ["changed", "unchanged", "unchanged"]
    assert (found[2].cause, found[2].number, found[2].reason) == (Cause.CHANGE, 2, None)
    assert {found[n].revision for n in (2, 3, 4)} == {2}
    assert state.base is not None
    assert (state.pending, state.base.capture) == ((), 104)


def test_changes_within_what_is_confirmed_are_changes() -> None:
    """The three observations have to agree by half their words, not to the letter."""
    assert verdicts("a1", "b1", "b2", "b1") == ["first", "changed", "changed", "returned"]


def test_what_is_refuted_becomes_suspect() -> None:
    """A credible observation of anything else ends the wait."""
    state, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, "b1"), shown(4, "a1")])
    assert [found[n].verdict.value for n in (2, 3, 4)] == ["suspect", "suspect", "unchanged"]
    assert "not confirmed" in str(found[2].reason)
    assert state.pending == ()
    assert verdicts("a1", "b1", "a2") == ["first", "suspect", "changed"]


def test_another_far_text_refutes_the_one_that_waits_and_waits_itself() -> None:
    """Two far texts do not confirm each other."""
    assert verdicts("a1", "b1", "b1", "c1", "c1") == ["first", "suspect", "suspect", "pending", "pending"]
    assert verdicts("a1", "b1", "c1", "c1", "c1") == ["first", "suspect", "changed", "unchanged", "unchanged"]


def test_a_suspect_observation_neither_confirms_nor_refutes() -> None:
    """The wait continues over it."""
    assert verdicts("a1", "b1", "!c1", "b1", "!a1", "b1") == [
        "first", "changed", "suspect", "unchanged", "suspect", "unchanged"
    ]  # fmt: skip


def test_a_near_text_is_a_change_at_once() -> None:
    """Rule 9."""
    state, found = fold([shown(1, "a1"), shown(2, "a2")])
    assert (found[2].verdict, found[2].cause, found[2].number, found[2].revision) == ("changed", Cause.CHANGE, 2, 2)
    assert state.base == Base(102, NAMES.index("a2"))


def test_a_304_that_shows_its_capture_again_is_judged_like_it() -> None:
    """It is an observation of the same text at a later moment: it extends, confirms and refutes."""
    again = Shown(9, day(9), 101, NAMES.index("a1"))
    state, found = fold([shown(1, "a1"), again])
    assert found[9].verdict == "unchanged"
    assert state.text is not None
    assert state.text.seen_at == day(9)
    _, found = fold([shown(1, "a1"), shown(2, "b1"), again])
    assert found[2].verdict == "suspect"
    pending = Shown(4, day(4), 102, NAMES.index("b1"))
    _, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, "b1"), pending])
    assert found[2].verdict == "changed"


def test_a_304_of_unknown_origin_shows_the_last_credible_capture_again() -> None:
    """So it extends what is current."""
    state, found = fold([shown(1, "a1"), shown(3, None)])
    assert found[3].verdict == "unchanged"
    assert found[3].shown.capture == 101
    assert state.text is not None
    assert state.text.seen_at == day(3)


def test_a_304_of_unknown_origin_confirms_what_waits() -> None:
    """Who asked had the newest capture, so that is what has not changed."""
    _, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, None), shown(4, None)])
    assert [found[n].verdict.value for n in (2, 3, 4)] == ["changed", "unchanged", "unchanged"]


def test_a_304_of_unknown_origin_before_anything_is_suspect() -> None:
    """There is nothing that it could show."""
    state, found = fold([shown(1, None)])
    assert found[1].verdict == "suspect"
    assert "nothing credible" in str(found[1].reason)
    assert state == State()


def test_credible_is_what_is_neither_suspect_nor_pending() -> None:
    """So the vocabulary says."""
    assert {verdict for verdict in Verdict if not verdict.credible} == {Verdict.SUSPECT, Verdict.PENDING}


def test_readings_are_compared_only_if_they_differ() -> None:
    """A page that stays the same costs no look at its words."""
    unasked = cast(Comparing, object())  # whatever it is asked fails
    state, _ = step(State(), shown(1, "a1"), ASKED)
    for visit in (2, 3):
        state, _ = step(state, shown(visit, "a1"), unasked)


def test_three_observations_have_to_agree() -> None:
    """The number that the rules name."""
    assert (CONFIRMATIONS, judge.KEPT) == (3, 0.5)


def test_where_nothing_of_the_document_is_new_or_gone_the_text_stands() -> None:
    """Rule 7. The base moves on, so that what comes next is compared with what was shown last."""
    asked = _Asked(frozenset({"a1", "a2"}), frozenset({"a2", "a3"}))
    state = State()
    for one in (shown(1, "a1"), shown(2, "a2"), shown(3, "a3")):
        state, judged = step(state, one, asked)
    assert judged[-1].verdict == "unchanged"
    assert (state.base, state.number) == (Base(103, 2), 1)


def test_a_change_to_next_years_text_is_an_edition() -> None:
    """Rule 9: at once, or when it is confirmed."""
    _, found = fold([shown(1, "a1"), *(shown(n, "c1") for n in (2, 3, 4))])
    assert [(found[n].cause, found[n].number) for n in (1, 2, 3)] == [
        (Cause.FIRST, 1),
        (Cause.EDITION, 2),
        (None, None),
    ]


def test_what_is_in_another_language_is_a_variant_until_it_has_stayed_for_a_month() -> None:
    """Rule 6, also where it keeps most of the words. Then it is dated at the first. Not where it keeps all of them."""
    some = _Asked(kept=0.8)
    german = [replace(shown(n, "a2", 3 * n), language="de") for n in range(2, 14)]  # on days 6, 9, … 39
    first = replace(shown(1, "a1"), language="en")
    state, found = fold([first, *german[:-1]], some)
    assert {(one.verdict.value, one.shown.state) for one in list(found.values())[1:]} == {("pending", "variant")}
    assert found[3].reason == "it is in another language (de, not en), which has to stay for a month"
    state, found = fold([first, *german], some)
    assert (found[2].verdict, found[2].shown.state, state.number, found[2].revision) == ("changed", None, 2, 2)
    often = [replace(shown(n, "a2", 2 + n / 10), language="de") for n in range(2, 40)]
    assert fold([first, *often], some)[0].number == 1, "often is not long"
    _, found = fold([first, *german[:-1], replace(shown(20, "a3", 50), language="en")], some)
    assert (found[2].verdict, found[2].shown.state) == ("suspect", "variant")
    assert found[2].reason == "was in another language, and was not confirmed"
    assert found[20].verdict == "changed"
    assert fold([first, german[0]])[1][2].verdict == "changed"


def test_the_same_words_are_unchanged_whatever_language_a_template_names() -> None:
    """And what it names then is what the next observation is compared with; where none is named, none differs."""
    observations = [replace(shown(1, "a1"), language="en"), replace(shown(2, "a1"), language="lt")]
    _, found = fold([*observations, replace(shown(3, "a2"), language="lt"), shown(4, "a3")])
    assert [found[n].verdict.value for n in (2, 3, 4)] == ["unchanged", "changed", "changed"]


def test_a_page_without_its_main_part_is_suspect_and_moves_nothing() -> None:
    """Rule 5: however often it comes."""

    class Emptied(_Asked):
        def emptied(self, old: Text, new: Text) -> bool:
            return True

    state, _ = step(State(), shown(1, "a1"), Emptied())
    for visit in range(2, 8):
        after, [judged] = step(state, shown(visit, "b1"), Emptied())
        assert (judged.verdict, judged.reason) == ("suspect", "its main part is missing")
        assert after == state


class _Unsure(_Asked):
    """Texts that differ in lines by the way: of other names, or only in another order if their figures add up to five."""

    def difference(self, old: Text, new: Text) -> Difference:
        if int(old.digest[1]) + int(new.digest[1]) == 5:
            return Difference(moved=True)
        return Difference(set(), {new.digest[0]}) if old.digest != new.digest else Difference()


def test_another_order_is_a_change_if_the_next_observation_confirms_it() -> None:
    """Rule 8. Pages stream their parts, sort and rotate; what was confirmed is dated at its first observation."""
    _, found = fold([shown(1, "a1"), shown(2, "a4"), shown(3, "a4")], _Unsure())
    assert [found[n].verdict.value for n in (2, 3)] == ["changed", "unchanged"]
    assert (found[2].cause, found[2].number, found[3].revision) == (Cause.MOVED, 2, 2)
    state, found = fold([shown(1, "a1"), shown(2, "a4"), shown(3, "a1")], _Unsure())
    assert [found[n].verdict.value for n in (2, 3)] == ["unchanged", "unchanged"]
    assert state.number == 1


def test_an_order_that_nobody_has_seen_again_is_awaited_and_says_so() -> None:
    state, found = fold([shown(1, "a1"), shown(2, "a4")], _Unsure())
    assert state.awaited == shown(2, "a4")
    assert "next observation" in str(found[2].reason)
    assert [one.shown.visit for one in judge.waiting(state)] == [2]


def test_a_304_of_unknown_origin_confirms_an_order() -> None:
    _, found = fold([shown(1, "a1"), shown(2, "a4"), shown(3, None)], _Unsure())
    assert [found[n].verdict.value for n in (2, 3)] == ["changed", "unchanged"]


def test_lines_that_may_not_be_the_document_are_a_change_if_they_stay() -> None:
    """Rule 8: not the same observation, but the same lines."""
    _, found = fold([shown(1, "a1"), shown(2, "a2"), shown(3, "a3")], _Unsure())
    assert (found[2].cause, found[2].number) == (Cause.CHANGE, 2)
    _, found = fold([shown(1, "a1"), shown(2, "a2"), shown(3, "a1")], _Unsure())
    assert {found[n].verdict.value for n in (2, 3)} == {"unchanged"}


# --- at the bars ------------------------------------------------------------------------------------------------------


def test_a_text_that_keeps_just_half_is_a_change_at_once() -> None:
    assert fold([shown(1, "a1"), shown(2, "a2")], _Asked(kept=judge.KEPT))[1][2].verdict == "changed"
    assert fold([shown(1, "a1"), shown(2, "a2")], _Asked(kept=judge.KEPT - 0.01))[1][2].verdict == "pending"


def test_a_page_that_keeps_just_half_is_not_without_its_main_part() -> None:
    class Emptied(_Asked):
        def emptied(self, old: Text, new: Text) -> bool:
            return True

    for kept, verdict in ((judge.KEPT, "changed"), (judge.KEPT - 0.01, "suspect")):
        assert fold([shown(1, "a1"), shown(2, "a2")], Emptied(kept=kept))[1][2].verdict == verdict


def test_observations_agree_that_keep_just_half_of_the_first_one() -> None:
    far = ("a1", "b1", "b2", "b1")
    observations = [shown(n, name) for n, name in enumerate(far, 1)]
    assert fold(observations, _Asked(kept=judge.KEPT))[0].number > 1
    assert fold(observations, _Asked(kept=judge.KEPT - 0.01))[0].number == 1


def says(visit: int, text: str, language: str | None, at: float | None = None) -> Shown:
    """An observation that declares a language."""
    return replace(shown(visit, text, at), language=language)


@pytest.mark.parametrize(("kept", "verdict"), [(judge.UNTRANSLATED, "changed"), (judge.UNTRANSLATED - 0.01, "pending")])
def test_a_text_that_keeps_nine_tenths_is_not_translated_whatever_it_declares(kept: float, verdict: str) -> None:
    assert judge.UNTRANSLATED == 0.9
    assert fold([says(1, "a1", "en"), says(2, "a2", "de")], _Asked(kept=kept))[1][2].verdict == verdict


@pytest.mark.parametrize(("observations", "days", "number"), [(10, 31, 2), (9, 31, 1), (10, 30.9, 1), (20, 30.9, 1)])
def test_another_language_has_to_stay_for_ten_observations_and_a_month(
    observations: int, days: float, number: int
) -> None:
    run = [says(n, "a2", "de", 2 + n / 100) for n in range(3, observations + 1)]
    run = [says(2, "a2", "de", 2), *run, says(99, "a2", "de", 2 + days)]
    state, _ = fold([says(1, "a1", "en"), *run], _Asked(kept=0.8))
    assert state.number == number


# --- languages --------------------------------------------------------------------------------------------------------


def is_variant(*observations: Shown) -> bool:
    """Whether the last of some observations is a page in another language."""
    _, found = fold(observations, _Asked(kept=0.8))
    return found[observations[-1].visit].shown.state == "variant"


def test_a_far_text_in_the_same_language_is_no_variant() -> None:
    assert not is_variant(says(1, "a1", "en"), says(2, "b1", "en"))
    assert is_variant(says(1, "a1", "en"), says(2, "b1", "de"))


def test_a_page_has_the_language_that_it_declared_last() -> None:
    """An answer that declares none leaves it as it is."""
    assert is_variant(says(1, "a1", "en"), says(2, "a1", None), says(3, "a2", "de"))
    assert not is_variant(says(1, "a1", "en"), says(2, "a1", "lt"), says(3, "a2", "lt"))


def test_so_does_a_text_that_has_returned() -> None:
    before = [says(1, "a1", "en"), says(2, "a2", None)]
    assert is_variant(*before, says(3, "a1", None), says(4, "a3", "de"))
    assert not is_variant(*before, says(3, "a1", "lt"), says(4, "a3", "lt"))


# --- what waits -------------------------------------------------------------------------------------------------------


def test_what_is_pending_says_how_far_it_is() -> None:
    state, found = fold([shown(1, "a1"), shown(2, "b1"), shown(3, "b1")])
    said = [f"differs by more than half; {number} of 3 observations that have to agree" for number in (1, 2)]
    assert [found[2].reason, found[3].reason] == said
    assert [one.reason for one in judge.waiting(state)] == said


def test_another_order_is_not_confirmed_by_an_observation_with_other_words() -> None:
    state, found = fold([shown(1, "a1"), shown(2, "a4"), shown(3, "a2")], _Unsure())
    assert found[2].verdict == "unchanged"
    assert (state.number, state.awaited) == (1, shown(3, "a2"))


def test_after_a_return_all_other_texts_can_return_too() -> None:
    assert verdicts("a1", "a2", "a3", "a1", "a2", "a3")[3:] == ["returned", "returned", "returned"]
