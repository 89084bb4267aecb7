"""What a browser made of captures: kept beside them, and which pages a browser shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pagewitness.archive.model import Answer, Rendering
from pagewitness.archive.store.bodies import PackedBody
from pagewitness.archive.store.database import Sqlite

_KEEP = "insert into renderings (capture_id, dom_id, picture_id, made) values (:capture, :dom, :picture, :made)"
_STORED = "select dom_id, picture_id, made from renderings where capture_id = :capture"


class StoredRendering(NamedTuple):
    """A rendering as it is stored: the ids of its bodies, and how it was made (JSON)."""

    dom_id: int
    picture_id: int | None
    made: str


def bodies_of(answer: Answer) -> list[bytes]:
    """The bodies of an answer's rendering: the DOM, then the picture; none if there is no rendering."""
    if answer.rendering is None:
        return []
    return [part for part in (answer.rendering.dom, answer.rendering.picture) if part is not None]


def keep_rendering(
    db: Sqlite, capture_id: int, rendering: Rendering | None, packed: Sequence[PackedBody], ids: Sequence[int]
) -> list[str | None]:
    """Append the rendering of a capture, whose bodies are kept already.

    Args:
        packed, ids: its bodies and their ids, in the order of `bodies_of`.

    Returns:
        What the chain covers of it (`chain`): the digests of DOM and picture, and how it was made.
    """
    if rendering is None:
        return []
    picture = ids[1] if len(ids) > 1 else None
    db.execute(_KEEP, capture=capture_id, dom=ids[0], picture=picture, made=rendering.made)
    return [packed[0].digest, packed[1].digest if len(packed) > 1 else None, rendering.made]


def rendering_of(db: Sqlite, capture_id: int) -> StoredRendering | None:
    """The rendering of a capture; None if no browser showed it."""
    return db.one(StoredRendering, _STORED, capture=capture_id)


def show_in_browser(db: Sqlite, pages: Iterable[int], wanted: bool) -> None:
    """Have a browser show some pages from now on, or none."""
    db.many("update pages set browser = :wanted where id = :id", ({"id": page, "wanted": wanted} for page in pages))
