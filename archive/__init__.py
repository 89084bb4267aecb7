"""Keeps what pages said and answers questions about it; never goes online.

The names below are the public interface for programs; they load when they are first used. Everything else may change.

    from pagewitness.archive import compare, find_page, open_archive, revisions, text_of

    with open_archive("archive.db") as archive, archive.snapshot():
        page = find_page(archive, "threat assessment")
        old, new = revisions(archive, page)[-2:]
        change = compare(*([(block.kind, block.text) for block in text_of(archive, one)] for one in (old, new)))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pagewitness.archive.derived import Block, Hit, Revision
    from pagewitness.archive.diff import Change, Hunk, compare
    from pagewitness.archive.errors import ArchiveError, FixityError, NotFound, PagewitnessError, QueryError
    from pagewitness.archive.model import Capture, Page, Source
    from pagewitness.archive.search.find import search as find
    from pagewitness.archive.store.database import Sqlite as Archive
    from pagewitness.archive.store.database import open_archive
    from pagewitness.archive.views.blame import blame
    from pagewitness.archive.views.history import blocks_of as text_of
    from pagewitness.archive.views.history import raw as body_of
    from pagewitness.archive.views.history import revisions
    from pagewitness.archive.views.selection import page_named as find_page

_HOMES = {
    "Archive": "store.database:Sqlite",
    "ArchiveError": "errors:ArchiveError",
    "Block": "derived:Block",
    "Capture": "model:Capture",
    "Change": "diff:Change",
    "FixityError": "errors:FixityError",
    "Hit": "derived:Hit",
    "Hunk": "diff:Hunk",
    "NotFound": "errors:NotFound",
    "Page": "model:Page",
    "PagewitnessError": "errors:PagewitnessError",
    "QueryError": "errors:QueryError",
    "Revision": "derived:Revision",
    "Source": "model:Source",
    "blame": "views.blame:blame",
    "body_of": "views.history:raw",
    "compare": "diff:compare",
    "find": "search.find:search",
    "find_page": "views.selection:page_named",
    "open_archive": "store.database:open_archive",
    "revisions": "views.history:revisions",
    "text_of": "views.history:blocks_of",
}

__all__ = [
    "Archive",
    "ArchiveError",
    "Block",
    "Capture",
    "Change",
    "FixityError",
    "Hit",
    "Hunk",
    "NotFound",
    "Page",
    "PagewitnessError",
    "QueryError",
    "Revision",
    "Source",
    "blame",
    "body_of",
    "compare",
    "find",
    "find_page",
    "open_archive",
    "revisions",
    "text_of",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562). Raises AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(f"{__name__}.{module}"), attribute)
