"""Watches of changedetection.io: its `url-watches.json`, its data folder, and the ZIP file that its backup makes.

Of what a page said, it keeps the text that its filters leave, which is not the page. But it also keeps the HTML of the last
two checks (`UUID/TIME.html.br`, in brotli), and the source itself for addresses that begin with `source:`.
"""

from __future__ import annotations

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import InputError
from pagewitness.scraper.formats.follow_lists import Followable, FollowList

INDEX: Final = "url-watches.json"
MOST_BYTES: Final = 64 << 20  # of an index
_MOST_WATCH: Final = 4 << 20  # of a watch.json
_MOST_FILES: Final = 500_000
_HTML: Final = re.compile(r"(\d{9,11})\.html(?:\.br)?")
_TEXT: Final = re.compile(r".+\.txt(?:\.br)?")
_TEMPLATE: Final = re.compile(r"\{[{%]")
_FILTERS: Final = {
    "include_filters": "include_filters", "css_filter": "include_filters", "subtractive_selectors": "subtractive_selectors",
    "ignore_text": "ignore_text", "trigger_text": "trigger_text", "extract_text": "extract_text",
    "text_should_not_be_present": "text_should_not_be_present", "browser_steps": "browser_steps", "headers": "headers",
}  # fmt: skip
_PIECE: Final = 1 << 20


class Files(Protocol):
    """Files by their names, with `/` between folders."""

    def names(self) -> list[str]:
        """All of them."""

    def read(self, name: str, most: int) -> bytes:
        """The bytes of one. Raises InputError if these are more than `most`, or can't be read."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The HTML of a page that changedetection.io kept.

    Attributes:
        at: when it was fetched.
        file: its name among the files.
    """

    url: str
    at: str
    file: str


@dataclass
class Watches:
    """What there is of changedetection.io.

    Attributes:
        follows: the pages that it watches.
        snapshots: the pages that it kept as HTML.
        texts: how many of its files hold only filtered text.
    """

    follows: FollowList
    snapshots: list[Snapshot] = field(default_factory=list)
    texts: int = 0


def is_watches(start: bytes) -> bool:
    """Whether a file begins as its index does."""
    return start.lstrip()[:1] == b"{" and b'"watching"' in start


def read_watches(files: Files, name: str) -> Watches:
    """The watches among some files, with the pages that they kept.

    Args:
        name: of the whole, for errors.

    Raises:
        InputError: there is no watch.
    """
    names = files.names()
    found = Watches(FollowList("changedetection.io"))
    by_folder = _by_folder(names)
    for folder, watch, tags in _all_watches(files, names, name):
        url = str(watch.get("url") or "").strip()
        _take(watch, url, tags, found.follows)
        if not addresses.fault_in(plain := url.removeprefix("source:")):
            _keep_files(files, by_folder.get(folder, []), Snapshot(plain, "", folder), url != plain, found)
    return found


def snapshot_body(files: Files, one: Snapshot, most: int) -> bytes:
    """The HTML of a snapshot. Raises InputError if it is larger than `most` bytes, or broken."""
    return _undone(files.read(one.file, most), one.file, most)


def _all_watches(
    files: Files, names: list[str], name: str
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, str]]]:
    """Each watch with its folder, and the names of all tags: from the index, or from a file for each."""
    index = min((one for one in names if PurePosixPath(one).name == INDEX), key=len, default=None)
    if index is not None:
        whole = _json(files.read(index, MOST_BYTES), f"{name}: {index}")
        watching, settings = whole.get("watching"), whole.get("settings")
        application = settings.get("application") if isinstance(settings, dict) else None
        tags = _titles(application.get("tags") if isinstance(application, dict) else None)
        if isinstance(watching, dict):
            parent = str(PurePosixPath(index).parent)
            for key, watch in watching.items():
                if isinstance(watch, dict):
                    yield key if parent == "." else f"{parent}/{key}", watch, tags
            return
    own = [one for one in names if PurePosixPath(one).name == "watch.json"]
    if not own:
        raise InputError(f"{name} has no {INDEX} and no watch.json: is it from changedetection.io?")
    tag_files = {one: f"{name}: {one}" for one in names if PurePosixPath(one).name == "tag.json"}
    tags = _titles(
        {PurePosixPath(one).parent.name: _json(files.read(one, _MOST_WATCH), at) for one, at in tag_files.items()}
    )
    for one in own:
        yield str(PurePosixPath(one).parent), _json(files.read(one, _MOST_WATCH), f"{name}: {one}"), tags


def _take(watch: Mapping[str, Any], url: str, tags: Mapping[str, str], found: FollowList) -> None:
    title = str(watch.get("title") or "")
    if _TEMPLATE.search(url):
        found.leave_out(url, "is a template, which has another address each time")
    elif str(watch.get("method") or "GET").upper() != "GET" or watch.get("body"):
        found.leave_out(url, "sends data, which pages here are not asked with")
    elif watch.get("paused") is True:
        found.leave_out(url, "is paused")
    else:
        named = watch.get("tags")
        own = [tags[one] for one in named if one in tags] if isinstance(named, list) else []
        group = own[0] if own else str(watch.get("tag") or "").partition(",")[0].strip()
        found.add(Followable(url.removeprefix("source:"), group, title))
        for option in {said for key, said in _FILTERS.items() if watch.get(key)}:
            found.ignored[option] += 1
        if str(watch.get("fetch_backend") or "").startswith(("html_webdriver", "extra_browser")):
            found.ignored["a browser"] += 1


def _keep_files(files: Files, names: list[str], watch: Snapshot, is_source: bool, found: Watches) -> None:
    """Find the snapshots among the files of a watch."""
    dates: dict[str, str] = {}
    if f"{watch.file}/history.txt" in names:
        with suppress(InputError):
            lines = files.read(f"{watch.file}/history.txt", _MOST_WATCH).decode("utf-8", "replace").splitlines()
            dates = {file.rpartition("/")[2].strip(): at for at, _, file in (line.partition(",") for line in lines)}
    for one in sorted(names):
        last = PurePosixPath(one).name
        html = _HTML.fullmatch(last)
        at = _moment(html[1] if html else dates.get(last, "")) if html or is_source else ""
        if at:
            found.snapshots.append(Snapshot(watch.url, at, one))
        elif _TEXT.fullmatch(last) and last != "history.txt":
            found.texts += 1


def _undone(data: bytes, name: str, most: int) -> bytes:
    """The content of a file in brotli, or the file itself: it is kept as it is where brotli failed."""
    import brotli

    if not name.endswith(".br") or data.lstrip()[:1] == b"<":
        return data
    decoder, whole = brotli.Decompressor(), bytearray()
    try:
        piece = decoder.process(data, output_buffer_limit=_PIECE)
        while piece:
            whole += piece
            if len(whole) > most:
                raise InputError(f"{name} is larger than {most} bytes ([network] max_bytes).")
            piece = decoder.process(b"", output_buffer_limit=_PIECE)
    except brotli.error as error:
        raise InputError(f"{name} is broken: it is no brotli.") from error
    if not decoder.is_finished():
        raise InputError(f"{name} is broken: it is cut off.")
    return bytes(whole)


def _by_folder(names: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in names:
        found.setdefault(str(PurePosixPath(one).parent), []).append(one)
    return found


def _titles(tags: Any) -> dict[str, str]:
    if not isinstance(tags, dict):
        return {}
    return {str(key): str(one["title"]).strip() for key, one in tags.items() if _has(one, "title")}


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and bool(value.get(key))


def _json(data: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is broken: it is no JSON.") from error
    return found if isinstance(found, dict) else {}


def _moment(seconds: str) -> str:
    try:
        return times.stamp(datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return ""


class ZipFiles:
    """The files in a ZIP file; nothing is unpacked to disk."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InputError(f"{path} is a broken ZIP file: copy it again.") from error

    def names(self) -> list[str]:
        """All of them."""
        found = [one.filename for one in self._zip.infolist() if not one.is_dir()]
        if len(found) > _MOST_FILES:
            raise InputError(f"{self._path} has more than {_MOST_FILES:,} files: is it from changedetection.io?")
        return found

    def read(self, name: str, most: int) -> bytes:
        """The bytes of one. Raises InputError."""
        try:
            with self._zip.open(name) as file:
                data = file.read(most + 1)
        except (
            zipfile.BadZipFile,
            KeyError,
            RuntimeError,
            EOFError,
            OSError,
            NotImplementedError,
            zlib.error,
            lzma.LZMAError,
        ) as error:
            raise InputError(f"{self._path}: {name} can't be read: is it broken, or locked with a password?") from error
        if len(data) > most:
            raise InputError(f"{self._path}: {name} is larger than {most} bytes.")
        return data


class FolderFiles:
    """The files in a folder, and in its folders.

    Args:
        only: the only file of it that counts, which is the index; None for all.
    """

    def __init__(self, folder: Path, only: str | None = None) -> None:
        self._folder, self._only = folder, only

    def names(self) -> list[str]:
        """All of them."""
        if self._only is not None:
            return [INDEX]
        return sorted(one.relative_to(self._folder).as_posix() for one in self._folder.rglob("*") if one.is_file())

    def read(self, name: str, most: int) -> bytes:
        """The bytes of one. Raises InputError."""
        name = self._only or name
        try:
            with open(self._folder / name, "rb") as file:
                data = file.read(most + 1)
        except OSError as error:
            raise InputError(f"{self._folder / name} can't be read ({error.strerror}).") from error
        if len(data) > most:
            raise InputError(f"{self._folder / name} is larger than {most} bytes.")
        return data
