"""Saved pages as records to import: files of HTML and MHTML, and the HTML that changedetection.io keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import InputError
from pagewitness.archive.model import Answer
from pagewitness.archive.store.mementos import is_replay, original
from pagewitness.archive.store.warc import Recorded
from pagewitness.scraper.formats.capture_lists import moment_of_stamp, stamp_in
from pagewitness.scraper.formats.mhtml import is_mhtml, read_mhtml
from pagewitness.scraper.formats.saved_pages import LAST_RESORT, Saved, date_in_name, read_saved
from pagewitness.scraper.formats.watches import Files, Snapshot, snapshot_body

SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml", ".xht", ".mhtml", ".mht"})
_BESIDE: Final = (
    "_files",
    "_Dateien",
    "_fichiers",
    "_archivos",
    "-filer",
    ".files",
)  # folders that browsers save beside a page
_DAY: Final = 86400
_NO_ADDRESS: Final = "nothing in it says its address: name that with --url"
_NO_DATE: Final = "nothing in it says when it was saved: put the day into its name (2024-03-07), or use --file-dates"


@dataclass(frozen=True, slots=True)
class Assumed:
    """What may be assumed about saved pages that do not say it themselves.

    Attributes:
        url: the address of a page, whatever it says itself; empty for none.
        file_dates: whether the time of a file may count as the date of the page.
    """

    url: str = ""
    file_dates: bool = False


def saved_pages_in(folder: Path) -> tuple[list[Path], int]:
    """The saved pages in a folder and its folders, in order, and how many other files there are.

    What a browser saved beside a page is part of that page, and is not counted.
    """
    found: list[Path] = []
    others = 0
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.endswith(_BESIDE) and not one.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES:
                found.append(Path(at, name))
            else:
                others += not name.startswith(".")
    return found, others


class SavedRecords:
    """The pages in some files, as records.

    Attributes:
        name: of the whole.
        failed: the files that can't be imported, each with the reason.
        notes: what was assumed about which file.
    """

    def __init__(self, name: str, files: Sequence[Path], assumed: Assumed, max_bytes: int) -> None:
        self.name = name
        self._files, self._assumed, self._max = files, assumed, max_bytes
        self._latest = times.later(times.now(), _DAY)  # others' clocks may be a day ahead of ours
        self.failed: list[tuple[str, str]] = []
        self.notes: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[Recorded]:
        """Yield a record for each page."""
        for file in self._files:
            if (read := self._read(file)) is None:
                continue
            saved = self._completed(file, read)
            if not saved.url:
                self.failed.append((str(file), _NO_ADDRESS))
            elif fault := addresses.fault_in(saved.url):
                self.failed.append((str(file), f"its address {fault}: name another with --url"))
            elif not saved.at:
                self.failed.append((str(file), _NO_DATE))
            elif saved.at > self._latest:
                self.failed.append((str(file), f"its date, {times.short(saved.at)}, is in the future"))
            else:
                reason = f"saved as {file.name}: address from {saved.url_from}, date from {saved.at_from}"
                yield Recorded(saved.url, saved.at, _answer(saved.url, saved.kind, saved.body), reason=reason)

    def _read(self, file: Path) -> Saved | None:
        try:
            with open(file, "rb") as stream:
                data = stream.read(self._max + 1)
        except OSError as error:
            self.failed.append((str(file), f"it can't be read ({error.strerror})"))
            return None
        if len(data) > self._max:
            self.failed.append((str(file), f"it is larger than {self._max} bytes ([network] max_bytes)"))
        elif not is_mhtml(data):
            return read_saved(data)
        elif (saved := read_mhtml(data)) is not None:
            return saved
        else:
            self.failed.append((str(file), "there is no page in this MHTML file"))
        return None

    def _completed(self, file: Path, saved: Saved) -> Saved:
        """A saved page with what its file's name, its file and the user say about it."""
        if self._assumed.url:
            saved = replace(saved, url=self._assumed.url, url_from="--url")
        elif is_replay(saved.url):  # saved from a web archive, whose address has the date
            at = moment_of_stamp(stamp_in(saved.url))
            saved = replace(saved, url=original(saved.url), at=at or saved.at, at_from="the web archive's address")
        elif saved.url_from == LAST_RESORT and not addresses.fault_in(saved.url):
            self.notes.append((str(file), f"its address is taken from {LAST_RESORT}: {saved.url}"))
        if not saved.at and (at := date_in_name(file.name)):
            saved = replace(saved, at=at, at_from="its file name")
        if not saved.at and self._assumed.file_dates:
            at = times.stamp(datetime.fromtimestamp(file.stat().st_mtime, UTC))
            self.notes.append(
                (str(file), f"its date is that of the file, which copying may have changed: {times.short(at)}")
            )
            saved = replace(saved, at=at, at_from="the time of the file")
        return saved


class SnapshotRecords:
    """The pages that changedetection.io kept as HTML, as records.

    Attributes:
        name: of the whole.
        failed: the files that can't be imported, each with the reason.
    """

    def __init__(self, name: str, files: Files, snapshots: Sequence[Snapshot], max_bytes: int) -> None:
        self.name = name
        self._files, self._snapshots, self._max = files, snapshots, max_bytes
        self.failed: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[Recorded]:
        """Yield a record for each page."""
        for one in self._snapshots:
            try:
                body = snapshot_body(self._files, one, self._max)
            except InputError as error:
                self.failed.append((one.file, str(error)))
                continue
            if body.lstrip()[:1] == b"<":  # else it is a filtered text
                yield Recorded(
                    one.url, one.at, _answer(one.url, "text/html; charset=utf-8", body),
                    reason=f"kept by changedetection.io as {one.file}",
                )  # fmt: skip


def _answer(url: str, kind: str, body: bytes) -> Answer:
    return Answer(url, 200, (("Content-Type", kind),), body)
