"""Files and folders to import: what each of them is, told by its content, and how it enters the archive."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

from pagewitness.archive.cli import counted
from pagewitness.archive.errors import InputError, NotFound, QueryError
from pagewitness.scraper.cli.import_report import (
    list_failures,
    list_notes,
    report_followed,
    report_imported,
    report_warc,
)  # fmt: skip

if TYPE_CHECKING:
    from pagewitness.scraper.cli.import_session import ImportSession
    from pagewitness.scraper.formats.follow_lists import FollowList
    from pagewitness.scraper.formats.watches import Files, Watches
    from pagewitness.scraper.work.saved_import import Assumed

_LOOKED_AT: Final = 8192
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]{0,300}>|<!--.{0,8000}?-->)*+<(?:!doctype\s+html|html|head|body|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS: Final = re.compile(rb"(?:\s|#[^\n]*\n)*https?://", re.IGNORECASE)
_KINDS: Final = (
    "import reads WARC files, saved pages (HTML, MHTML, or a folder of them), OPML, backups of changedetection.io and job files of "
    "urlwatch and webchanges"
)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says about files to import.

    Attributes:
        source: of the pages that are followed; None for none.
        assumed: of saved pages.
    """

    source: str | None
    assumed: Assumed


@dataclass(frozen=True, slots=True)
class _Warc:
    name: str
    stream: BufferedReader

    def enter(self, session: ImportSession, options: ImportOptions) -> int:
        from pagewitness.archive.store.warc import Records

        records = Records(session.db, self.stream, self.name, session.invocation.settings.network.max_bytes)
        imported = session.take(self.name, records)
        session.unread += records.damaged
        return report_warc(self.name, records, imported)


@dataclass(frozen=True, slots=True)
class _Saved:
    name: str
    files: Sequence[Path]
    others: int = 0

    def enter(self, session: ImportSession, options: ImportOptions) -> int:
        from pagewitness.scraper.work.saved_import import SavedRecords

        most = session.invocation.settings.network.max_bytes
        records = SavedRecords(self.name, self.files, options.assumed, most)
        imported = session.take(self.name, records)
        list_notes(records.notes)
        list_failures(records.failed)
        if not self.files:
            list_failures([(self.name, "there are no saved pages in it (.html, .htm, .xhtml, .mhtml, .mht)")])
        report_imported(self.name, imported, [f"{counted(self.others, 'other file')} left out"] if self.others else [])
        return int(bool(records.failed) or not self.files)


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    found: FollowList

    def enter(self, session: ImportSession, options: ImportOptions) -> int:
        from pagewitness.archive import times
        from pagewitness.archive.cli.terminal import echo
        from pagewitness.scraper.work.following import follow_list

        invocation = session.invocation
        done = follow_list(
            session.db, self.found, options.source, invocation.called, invocation.interval, times.now()
        )  # fmt: skip
        code = report_followed(self.name, self.found, done)
        if done.new:
            echo("Next: `pagewitness run` visits them.")
        return code


@dataclass(frozen=True, slots=True)
class _Watched:
    name: str
    files: Files
    watches: Watches

    def enter(self, session: ImportSession, options: ImportOptions) -> int:
        from pagewitness.archive.cli.terminal import echo_message
        from pagewitness.scraper.work.saved_import import SnapshotRecords

        code = _List(self.name, self.watches.follows).enter(session, options)
        most = session.invocation.settings.network.max_bytes
        records = SnapshotRecords(self.name, self.files, self.watches.snapshots, most)
        if self.watches.snapshots:
            report_imported(self.name, session.take(self.name, records))
            list_failures(records.failed)
        if self.watches.texts:
            echo_message(
                f"Not imported: {counted(self.watches.texts, 'snapshot')} of filtered text. changedetection.io keeps only that of most "
                "pages, and that is no evidence of what a page said."
            )
        return max(code, int(bool(records.failed)))


Given = _Warc | _Saved | _List | _Watched


def given_by(names: Sequence[str], options: ImportOptions, stack: ExitStack) -> list[Given]:
    """What some files and folders are, before any of them is imported.

    Args:
        names: of files and folders; `-` for a WARC file on standard input.
        stack: closes what is opened.

    Raises:
        NotFound: one can't be read.
        InputError: one is of no known kind, or broken from the beginning.
        QueryError: --url was given for more than one page.
    """
    found = [_given_by(name, stack) for name in names]
    pages = sum(len(one.files) for one in found if isinstance(one, _Saved))
    if options.assumed.url and (pages != 1 or len(found) != 1):
        raise QueryError("--url gives the address of one saved page: name one file of HTML or MHTML with it.")
    return found


def _given_by(name: str, stack: ExitStack) -> Given:
    from pagewitness.archive.store.warc_streams import check

    if name == "-":
        stream: BufferedReader = sys.stdin.buffer  # type: ignore[assignment]
        check(stream, "standard input")
        return _Warc("standard input", stream)
    if Path(name).is_dir():
        return _folder(name)
    try:
        stream = _open(name, stack)
        start = stream.peek(_LOOKED_AT)
    except OSError as error:
        raise NotFound(
            f"{name} can't be read ({error.strerror}): name a file or a folder, or - for standard input."
        ) from None
    try:
        check(stream, name)
        return _Warc(name, stream)
    except InputError:
        return _of_others(name, start)


def _open(name: str, stack: ExitStack) -> BufferedReader:
    return stack.enter_context(open(name, "rb"))


def _folder(name: str) -> Given:
    from pagewitness.scraper.formats.watches import INDEX, FolderFiles, read_watches
    from pagewitness.scraper.work.saved_import import saved_pages_in

    folder = Path(name)
    if (folder / INDEX).is_file() or next(folder.glob("*/watch.json"), None) is not None:
        files = FolderFiles(folder)
        return _Watched(name, files, read_watches(files, name))
    found, others = saved_pages_in(folder)
    return _Saved(name, found, others)


def _of_others(name: str, start: bytes) -> Given:
    """A file that is no WARC, by its first bytes. Raises InputError."""
    from pagewitness.scraper.formats.job_files import is_job_file, read_jobs
    from pagewitness.scraper.formats.mhtml import is_mhtml
    from pagewitness.scraper.formats.opml import is_opml, read_opml
    from pagewitness.scraper.formats.watches import INDEX, FolderFiles, ZipFiles, is_watches, read_watches
    from pagewitness.scraper.work.saved_import import SUFFIXES

    path = Path(name)
    if start.startswith(b"PK\x03\x04"):
        archive = ZipFiles(name)
        return _Watched(name, archive, read_watches(archive, name))
    if is_opml(start):
        return _List(name, read_opml(_whole(path), name))
    if is_mhtml(start) or _HTML.match(start) or path.suffix.lower() in SUFFIXES:
        return _Saved(name, [path])
    if is_watches(start) or path.name == INDEX:
        files = FolderFiles(path.parent, path.name)
        return _Watched(name, files, read_watches(files, name))
    if _ADDRESS.match(start) or path.suffix.lower() == ".csv":
        raise InputError(f"{name} is a list of addresses: `pagewitness add - < {quote(name)}` follows them.")
    if is_job_file(start):
        return _List(name, read_jobs(_whole(path), name))
    raise InputError(f"{name} is no file that import can read: {_KINDS}.")


def _whole(path: Path) -> bytes:
    """The bytes of a list, up to a little more than any list may have."""
    with open(path, "rb") as stream:
        return stream.read((16 << 20) + 1)
