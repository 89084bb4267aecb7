"""One step of the fold: what an observation says about the page (pure).

The judge knows readings by number and by the digest of their words (`words.text_digest`); how much of one text another
shows, and whether the document differs between two, is asked (`comparison`), so that the words themselves are looked at
only where the digests differ.

Its rules, in order:

1. not credible (the reading's not_credible, or a status from 300 on): *suspect*, and nothing moves;
2. no current text yet: *first*;
3. the same words were read as the current text was read from, and it is all of these: *unchanged*;
4. the same words as one of the last few texts, replaced no more than a month ago: *returned*;
5. less than half of the words of the current text are shown, and nothing in their place but the page's frame: *suspect* like 1;
6. less than half of the words of the current text are shown, or less than nine tenths by an observation that says that it is in another
   language: *pending*, until three such observations in a row (ten in another language) agree with each other (each shows
   half of the first one's words, in its language), then judged as of the first;
7. beside the last credible observation, nothing of the document is new or gone, by what both show: *unchanged*;
8. otherwise *changed*; its cause is *edition* where it is next year's text (`editions`), else *change*.

A credible observation that ends a pending run without confirming it refutes it: what was pending becomes *suspect*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pagewitness.archive import times
from pagewitness.archive.derived import Cause, Verdict
from pagewitness.archive.fold.judgement import Comparing, Judged, Shown, State, Text

# Raise it with every change that alters histories (also in `comparison`, `membership`, `editions`, `credibility`, `text`).
JUDGE: Final = "1"

KEPT = 0.5  # a text that keeps less of the words of the current text has to be confirmed
UNTRANSLATED = 0.9  # a text that keeps so many of the words of the current text is in their language, whatever it says
CONFIRMATIONS = 3
CONFIRMATIONS_IN_ANOTHER_LANGUAGE = 10  # a site may serve some visitors, or some visits, another one
REMEMBERED = 4  # texts before the current one
RETURN_SECONDS = 31 * 86400


def step(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Judge one observation.

    Args:
        state: after the observation before it, in order of (at, visit).
        shown: the observation.
        asked: what the readings say to each other.

    Returns:
        The new state, and the verdicts that this observation settles: its own, last, and before it those of pending
        observations that it confirms or refutes.
    """
    if shown.capture is None:
        return _again(state, shown, asked)
    if shown.doubt is not None:
        return state, [_judged(state, shown, Verdict.SUSPECT, shown.doubt)]
    text = state.text
    if text is None:
        return _begin(state, shown, Verdict.FIRST)
    if shown.text_digest == text.text_digest and text.accepted is None:
        return _stand(state, shown, Verdict.UNCHANGED)
    if earlier := _earlier(state, shown, asked):
        return _return(state, shown, earlier)
    kept = asked.kept(text, shown.reading)
    far = kept < KEPT
    if far and asked.emptied(text, state.base_reading, shown.reading):
        return state, [_judged(state, shown, Verdict.SUSPECT, "its main part is missing")]
    if far or (kept < UNTRANSLATED and _is_translated(text, shown)):
        return _hold(state, shown, asked)
    if not asked.changed(text, state.base_reading, shown.reading):
        return _stand(state, shown, Verdict.UNCHANGED)
    return _change(state, shown, asked)


def waiting(state: State) -> list[Judged]:
    """The verdicts, as yet, on the observations that wait for confirmation."""
    return [
        _judged(state, shown, Verdict.PENDING, _unconfirmed(state, number))
        for number, shown in enumerate(state.pending, 1)
    ]


def _again(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """A 304 that does not say which capture it confirms: the last that was not suspect."""
    if state.pending:
        last = state.pending[-1]
        again = replace(last, visit=shown.visit, at=shown.at)
        return step(state, again, asked)
    if state.text is None:
        return state, [_judged(state, shown, Verdict.SUSPECT, "not modified, but nothing credible came before it")]
    return _stand(state, replace(shown, capture=state.base, reading=state.base_reading), Verdict.UNCHANGED)


def _stand(state: State, shown: Shown, verdict: Verdict) -> tuple[State, list[Judged]]:
    """The current text stays current."""
    assert state.text is not None
    settled = _refuted(state)
    text = replace(state.text, seen_at=shown.at, language=shown.language or state.text.language)
    state = replace(state, text=text, pending=(), base=shown.capture, base_reading=shown.reading)
    return state, [*settled, _judged(state, shown, verdict)]


def _change(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Another text becomes current: a change, or a new edition."""
    assert state.text is not None
    cause = Cause.EDITION if asked.edition(state.text, shown.reading) else Cause.CHANGE
    accepted = asked.accepted(state.text, state.base_reading, shown.reading)
    return _begin(state, shown, Verdict.CHANGED, cause, accepted)


def _begin(
    state: State,
    shown: Shown,
    verdict: Verdict,
    cause: Cause = Cause.FIRST,
    accepted: tuple[int, ...] | None = None,
) -> tuple[State, list[Judged]]:
    """The text shown becomes current as a new revision."""
    settled = _refuted(state)
    before = (state.text, *state.before)[:REMEMBERED] if state.text else ()
    text = replace(_text(shown), accepted=accepted)
    state = State(text, before, (), shown.capture, state.number + 1, shown.reading)
    return state, [*settled, Judged(shown, verdict, None, shown.visit, state.number, cause, accepted)]


def _earlier(state: State, shown: Shown, asked: Comparing) -> Text | None:
    """The earlier text that an observation shows again: the same words were read, and all that was accepted is there."""
    fresh = times.later(shown.at, -RETURN_SECONDS)
    same = (text for text in state.before if text.text_digest == shown.text_digest and text.seen_at >= fresh)
    return next((text for text in same if text.accepted is None or asked.kept(text, shown.reading) >= 1), None)


def _return(state: State, shown: Shown, earlier: Text) -> tuple[State, list[Judged]]:
    """An earlier text is current again; no new revision."""
    assert state.text is not None
    settled = _refuted(state)
    before = (state.text, *(text for text in state.before if text is not earlier))[:REMEMBERED]
    state = replace(
        state,
        text=replace(earlier, seen_at=shown.at, language=shown.language or earlier.language),
        before=before,
        pending=(),
        base=shown.capture,
        base_reading=shown.reading,
    )
    return state, [*settled, _judged(state, shown, Verdict.RETURNED)]


def _hold(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Wait for confirmation; when it is complete, judge the run anew, its first observation as a change."""
    settled: list[Judged] = []
    if state.pending and not _agree(state.pending[0], shown, asked):
        settled, state = _refuted(state), replace(state, pending=())
    run = (*state.pending, shown)
    state = replace(state, pending=run)
    if len(run) < _needed(state):
        held = _judged(state, shown, Verdict.PENDING, _unconfirmed(state, len(run)))
        return state, [*settled, held]
    state, confirmed = _change(replace(state, pending=()), run[0], asked)
    settled += confirmed
    for later in run[1:]:
        state, judged = step(state, later, asked)
        settled += judged
    return state, settled


def _is_translated(text: Text | Shown, shown: Shown) -> bool:
    """Whether an observation says that it is in another language than a text."""
    return None not in (text.language, shown.language) and text.language != shown.language


def _agree(first: Shown, shown: Shown, asked: Comparing) -> bool:
    """Whether an observation confirms the first of those that wait."""
    return not _is_translated(first, shown) and asked.kept(_text(first), shown.reading) >= KEPT


def _text(shown: Shown) -> Text:
    """What an observation shows, as a text."""
    return Text(shown.visit, shown.reading, shown.text_digest, shown.at, shown.language)


def _needed(state: State) -> int:
    """How many observations have to agree before what waits becomes current."""
    assert state.text is not None
    other = _is_translated(state.text, state.pending[0])
    return CONFIRMATIONS_IN_ANOTHER_LANGUAGE if other else CONFIRMATIONS


def _unconfirmed(state: State, number: int) -> str:
    assert state.text is not None
    first = state.pending[0]
    other = _is_translated(state.text, first)
    how = (
        f"is in another language ({first.language}, not {state.text.language})"
        if other
        else "differs by more than half"
    )
    return f"{how}; {number} of {_needed(state)} observations that have to agree"


def _refuted(state: State) -> list[Judged]:
    other = state.text is not None and bool(state.pending) and _is_translated(state.text, state.pending[0])
    reason = f"{'was in another language' if other else 'differed by more than half'}, and was not confirmed"
    return [_judged(state, shown, Verdict.SUSPECT, reason) for shown in state.pending]


def _judged(state: State, shown: Shown, verdict: Verdict, reason: str | None = None) -> Judged:
    return Judged(shown, verdict, reason, state.text.revision if state.text else None)
