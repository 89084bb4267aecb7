"""SQLite's errors -> ours, by their codes (sqlite.org/rescode.html), never by the words of their messages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pagewitness.archive.errors import ArchiveError, Busy, PagewitnessError, QueryError, SchemaError

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CLOSED_TO_US = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)


def primary_code(error: sqlite3.Error) -> int | None:
    """The primary result code of an error; None for one that Python's module itself raised."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_locked(error: sqlite3.Error) -> bool:
    """Whether another process holds a lock that we need."""
    return primary_code(error) in _LOCKED


def translated(error: sqlite3.Error | UnicodeError, path: Path, busy_seconds: float) -> PagewitnessError:
    """Our error for one that SQLite, or Python's module for it, raised.

    Args:
        path: the archive's file.
        busy_seconds: how long we waited for a lock.
    """
    if isinstance(error, UnicodeError):
        return _not_unicode(error, path)
    code, text = primary_code(error), str(error)
    if code in _LOCKED:
        return Busy(f"{path} has been locked by another process for {busy_seconds} s: try again later.")
    if code == sqlite3.SQLITE_NOTADB:
        return SchemaError(f"{path} is not a pagewitness archive: name another file.")
    if code == sqlite3.SQLITE_CORRUPT:
        return ArchiveError(f"{path} is damaged ({text}): restore it from a backup.")
    if code == sqlite3.SQLITE_FULL:
        return ArchiveError(f"The disk of {path} is full: make room; nothing was half-written.")
    if code in _CLOSED_TO_US:
        return ArchiveError(f"{path} can't be opened or written ({text}): check the permissions of it and its folder.")
    if code == sqlite3.SQLITE_IOERR:
        return ArchiveError(f"{path} can't be read or written ({text}): check its disk, then try again.")
    return ArchiveError(f"{path}: {text}.")


def _not_unicode(error: UnicodeError, path: Path) -> PagewitnessError:
    """The error for a text with a lone surrogate. Undecodable bytes of the command line are U+DC80 to U+DCFF (PEP 383)."""
    if isinstance(error, UnicodeEncodeError):
        at, text = error.start, error.object
        excerpt = text[max(0, at - 20) : at + 20].encode("utf-8", "backslashreplace").decode()
        if "\udc80" <= text[at] <= "\udcff":
            return QueryError(f"'{excerpt}' is not text in your terminal's encoding (UTF-8 as a rule): type it again.")
        return ArchiveError(f"{path} can't keep '{excerpt}': it holds half a character (a lone surrogate).")
    return ArchiveError(f"{path} holds a text that is not UTF-8 ({error}): restore it from a backup.")
