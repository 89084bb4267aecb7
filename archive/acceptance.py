"""Which blocks of a showing become the text in force, where its reading and the readings before disagree (pure).

An extractor may drop a table, or take a box, at the very showing at which the document really changed. So of what was
visible before and still is, three are asked: the text in force, the reading of the last credible showing, and that of the
new one; two decide. What the extractor has changed its mind on for longer than one showing is healed so, and what it
changes at the moment of a change is no part of that change. What is new to the page is what its reading says.
"""

from __future__ import annotations

from collections import Counter

from pagewitness.archive.comparison import Sight, paired
from pagewitness.archive.model import VisibleBlock

_MOST_LINKED = 0.5


def accepted(text: Sight, base: Sight, new: Sight) -> tuple[int, ...] | None:
    """The blocks of a showing that become the text in force.

    Args:
        text: what the text in force was read from, with the blocks marked as document that were accepted.
        base: the reading of the last credible showing.
        new: that of the showing that begins a revision.

    Returns:
        the numbers of the new reading's blocks that are accepted, in reading order; None for those that it marks itself.
    """
    standing, before, now = (_document(sight) for sight in (text, base, new))
    wanted = dict(now)
    heads = {form for form, block in _blocks(new) if block.kind == "h1"}  # what the page is called now
    for form in (standing.keys() | now.keys()) - heads:
        if base.visible[form] and new.visible[form]:
            wanted[form] = sorted((standing[form], before[form], now[form]))[1]
    for form in _edited(standing, before, base, new):
        wanted[form] = max(1, wanted.get(form, 0))
    if all(wanted.get(form, 0) == now[form] for form in wanted.keys() | now.keys()):
        return None
    found = _taken(new, wanted)
    same = [new.forms[at] for at in found] == [form for form, block in _blocks(text) if block.document]
    return None if same else found  # a revision has another text than the one before


def _blocks(sight: Sight) -> list[tuple[str, VisibleBlock]]:
    return [(form, block) for form, block in sight.formed if form]


def _document(sight: Sight) -> Counter[str]:
    return Counter(form for form, block in _blocks(sight) if block.document)


def _edited(standing: Counter[str], before: Counter[str], base: Sight, new: Sight) -> list[str]:
    """What blocks of the document turned into that the new reading does not take."""
    gone = [form for form in (base.visible - new.visible).elements() if standing[form] and before[form]]
    come = [
        form
        for form, block in _blocks(new)
        if not (block.document or base.visible[form] or block.zone in new.outside or block.links > _MOST_LINKED)
    ]
    if not gone or not come:
        return []
    taken = [form for form, block in _blocks(new) if block.document and not base.visible[form]]
    pairs, _, _ = paired(gone, [*taken, *come])
    return [now for _, now in pairs if now in come]


def _taken(new: Sight, wanted: dict[str, int]) -> tuple[int, ...]:
    """As many blocks of each form as are wanted: first those that are marked."""
    left = Counter(wanted)
    found = []
    for marked in (True, False):
        for at, (form, block) in enumerate(new.formed):
            if block.document is marked and (left[form] > 0 or (marked and not form)):
                left[form] -= 1
                found.append(at)
    return tuple(sorted(found))
