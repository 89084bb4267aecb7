"""What a page shows instead of its document, told by what it showed before (pure).

An answer may be credible by itself and still not be the page's text: a redirect may bring another document. That is no
change of the page's words, however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pagewitness.archive.fold import redirects
from pagewitness.archive.fold.judgement import Comparing, Shown, State
from pagewitness.archive.fold.redirects import Leads
from pagewitness.archive.text.languages import close_languages

_SAME: Final = 0.8  # a redirect with this share of the current text's words has brought the page's text
_SAME_BACK: Final = 0.5  # if this share of its own words was there before


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses at which a page has been.

    Attributes:
        page: its own.
        first: the one that answered its first capture.
        alias: whether its own address redirected from the beginning, and not for good: to the newest issue, for example.
        of: the address that answered a capture.
    """

    page: str
    first: str
    alias: bool
    of: Callable[[int], str]


def doubted(state: State, shown: Shown, asked: Comparing, addresses: Addresses) -> Shown:
    """An observation, with a doubt if it shows something instead of the document.

    Args:
        state: of the fold before it.
        shown: the observation.
        asked: compares texts and readings.
        addresses: of the page.
    """
    if shown.doubt or shown.capture is None or state.base is None:
        return shown
    if shown.came_from and (doubt := _redirected(state, shown, asked, addresses)):
        return doubt
    return shown


def _redirected(state: State, shown: Shown, asked: Comparing, addresses: Addresses) -> Shown | None:
    to = shown.came_from or ""
    known = [
        addresses.page,
        addresses.first,
        *([addresses.of(state.base.capture)] if state.base and state.base.capture else []),
    ]
    if any(redirects.leads(one, to) is Leads.SAME for one in known):
        return None
    where = redirects.leads(addresses.page, to)
    if where is Leads.OTHER and (addresses.alias or _speaks_another(state, shown)):
        return None
    if where in (Leads.OTHER, Leads.HOME, Leads.SECTION) and _is_same(state, shown, asked):
        return None
    return replace(shown, doubt=redirects.clause(where, to), state=where.state)


def _is_same(state: State, shown: Shown, asked: Comparing) -> bool:
    """Whether an observation shows the current text and little else. Next year's report in the same form is another text."""
    assert state.base is not None
    if shown.reading == state.base.reading:
        return True
    old, new = asked.text(state.base.reading, state.base.inherited), asked.text(shown.reading)
    if asked.other_issue(old, new):
        return False
    return asked.kept(old, shown.reading) >= _SAME and asked.kept(new, state.base.reading) >= _SAME_BACK


def _speaks_another(state: State, shown: Shown) -> bool:
    assert state.text is not None
    return None not in (state.text.language, shown.language) and shown.language not in close_languages(
        state.text.language
    )
