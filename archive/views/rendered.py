"""What a browser made of a capture: the DOM and the picture of the page."""

from __future__ import annotations

from pagewitness.archive.errors import NotFound
from pagewitness.archive.store import bodies, evidence, renderings
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.times import short


def rendered_part(db: Sqlite, capture_id: int, *, picture: bool) -> bytes:
    """The DOM (HTML in UTF-8) that a browser made of a capture, or the picture (PNG) that it took.

    Raises:
        NotFound: no browser showed the page then, or there is no picture.
        FixityError: the bytes no longer match their digest.
    """
    capture, found = evidence.capture(db, capture_id), renderings.rendering_of(db, capture_id)
    when = f"{capture.url} at {short(capture.captured_at)} UTC"
    if found is None:
        raise NotFound(
            f"No browser showed {when}: `--raw` prints what was sent. `pagewitness add --browser` asks for one."
        )
    if picture and found.picture_id is None:
        raise NotFound(f"The browser could not take a picture of {when}: `--rendered` prints what it showed.")
    return bodies.load_body(db, found.picture_id if picture and found.picture_id is not None else found.dom_id)
