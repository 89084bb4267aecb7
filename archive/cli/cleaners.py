"""`show --cleaner`: how a given cleaner read a capture."""

from __future__ import annotations

from shlex import quote

import click

from pagewitness.archive import times
from pagewitness.archive.cli import Invocation, print_json
from pagewitness.archive.cli.terminal import echo, look, terminal_columns, width
from pagewitness.archive.derived import DETAILS, Reading
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import readings
from pagewitness.archive.model import Capture
from pagewitness.archive.render import terminal
from pagewitness.archive.store import evidence
from pagewitness.archive.text.columns import fill, safe, wrap
from pagewitness.archive.text.words import count_words
from pagewitness.archive.views import selection


def show(invocation: Invocation, page: str, at: str | None, name: str, as_json: bool) -> None:
    """Print a cleaner's reading of a capture.

    Args:
        page, at: name the capture (`selection.capture_id_of`).
        name: the cleaner's name or an unambiguous part of it (`cleaner_named`); `list` prints all of them.

    Raises:
        NotFound, QueryError: as `cleaner_named`, and as `selection.capture_id_of`.
    """
    with invocation.read() as db:
        capture = evidence.capture(db, selection.capture_id_of(db, page, at, times.now()))
        url = evidence.page(db, capture.page_id).url
        known = readings.read_by(db, capture.id)
        found = None if name == "list" else cleaner_named(list(known), name, url)
        reading = readings.reading_of(db, capture.id, found) if found else None
    if found is None or reading is None:
        _list(capture, url, known, as_json)
    elif as_json:
        print_json(_fields(capture, url, reading, known[found]))
    else:
        _print(capture, url, reading)


def cleaner_named(known: list[str], name: str, url: str) -> str:
    """Find a cleaner by its name, or by the beginning of the name or of one of its parts, such as `rules-5e`.

    Args:
        known: the cleaners that have read the capture.
        url: the address of the capture's page, for messages.

    Raises:
        NotFound: no cleaner matches.
        QueryError: several cleaners match.
    """
    if name in known:
        return name
    found = [one for one in known if name and any(part.startswith(name) for part in (one, *_parts(one)))]
    if len(found) == 1:
        return found[0]
    if found:
        raise QueryError(f"'{name}' matches several cleaners; write more of the name: {'; '.join(found)}.")
    if not known:
        raise NotFound(f"No cleaner has read this capture of {url} yet: run `pagewitness reclean {quote(url)}`.")
    raise NotFound(f"No cleaner named '{name}' has read this capture of {url}. These have: {'; '.join(known)}.")


def _parts(cleaner: str) -> tuple[str, ...]:
    """The parts of a name, with and without their labels: `tesseract-5e6f7a8b` and `5e6f7a8b`."""
    parts = cleaner.split()
    return (*parts, *(part.rpartition("-")[2] for part in parts))


def _list(capture: Capture, url: str, known: dict[str, str | None], as_json: bool) -> None:
    if as_json:
        for name, since in known.items():
            print_json({"url": url, "captured_at": capture.captured_at, "cleaner": name, "since": since})
        return
    echo(click.style(f"{safe(url)}\ncaptured {times.short(capture.captured_at)} UTC, read by\n", dim=True))
    for name, since in known.items():
        use = f"in use since {times.short(since)} UTC" if since else "no longer in use"
        if room := terminal_columns():
            for line in wrap(name, room, "", "  "):
                echo(line)
            echo(click.style(f"  {use}", dim=True))
        else:
            echo(f"{name}  {use}")


def _fields(capture: Capture, url: str, reading: Reading, since: str | None) -> dict[str, object]:
    return {
        "url": url, "captured_at": capture.captured_at, "cleaner": reading.cleaner, "since": since,
        "title": reading.title, "language": reading.language, "published": reading.published,
        "modified": reading.modified, "author": reading.author,
        **{key: reading.details.get(key, empty) for key, empty in DETAILS.items()},
        "encodings": reading.encodings, "not_credible": reading.not_credible,
        "blocks": [{"kind": block.kind, "text": block.text} for block in reading.document],
    }  # fmt: skip


def _print(capture: Capture, url: str, reading: Reading) -> None:
    words = count_words(block.text for block in reading.document)
    head = f"{safe(url)}\ncaptured {times.short(capture.captured_at)} UTC, {words} words, as read by {reading.cleaner}"
    if reading.not_credible:
        head += f"\nnot credible as the document: {safe(reading.not_credible)}"
    for line in head.splitlines():
        echo(click.style(fill(line, width()), dim=True))
    echo()
    before = None
    for block in reading.document:
        echo(terminal.block(block.kind, safe(block.text), look(), before))
        before = block.kind
