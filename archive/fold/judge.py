"""One step of the fold: the verdict on an observation (pure).

The judge knows readings by number, and asks for their documents (`judgement.Comparing`) only if they differ.

Its rules, in order:

1. not credible (`credibility`, `instead`): *suspect*, and the state stays;
2. no current text yet: *first*;
3. the reading, or the text, of the last observation again: *unchanged*;
4. one of the last few texts again, replaced no more than a month ago: *returned*;
5. less than half of the words of the current text are shown, and otherwise only the page's frame: *suspect* like 1;
6. less than half of the words of the current text are shown, or less than nine tenths by an observation in another language:
   *pending*, until three such observations in a row agree (each shows half of the first one's words, in its language);
   then they are judged from the first one on. What is in another language is a variant of the page: it has to be ten
   observations and to stay for a month;
7. compared with the last observation (`comparison`), no line of the document is gone, new or elsewhere: *unchanged*;
8. lines are elsewhere, or only lines are gone or new whose membership is not sure: *unchanged* for now. If the next
   observation shows the same, it was a change, *moved* if only the order differs;
9. otherwise *changed*; its cause is *edition* if it is next year's text (`editions`), else *change*.

A credible observation that ends a pending run without confirming it refutes it: the pending ones become *suspect*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pagewitness.archive import times
from pagewitness.archive.derived import Cause, PageState, Verdict
from pagewitness.archive.fold.comparison import Difference, Inherited, Text
from pagewitness.archive.fold.judgement import Base, Comparing, Judged, KnownText, Shown, State
from pagewitness.archive.text.languages import close_languages

# Raise it with every change that alters histories (also in `comparison`, `membership`, `editions`, `credibility`, `instead`,
# `text`).
JUDGE: Final = "2"

KEPT = 0.5  # a text with less than this share of the current text's words has to be confirmed
UNTRANSLATED = 0.9  # a text with this share of the current text's words is in its language, whatever the page declares
CONFIRMATIONS = 3
CONFIRMATIONS_IN_ANOTHER_LANGUAGE = 10  # a site may serve another language to some visitors
_AWAITING: Final = (
    "only the order of its lines, or a line beside the text, differs; this counts if the next observation shows it, too"
)
_PASSING: Final = "its order, or a line beside the text, differed, and the next observation did not confirm that"
REMEMBERED = 4  # texts before the current one
RETURN_SECONDS = 31 * 86400


def step(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Judge one observation.

    Args:
        state: after the observation before it, in order of (at, visit).
        shown: the observation.
        asked: compares readings.

    Returns:
        The new state, and the verdicts that this observation settles: those of earlier observations that it confirms or
        refutes, then its own.
    """
    if shown.capture is None:
        return _repeat_last(state, shown, asked)
    if shown.doubt is not None:
        return state, [_judged(state, shown, Verdict.SUSPECT, shown.doubt)]
    if state.base is None:
        return _begin(state, shown, asked.text(shown.reading), Cause.FIRST)
    assert state.text is not None
    if shown.reading == state.base.reading:
        return _stay(state, shown, state.base.inherited)
    old = asked.text(state.base.reading, state.base.inherited)
    new = asked.following(old, shown.reading)
    whole = _whole(new, shown, asked)
    for text in (new, whole):
        if text.digest == state.text.digest:
            return _stay(state, shown, text.inherited)
    if earlier := _earlier(state, shown, whole):
        return _return(state, shown, whole, earlier)
    kept = asked.kept(old, shown.reading)
    if kept < KEPT and asked.emptied(old, new):
        return state, [_judged(state, shown, Verdict.SUSPECT, "its main part is missing")]
    if kept < KEPT or (kept < UNTRANSLATED and _is_translated(state.text, shown)):
        return _hold(state, shown, asked)
    return _compare(state, shown, old, asked)


def waiting(state: State) -> list[Judged]:
    """The present verdicts on the pending observations, and on one whose change awaits the next."""
    pending = [
        _judged(state, shown, Verdict.PENDING, _unconfirmed(state, number))
        for number, shown in enumerate(state.pending, 1)
    ]
    return [*([_awaiting(state, state.awaited)] if state.awaited else []), *pending]


def _repeat_last(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """A 304 that does not say which capture it confirms: it repeats the last observation that was not suspect."""
    last = state.pending[-1] if state.pending else state.awaited
    if last is not None:
        return step(state, replace(last, visit=shown.visit, at=shown.at), asked)
    if state.base is None:
        return state, [_judged(state, shown, Verdict.SUSPECT, "not modified, but nothing credible came before it")]
    again = replace(shown, capture=state.base.capture, reading=state.base.reading)
    return _stay(state, again, state.base.inherited)


def _whole(text: Text, shown: Shown, asked: Comparing) -> Text:
    """The text of an observation with what was withheld from it (`comparison.following`): a revision has all of it."""
    kept = text.inherited
    return asked.text(shown.reading, kept._replace(withheld=())) if kept.withheld else text


def _stay(state: State, shown: Shown, inherited: Inherited) -> tuple[State, list[Judged]]:
    """The current text stays current."""
    assert state.text is not None
    settled = _settled(state)
    text = replace(state.text, seen_at=shown.at, language=shown.language or state.text.language)
    base = Base(shown.capture, shown.reading, inherited)
    state = replace(state, text=text, pending=(), base=base, awaited=None)
    return state, [*settled, _judged(state, shown, Verdict.UNCHANGED)]


def _compare(state: State, shown: Shown, old: Text, asked: Comparing) -> tuple[State, list[Judged]]:
    """Judge what differs from the last observation."""
    settled = _settled(state)
    state = replace(state, pending=())
    found = asked.difference(old, asked.following(old, shown.reading))
    if state.awaited is not None:
        before = asked.following(old, state.awaited.reading)
        first = asked.difference(old, before)
        again = asked.difference(before, asked.following(before, shown.reading))
        if found.confirms(first) if first.words else not (again.words or again.moved):
            state, confirmed = _change(state, state.awaited, first, old, asked)
            settled += confirmed
            old, found = before, again
    new = asked.following(old, shown.reading)
    if found.words and found.sure:
        state, judged = _change(state, shown, found, old, asked)
    elif found.words or found.moved:
        state = replace(state, awaited=shown)
        judged = [_awaiting(state, shown)]
    else:
        state, judged = _stay(state, shown, new.inherited)
    return state, [*settled, *judged]


def _change(state: State, shown: Shown, found: Difference, old: Text, asked: Comparing) -> tuple[State, list[Judged]]:
    """Another text becomes current: a change, another order, or a new edition."""
    new = _whole(asked.following(old, shown.reading), shown, asked)
    return _begin(state, shown, new, _cause(old, new, asked) if found.words else Cause.MOVED)


def _cause(old: Text, new: Text, asked: Comparing) -> Cause:
    return Cause.EDITION if asked.edition(old, new) else Cause.CHANGE


def _begin(state: State, shown: Shown, text: Text, cause: Cause) -> tuple[State, list[Judged]]:
    """The text shown becomes current as a new revision."""
    settled = _settled(state, shown)
    before = (state.text, *(one for one in state.before if one.digest != state.text.digest)) if state.text else ()
    known = KnownText(shown.visit, text.digest, shown.at, shown.language)
    base = Base(shown.capture, shown.reading, text.inherited)
    state = State(known, before[:REMEMBERED], (), base, None, state.number + 1)
    verdict = Verdict.FIRST if cause is Cause.FIRST else Verdict.CHANGED
    members = tuple(sorted({*text.members, *text.view.unshown}))
    return state, [*settled, Judged(shown, verdict, None, shown.visit, state.number, cause, members)]


def _earlier(state: State, shown: Shown, new: Text) -> KnownText | None:
    """The earlier text that an observation shows again."""
    fresh = times.later(shown.at, -RETURN_SECONDS)
    return next((text for text in state.before if text.digest == new.digest and text.seen_at >= fresh), None)


def _return(state: State, shown: Shown, new: Text, earlier: KnownText) -> tuple[State, list[Judged]]:
    """An earlier text is current again; no new revision."""
    assert state.text is not None
    settled = _settled(state)
    before = (state.text, *(text for text in state.before if text is not earlier))[:REMEMBERED]
    text = replace(earlier, seen_at=shown.at, language=shown.language or earlier.language)
    base = Base(shown.capture, shown.reading, new.inherited)
    state = replace(state, text=text, before=before, pending=(), base=base, awaited=None)
    return state, [*settled, _judged(state, shown, Verdict.RETURNED)]


def _hold(state: State, shown: Shown, asked: Comparing) -> tuple[State, list[Judged]]:
    """Wait for confirmation; once complete, judge the run again, its first observation as a change."""
    settled: list[Judged] = []
    if state.text is not None and _is_translated(state.text, shown):
        shown = replace(shown, state=PageState.VARIANT)
    if state.pending and not _agree(state.pending[0], shown, asked):
        settled, state = _refuted(state), replace(state, pending=())
    run = (*state.pending, shown)
    state = replace(state, pending=run)
    if not _is_confirmed(state):
        held = _judged(state, shown, Verdict.PENDING, _unconfirmed(state, len(run)))
        return state, [*settled, held]
    assert state.base is not None
    old = asked.text(state.base.reading, state.base.inherited)
    first, *rest = run
    new = _whole(asked.following(old, first.reading), first, asked)
    state, confirmed = _begin(replace(state, pending=()), replace(first, state=None), new, _cause(old, new, asked))
    settled += confirmed
    for later in rest:
        state, judged = step(state, replace(later, state=None), asked)
        settled += judged
    return state, settled


def _is_translated(text: KnownText | Shown, shown: Shown) -> bool:
    """Whether an observation declares another language than a text."""
    return None not in (text.language, shown.language) and shown.language not in close_languages(text.language)


def _agree(first: Shown, shown: Shown, asked: Comparing) -> bool:
    """Whether an observation confirms the first pending one."""
    return not _is_translated(first, shown) and asked.kept(asked.text(first.reading), shown.reading) >= KEPT


def _is_confirmed(state: State) -> bool:
    """Whether enough pending observations agree to make theirs the current text."""
    assert state.text is not None
    first, last = state.pending[0], state.pending[-1]
    if not _is_translated(state.text, first):
        return len(state.pending) >= CONFIRMATIONS
    stays = last.at >= times.later(first.at, RETURN_SECONDS)
    return stays and len(state.pending) >= CONFIRMATIONS_IN_ANOTHER_LANGUAGE


def _unconfirmed(state: State, number: int) -> str:
    assert state.text is not None
    first = state.pending[0]
    if _is_translated(state.text, first):
        return f"it is in another language ({first.language}, not {state.text.language}), which has to stay for a month"
    return f"differs by more than half; {number} of {CONFIRMATIONS} observations that have to agree"


def _refuted(state: State) -> list[Judged]:
    other = state.text is not None and bool(state.pending) and _is_translated(state.text, state.pending[0])
    reason = f"{'was in another language' if other else 'differed by more than half'}, and was not confirmed"
    return [_judged(state, shown, Verdict.SUSPECT, reason) for shown in state.pending]


def _settled(state: State, confirmed: Shown | None = None) -> list[Judged]:
    """The verdicts on what another observation was to confirm, and this one does not."""
    awaited = state.awaited if state.awaited != confirmed else None
    return [*([_judged(state, awaited, Verdict.UNCHANGED, _PASSING)] if awaited else []), *_refuted(state)]


def _awaiting(state: State, shown: Shown) -> Judged:
    return _judged(state, shown, Verdict.UNCHANGED, _AWAITING)


def _judged(state: State, shown: Shown, verdict: Verdict, reason: str | None = None) -> Judged:
    return Judged(shown, verdict, reason, state.text.revision if state.text else None)
