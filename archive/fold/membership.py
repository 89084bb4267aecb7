"""Which blocks of an observation become the current text, where its reading and the readings before disagree (pure).

An extractor may drop a table, or take a box, at the very observation at which the document really changed. So of what was
visible before and still is, three are asked: the current text, the reading of the last credible observation, and that of the
new one; two decide. What the extractor has changed its mind on for longer than one observation is healed so, and what it
changes at the moment of a change is no part of that change. What is new to the page is what its reading says.
"""

from __future__ import annotations

from collections import Counter

from pagewitness.archive.fold.comparison import MOST_LINKED, ReadingView, paired


def accepted(text: ReadingView, base: ReadingView, new: ReadingView) -> tuple[int, ...] | None:
    """The blocks of an observation that become the current text.

    Args:
        text: what the current text was read from, with the blocks marked as document that were accepted.
        base: the reading of the last credible observation.
        new: that of the observation that begins a revision.

    Returns:
        the numbers of the new reading's blocks that are accepted, in reading order; None for those that it marks itself.
    """
    if base.hides_mail != new.hides_mail:
        text, base, new = text.masked, base.masked, new.masked
    standing, before, now = (_document(view) for view in (text, base, new))
    heads = {form for form, block in new.lines if block.kind == "h1"}  # what the page is called now
    wanted = Counter(now)
    for form in (standing.keys() | now.keys()) - heads:
        if base.visible[form] and new.visible[form]:
            # Copies that were none of the document (an entry of a menu) are not what is left of it.
            left = max(now[form], new.visible[form] - (base.visible[form] - before[form]))
            wanted[form] = min(left, sorted((standing[form], before[form], now[form]))[1])
            more = max(0, new.visible[form] - base.visible[form])  # copies that are new to the page
            wanted[form] += min(more, max(0, now[form] - wanted[form]))
    for form in _edited(standing, before, base, new):
        wanted[form] = max(1, wanted[form])
    found = _taken(new, wanted)
    if found == tuple(at for at, block in enumerate(new.blocks) if block.document):
        return None
    same = [new.normal_forms[at] for at in found] == [form for form, block in text.lines if form and block.document]
    return None if same else found  # a revision has another text than the one before


def _document(view: ReadingView) -> Counter[str]:
    return Counter(form for form, block in view.lines if form and block.document)


def _edited(standing: Counter[str], before: Counter[str], base: ReadingView, new: ReadingView) -> set[str]:
    """What blocks of the document turned into that the new reading does not take."""
    gone = [form for form in (base.visible - new.visible).elements() if standing[form] and before[form]]
    fresh = [(form, block) for form, block in new.lines if form and not base.visible[form]]
    come = {form for form, block in fresh if not block.document and _may_be_taken(new, block.zone, block.links)}
    if not gone or not come:
        return set()
    taken = [form for form, block in fresh if block.document]
    pairs, _, _ = paired(gone, [*taken, *sorted(come)])
    return {now for _, now in pairs if now in come}


def _may_be_taken(new: ReadingView, zone: str, links: float) -> bool:
    """Whether a block that its reading does not take may be the document for where it stands."""
    return zone not in new.outside and links <= MOST_LINKED


def _taken(new: ReadingView, wanted: Counter[str]) -> tuple[int, ...]:
    """As many blocks of each form as are wanted: first those that are marked."""
    left = Counter(wanted)
    found = []
    for marked in (True, False):
        for at, (form, block) in enumerate(new.lines):
            if block.document is not marked or not (marked or _may_be_taken(new, block.zone, block.links)):
                continue
            if left[form] > 0 or (marked and not form):
                left[form] -= 1
                found.append(at)
    return tuple(sorted(found))
