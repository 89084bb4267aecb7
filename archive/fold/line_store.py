"""The lines of a page's texts as they are stored: one for each wording.

Lines with the same kind and normal form are one to the judge, however a date or a mail address in them is spelt. But search, `phrase` and
`show` quote them, so each wording is a line of its own: a proof must not name a capture that spells it otherwise. Only
typography makes no difference: a wording keeps the quotation marks, dashes and blanks of its first observation.
"""

from __future__ import annotations

from typing import NamedTuple

from pagewitness.archive.derived import VisibleBlock, block_range
from pagewitness.archive.errors import ArchiveError
from pagewitness.archive.fold.reading_view import line_key
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words, words

_INSERT = """
    insert into blocks (id, form, kind, language, text, stems, bigrams)
    values (:id, :form, :kind, :language, :text, :stems, :bigrams)
    on conflict (id) do update set language = :language, text = :text, stems = :stems, bigrams = :bigrams"""


class _Known(NamedTuple):
    """A line that the page has had."""

    id: int
    text: str
    language: str | None


class StoredLine(NamedTuple):
    """A line in one wording.

    Attributes:
        id: of its row in `blocks`.
        form: the key of its normal form.
        wording: the key of its wording.
        text: as its first observation had it.
    """

    id: int
    form: str
    wording: str
    kind: str
    language: str | None
    text: str


def wording_key(text: str) -> str:
    """The key of a text's wording: only typography makes no difference."""
    return line_key(words.undressed(text))


class LineStore:
    """Stores the lines of one page during one fold.

    Args:
        whole: whether its whole history is written; then lines take the typography of their first observation.
    """

    def __init__(self, db: Sqlite, page: Page, *, whole: bool) -> None:
        self._db = db
        self._page = page
        self._whole = whole
        self._used: set[int] = set()  # lines used so far

    def line(self, block: VisibleBlock, form: str, language: str | None) -> StoredLine:
        """A line, stored if it is new.

        Args:
            block: that shows it.
            form: the key of its normal form.
            language: its own, or its page's.
        """
        wording = wording_key(block.text)
        known = self._known(form, block.kind, wording)
        if known is not None and (known.id in self._used or not self._whole):
            return StoredLine(known.id, form, wording, block.kind, known.language, known.text)
        number = known.id if known else self._next_id()
        if known is None or (known.text, known.language) != (block.text, language):
            self._db.execute(
                _INSERT,
                id=number,
                form=form,
                kind=block.kind,
                language=language,
                text=block.text,
                stems=words.stem_keys(block.text, language),
                bigrams=index_words.bigrams(block.text),
            )
        self._used.add(number)
        return StoredLine(number, form, wording, block.kind, language, block.text)

    def _known(self, form: str, kind: str, wording: str) -> _Known | None:
        rows = self._db.all(
            _Known,
            "select id, text, language from blocks where page_id = :page and form = :form and kind = :kind order by id",
            page=self._page.id,
            form=form,
            kind=kind,
        )
        return next((row for row in rows if wording_key(row.text) == wording), None)

    def _next_id(self) -> int:
        first, last = block_range(self._page.id)
        new: int = self._db.value(
            "select coalesce(max(id), :first) + 1 from blocks where id between :first and :last", first=first, last=last
        )
        if new > last:
            raise ArchiveError(f"{self._page.url} has shown over a million different paragraphs: unfollow it.")
        return new
