"""How the blocks of a reading are stored: columns of numbers, which compress well, beside the page's texts and groups."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.store import bodies

_FLAGS: Final = ("barred", "main", "among_text", "inward", "heads")  # of `Signs`; bit 0 is `document`


class Standing(NamedTuple):
    """What blocks of a reading have in common that stand alike: a row of `line_groups`."""

    kind: str
    zone: str
    path: str


def standing_of(block: VisibleBlock) -> Standing:
    """The place of a block among the others of its page."""
    return Standing(block.kind, block.zone, block.signs.path)


def packed(blocks: Sequence[VisibleBlock], texts: Mapping[str, int], groups: Mapping[Standing, int]) -> bytes:
    """The blocks of a reading as they are stored.

    Args:
        blocks: in order.
        texts, groups: the ids of their texts and of their groups.
    """
    columns: dict[str, list[Any]] = {
        "lines": _steps(texts[block.text] for block in blocks),
        "groups": _steps(groups[standing_of(block)] for block in blocks),
        "links": [round(100 * block.links) for block in blocks],
        "chances": [round(100 * block.signs.chance) for block in blocks],
        "flags": [_flags(block) for block in blocks],
    }
    if any(block.page for block in blocks):
        columns["pages"] = [block.page for block in blocks]
    languages = {at: block.language for at, block in enumerate(blocks) if block.language}
    return bodies.pack(json.dumps(columns | {"languages": languages}, separators=(",", ":")).encode())


def line_ids(layout: bytes) -> list[int]:
    """The ids of the texts of a reading's blocks, in order."""
    return list(accumulate(json.loads(bodies.unpack(layout))["lines"]))


def group_ids(layout: bytes) -> list[int]:
    """The ids of the groups of a reading's blocks, in order."""
    return list(accumulate(json.loads(bodies.unpack(layout))["groups"]))


def unpacked(layout: bytes, texts: Mapping[int, str], groups: Mapping[int, Standing]) -> list[VisibleBlock]:
    """The blocks of a reading, in order.

    Args:
        layout: as stored (`packed`).
        texts, groups: the texts and the places of blocks, by their ids.
    """
    columns = json.loads(bodies.unpack(layout))
    ids = accumulate(columns["lines"]), accumulate(columns["groups"])
    pages = columns.get("pages") or [None] * len(columns["lines"])
    languages = columns["languages"]
    rows = zip(*ids, columns["links"], columns["chances"], columns["flags"], pages, strict=True)
    found = []
    for at, (line, group, links, chance, flags, page) in enumerate(rows):
        kind, zone, path = groups[group]
        language = languages.get(str(at)) if languages else None
        judged = _signs(chance, path, flags)
        found.append(
            VisibleBlock(kind, texts[line], zone, links / 100, bool(flags & 1), "", page, language, judged=judged)
        )
    return found


@lru_cache(maxsize=1 << 14)
def _signs(chance: int, path: str, flags: int) -> Signs | None:
    """Signs as they are stored; None for those of a block that no model was asked about."""
    signs = Signs(chance / 100, path, *(bool(flags >> bit & 1) for bit in range(1, len(_FLAGS) + 1)))
    return None if signs == VisibleBlock("p", "", document=bool(flags & 1)).signs else signs


def _flags(block: VisibleBlock) -> int:
    bits = (block.document, *(getattr(block.signs, name) for name in _FLAGS))
    return sum(1 << at for at, bit in enumerate(bits) if bit)


def _steps(ids: Iterable[int]) -> list[int]:
    """Numbers as differences: those of neighbours are close."""
    return [after - before for before, after in pairwise((0, *ids))]
