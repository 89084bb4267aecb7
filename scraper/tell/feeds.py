"""Feeds as files: one of everything, one for each source, page and saved search."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from pagewitness.archive.diff.notice import Notice, notice_from_text, page_key
from pagewitness.archive.errors import Untold
from pagewitness.archive.render.feed import Feed, as_atom
from pagewitness.archive.store import outbox
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import digest_of
from pagewitness.config.channels import AtomChannel

KEPT = 1000  # notices that are kept for feeds
ENTRIES = 100  # of a feed
ALL = "all"
LONGEST_NAME = 120  # bytes of a quoted name: a file name may have 255, in encrypted folders 143


def write_feeds(db: Sqlite, channel: AtomChannel, new: Iterable[Notice]) -> None:
    """Write the feeds in which new notices are; all of them, if there is no feed yet.

    Raises:
        Untold: the folder can't be written.
    """
    outbox.forget_older(db, channel.name, KEPT)
    kept = [notice_from_text(text) for text in outbox.notices_of(db, channel.name, KEPT)]
    begun = (Path(channel.folder) / f"{ALL}.atom").exists()
    wanted = {name for notice in new for name, _ in _feeds_of(notice)} if begun else None
    for feed in _feeds(channel, kept):
        if wanted is None or feed.name in wanted:
            write_feed(channel, feed)


def is_begun(channel: AtomChannel) -> bool:
    """Whether the feeds are there."""
    return (Path(channel.folder) / f"{ALL}.atom").exists()


def _feeds(channel: AtomChannel, kept: Iterable[Notice]) -> Iterator[Feed]:
    found: dict[str, tuple[str, list[Notice]]] = {ALL: ("pagewitness: all changes", [])}
    for notice in kept:
        for name, title in _feeds_of(notice):
            found.setdefault(name, (title, []))[1].append(notice)
    for name, (title, notices) in found.items():
        yield Feed(name, title, notices[:ENTRIES], _address(channel, name))


def _feeds_of(notice: Notice) -> Iterator[tuple[str, str]]:
    """The feeds that a notice is in: names and titles."""
    yield ALL, "pagewitness: all changes"
    for source in sorted({page.source for page in notice.entry.pages if page.source}):
        yield f"sources/{_file_name(source)}", f"pagewitness: {source}"
    for page in notice.entry.pages:
        yield f"pages/{page_key(page.url)}", f"pagewitness: {page.title or page.url}"
    for search, _ in notice.searches:
        yield f"searches/{_file_name(search)}", f"pagewitness: saved search {search}"


def _file_name(name: str) -> str:
    """A name as that of a file: quoted, and a long one cut, with a digest of all of it."""
    quoted = quote(name, safe="")
    return quoted if len(quoted) <= LONGEST_NAME else f"{quoted[:LONGEST_NAME].rstrip('%')}-{digest_of(name)[:16]}"


def _address(channel: AtomChannel, name: str) -> str:
    return f"{channel.base.rstrip('/')}/{quote(name)}.atom" if channel.base else ""


def write_feed(channel: AtomChannel, feed: Feed) -> None:
    """Write a feed in one step: whoever reads it sees the old one or the new one.

    Raises:
        Untold: the folder can't be written.
    """
    file = Path(channel.folder) / f"{feed.name}.atom"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".tmp", delete=False) as written:
            try:
                written.write(as_atom(feed))
                written.flush()
                os.fsync(written.fileno())
                Path(written.name).chmod(0o644)  # a web server may be another user
                Path(written.name).replace(file)
            except BaseException:
                with suppress(OSError):
                    Path(written.name).unlink()
                raise
    except OSError as error:
        raise Untold(f"{file} can't be written: {error.strerror}.") from error
