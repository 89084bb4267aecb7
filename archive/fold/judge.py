"""One step of the fold: the verdict on an observation (pure).

The judge knows readings by number and by the digest of their words (`words.text_digest`). It asks `comparison` how much of one
text another shows, and whether the document differs between two, so the words themselves are read only if digests differ.

Its rules, in order:

1. not credible (the reading's not_credible, or a status from 300 on): *suspect*, and the state stays;
2. no current text yet: *first*;
3. the same words as in the reading of the current text, if the text is all of it: *unchanged*;
4. the same words as one of the last few texts, replaced no more than a month ago: *returned*;
5. less than half of the words of the current text are shown, and otherwise only the page's frame: *suspect* like 1;
6. less than half of the words of the current text are shown, or less than nine tenths by an observation in another language:
   *pending*, until three such observations in a row (ten in another language) agree (each shows half of the first one's
   words, in its language); then they are judged from the first one on;
7. compared with the last credible observation, nothing of the document is new or gone: *unchanged*;
8. otherwise *changed*; its cause is *edition* if it is next year's text (`editions`), else *change*.

A credible observation that ends a pending run without confirming it refutes it: the pending ones become *suspect*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pagewitness.archive import times
from pagewitness.archive.derived import Cause, Verdict
from pagewitness.archive.fold.judgement import Comparing, Judged, Shown, State, Text

# Raise it with every change that alters histories (also in `comparison`, `membership`, `editions`, `credibility`, `text`).
JUDGE: Final = "2"

KEPT = 0.5  # a text with less than this share of the current text's words has to be confirmed
UNTRANSLATED = 0.9  # a text with this share of the current text's words is in its language, whatever the page declares
CONFIRMATIONS = 3
CONFIRMATIONS_IN_ANOTHER_LANGUAGE = 10  # a site may serve another language to some visitors
REMEMBERED = 4  # texts before the current one
RETURN_SECONDS = 31 * 86400


def step(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Judge one observation.

    Args:
        state: after the observation before it, in order of (at, visit).
        shown: the observation.
        asked: compares texts and readings.

    Returns:
        The new state, and the verdicts that this observation settles: those of pending observations that it confirms or
        refutes, then its own.
    """
    if shown.capture is None:
        return _repeat_last(state, shown, asked)
    if shown.doubt is not None:
        return state, [_judged(state, shown, Verdict.SUSPECT, shown.doubt)]
    text = state.text
    if text is None:
        return _begin(state, shown, Verdict.FIRST)
    if shown.text_digest == text.text_digest and text.accepted is None:
        return _stay(state, shown, Verdict.UNCHANGED)
    if earlier := _earlier(state, shown, asked):
        return _return(state, shown, earlier)
    kept = asked.kept(text, shown.reading)
    far = kept < KEPT
    if far and asked.emptied(text, state.base_reading, shown.reading):
        return state, [_judged(state, shown, Verdict.SUSPECT, "its main part is missing")]
    if far or (kept < UNTRANSLATED and _is_translated(text, shown)):
        return _hold(state, shown, asked)
    if not asked.changed(text, state.base_reading, shown.reading):
        return _stay(state, shown, Verdict.UNCHANGED)
    return _change(state, shown, asked)


def waiting(state: State) -> list[Judged]:
    """The present verdicts on the pending observations."""
    return [
        _judged(state, shown, Verdict.PENDING, _unconfirmed(state, number))
        for number, shown in enumerate(state.pending, 1)
    ]


def _repeat_last(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """A 304 that does not say which capture it confirms: it repeats the last observation that was not suspect."""
    if state.pending:
        last = state.pending[-1]
        again = replace(last, visit=shown.visit, at=shown.at)
        return step(state, again, asked)
    if state.text is None:
        return state, [_judged(state, shown, Verdict.SUSPECT, "not modified, but nothing credible came before it")]
    return _stay(state, replace(shown, capture=state.base, reading=state.base_reading), Verdict.UNCHANGED)


def _stay(state: State, shown: Shown, verdict: Verdict) -> tuple[State, list[Judged]]:
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
    """The earlier text that an observation shows again: it has the same words, and all accepted blocks."""
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
    """Wait for confirmation; once complete, judge the run again, its first observation as a change."""
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
    """Whether an observation declares another language than a text."""
    return None not in (text.language, shown.language) and text.language != shown.language


def _agree(first: Shown, shown: Shown, asked: Comparing) -> bool:
    """Whether an observation confirms the first pending one."""
    return not _is_translated(first, shown) and asked.kept(_text(first), shown.reading) >= KEPT


def _text(shown: Shown) -> Text:
    """The text of an observation."""
    return Text(shown.visit, shown.reading, shown.text_digest, shown.at, shown.language)


def _needed(state: State) -> int:
    """How many observations have to agree before a pending text becomes current."""
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
