"""Which blocks of an observation become the current text if its reading and earlier ones disagree (pure).

An extractor may drop a table, or include a box, at the very observation at which the document really changed. So for blocks
that were visible before and still are, three vote: the current text, the reading of the last credible observation, and the
new reading. Two decide. So what an extractor changes at the moment of a change is not part of that change, and what it
changed longer ago is corrected. For blocks that are new to the page, the new reading decides.
"""

from __future__ import annotations

from collections import Counter

from pagewitness.archive.fold.comparison import MOST_LINKED, ReadingView, paired


def accepted(text: ReadingView, base: ReadingView, new: ReadingView) -> tuple[int, ...] | None:
    """The blocks of an observation that become the current text.

    Args:
        text: the reading of the current text, with the accepted blocks marked as document.
        base: the reading of the last credible observation.
        new: the reading of the observation that begins a revision.

    Returns:
        the places of the accepted blocks in the new reading, in order; None if they are those that it marks itself.
    """
    if base.hides_mail != new.hides_mail:
        text, base, new = text.masked, base.masked, new.masked
    current, before, now = (_document(view) for view in (text, base, new))
    heads = {form for form, block in new.lines if block.kind == "h1"}  # the page's present names
    wanted = Counter(now)
    for form in (current.keys() | now.keys()) - heads:
        if base.visible[form] and new.visible[form]:
            # Copies that were not document (a menu entry) are not what is left of it.
            left = max(now[form], new.visible[form] - (base.visible[form] - before[form]))
            wanted[form] = min(left, sorted((current[form], before[form], now[form]))[1])
            more = max(0, new.visible[form] - base.visible[form])  # copies that are new to the page
            wanted[form] += min(more, max(0, now[form] - wanted[form]))
    for form in _edited(current, before, base, new):
        wanted[form] = max(1, wanted[form])
    found = _taken(new, wanted)
    if found == tuple(at for at, block in enumerate(new.blocks) if block.document):
        return None
    same = [new.normal_forms[at] for at in found] == [form for form, block in text.lines if form and block.document]
    return None if same else found  # a revision has another text than the one before


def _document(view: ReadingView) -> Counter[str]:
    return Counter(form for form, block in view.lines if form and block.document)


def _edited(current: Counter[str], before: Counter[str], base: ReadingView, new: ReadingView) -> set[str]:
    """What blocks of the document turned into, if the new reading does not take that for document."""
    gone = [form for form in (base.visible - new.visible).elements() if current[form] and before[form]]
    fresh = [(form, block) for form, block in new.lines if form and not base.visible[form]]
    come = {form for form, block in fresh if not block.document and _may_be_taken(new, block.zone, block.links)}
    if not gone or not come:
        return set()
    taken = [form for form, block in fresh if block.document]
    pairs, _, _ = paired(gone, [*taken, *sorted(come)])
    return {now for _, now in pairs if now in come}


def _may_be_taken(new: ReadingView, zone: str, links: float) -> bool:
    """Whether a block that its reading does not take may be document, by its zone and links."""
    return zone not in new.outside and links <= MOST_LINKED


def _taken(new: ReadingView, wanted: Counter[str]) -> tuple[int, ...]:
    """As many blocks of each form as are wanted; those marked as document first."""
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
