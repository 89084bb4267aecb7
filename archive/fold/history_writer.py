"""The rows that the fold writes: observations, revisions, blocks and presence of one page.

A block keeps the wording of its first observation: when a text becomes current, each of its blocks with the same words as a
current block is that block. Presence changes only when the current text does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pagewitness.archive.derived import Verdict, VisibleBlock, block_range
from pagewitness.archive.errors import ArchiveError
from pagewitness.archive.fold import readings
from pagewitness.archive.fold.judgement import Judged, Shown
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words, words

Key = tuple[str, int]  # (observed_at, visit_id): the order of history
BEGINNING: Key = ("", 0)


_DELETE_REVISIONS = "delete from revisions where page_id = :page and (captured_at, visit_id) > (:at, :visit)"

_INSERT_OBSERVATION = """
    insert into observations (visit_id, page_id, observed_at, capture_id, verdict, reason, state, revision)
    values (:visit, :page, :at, :capture, :verdict, :reason, :state, :revision)"""

_DELETE_UNUSED_BLOCKS = """
    delete from blocks where id between :first and :last
    and not exists (select 1 from presence where block_id = blocks.id)"""

_SET_KIND = "select encodings from capture_readings where capture_id = :capture and cleaner = :cleaner"

_INSERT_REVISION = """
    insert into revisions (visit_id, page_id, capture_id, captured_at, number, cause, cleaner, reading_id, title,
        words, digest, blocks)
    values (:visit, :page, :capture, :at, :number, :cause, :cleaner, :reading, :title, :words, :digest, :blocks)"""

_NEXT_BLOCK_ID = "select coalesce(max(id), :first) + 1 from blocks where id between :first and :last"

_INSERT_BLOCK = """
    insert into blocks (id, digest, kind, language, text, stems, bigrams)
    values (:id, :digest, :kind, :language, :text, :stems, :bigrams)"""


class HistoryWriter:
    """Writes one page's derived rows, for one fold inside one transaction.

    Attributes:
        moved: whether another text may be current than before.
    """

    def __init__(self, db: Sqlite, page: Page, cleaner: str) -> None:
        self._db = db
        self._page = page
        self._cleaner = cleaner
        self._judged: dict[int, Judged] = {}
        self._current: list[int] | None = None
        self._taken_back = False
        self.moved = False

    def take_back(self, key: Key, pending: Sequence[Shown] = ()) -> None:
        """Restore the rows as they were just after a key (that of a checkpoint, or the beginning).

        Args:
            pending: the observations that were pending then. Their rows and later verdicts on them are deleted too: the
                caller enters them again.
        """
        db, after = self._db, {"page": self._page.id, "at": key[0], "visit": key[1]}
        later = "observed_at >= :at and (observed_at, visit_id) > (:at, :visit)"
        if db.value(f"select 1 from observations where page_id = :page and {later} limit 1", **after):
            self.moved = True
            # A pending run that was confirmed later began its revision at its first observation, before the key.
            kept = (pending[0].at, pending[0].visit - 1) if pending else key
            self._take_back_presence(kept)
            db.execute(_DELETE_REVISIONS, page=self._page.id, at=kept[0], visit=kept[1])
            db.execute(f"delete from observations where page_id = :page and {later}", **after)
            db.execute(
                "delete from checkpoints where page_id = :page and (observed_at, visit_id) > (:at, :visit)", **after
            )

        db.many("delete from observations where visit_id = :visit", ({"visit": shown.visit} for shown in pending))

    def enter(self, judged: Iterable[Judged]) -> None:
        """Add verdicts in the order of the fold; a later one on the same observation replaces an earlier one."""
        for one in judged:
            self._judged[one.shown.visit] = one
            if one.cause is not None:
                self._begin(one)
            elif one.verdict is Verdict.RETURNED:
                self._make_current(self._blocks_of(one.revision), one)

    def close(self) -> None:
        """Write the observations, and the page's title and kind."""
        self._db.many(
            _INSERT_OBSERVATION,
            (
                {
                    "visit": one.shown.visit,
                    "page": self._page.id,
                    "at": one.shown.at,
                    "capture": one.shown.capture,
                    "verdict": one.verdict,
                    "reason": one.reason,
                    "state": one.shown.state,
                    "revision": one.revision,
                }
                for one in self._judged.values()
            ),
        )
        if self._taken_back:
            # Only now, so that a text that comes again keeps its id and no id goes to another text.
            first, last = block_range(self._page.id)
            self._db.execute(_DELETE_UNUSED_BLOCKS, first=first, last=last)
        if self.moved:
            self._name_page()
        self._set_kind()

    def _set_kind(self) -> None:
        """A page is a PDF if its last credible capture is one or, without a credible one, if its last capture is."""
        judged = [one for one in self._judged.values() if one.verdict.credible]
        if not judged and not self._db.value("select 1 from revisions where page_id = :page", page=self._page.id):
            judged = list(self._judged.values())
        if not judged or self._page.kind == "boilerplate":
            return
        encodings = self._db.value(
            _SET_KIND,
            capture=max(judged, key=lambda one: (one.shown.at, one.shown.visit)).shown.capture,
            cleaner=self._cleaner,
        )
        kind = "pdf" if encodings and json.loads(encodings).get("format") == "pdf" else "html"
        self._db.execute(
            "update pages set kind = :kind where id = :page and kind <> :kind", kind=kind, page=self._page.id
        )

    def _name_page(self) -> None:
        """A page's title is that of its newest credible observation that has one."""
        self._db.execute(
            """update pages set title = (
                   select revisions.title from credible join revisions on revisions.visit_id = revision
                   where credible.page_id = :page and revisions.title is not null
                   order by observed_at desc, credible.visit_id desc limit 1) where id = :page""",
            page=self._page.id,
        )

    # --- revisions ----------------------------------------------------------------------------------------------------

    def _begin(self, one: Judged) -> None:
        """Begin a revision."""
        reading = self._db.row("select title, language, cleaner from readings where id = :id", id=one.shown.reading)
        assert reading is not None
        blocks = readings.stored_blocks(self._db, one.shown.reading)
        marked = one.accepted is None
        document = (
            [block for block in blocks if block.document] if marked else [blocks[at] for at in one.accepted or ()]
        )
        ids = self._ids(document, reading["language"])
        texts = dict(self._texts(ids))
        in_order = [texts[block] for block in ids]
        self._db.execute(
            _INSERT_REVISION,
            visit=one.shown.visit,
            page=self._page.id,
            capture=one.shown.capture,
            at=one.shown.at,
            number=one.number,
            cause=one.cause,
            cleaner=reading["cleaner"],
            reading=one.shown.reading,
            title=reading["title"],
            words=words.count_words(in_order),
            digest=words.digest_of("\n".join(in_order)),
            blocks=json.dumps(ids),
        )
        self._make_current(ids, one)

    def _ids(self, document: list[VisibleBlock], language: str | None) -> list[int]:
        """The ids of a document's blocks: those of current blocks with the same words, and new ones for the rest."""
        current: dict[str, list[int]] = defaultdict(list)
        for current_block, text in self._texts(self._current_blocks):
            current[words.plain(text)].append(current_block)
        ids = []
        for block in document:
            same = current[words.plain(block.text)]
            ids.append(
                (same.pop(0) if len(same) > 1 else same[0])
                if same
                else self._block_id(block, block.language or language)
            )
        return ids

    def _block_id(self, block: VisibleBlock, language: str | None) -> int:
        digest = words.digest_of(block.kind, language or "", block.text)[:32]
        found: int | None = self._db.value(
            "select id from blocks where page_id = :page and digest = :digest", page=self._page.id, digest=digest
        )
        if found is not None:
            return found
        first, last = block_range(self._page.id)
        new: int = self._db.value(_NEXT_BLOCK_ID, first=first, last=last)
        if new > last:
            raise ArchiveError(f"{self._page.url} has shown over a million different paragraphs: unfollow it.")
        self._db.execute(
            _INSERT_BLOCK,
            id=new,
            digest=digest,
            kind=block.kind,
            language=language,
            text=block.text,
            stems=words.stem_keys(block.text, language),
            bigrams=index_words.bigrams(block.text),
        )
        return new

    def _texts(self, ids: list[int]) -> list[tuple[int, str]]:
        rows = self._db.rows(
            "select blocks.id, text from json_each(:ids) join blocks on blocks.id = value order by key",
            ids=json.dumps(ids),
        )
        return [(row[0], row[1]) for row in rows]

    def _blocks_of(self, revision: int | None) -> list[int]:
        ids: list[int] = json.loads(self._db.value("select blocks from revisions where visit_id = :id", id=revision))
        return ids

    # --- presence ------------------------------------------------------------------------------------------------------

    def _make_current(self, ids: list[int], one: Judged) -> None:
        """Make these blocks, and no others, current from this observation on."""
        self.moved = True
        gone, come = set(self._current_blocks) - set(ids), set(ids) - set(self._current_blocks)
        moment = {"visit": one.shown.visit, "at": one.shown.at}
        self._db.many(
            """update presence set until_visit = :visit, until_at = :at where block_id = :block and until_at is null""",
            ({"block": block, **moment} for block in gone),
        )
        self._db.many(
            "insert into presence (block_id, since_visit, since_at) values (:block, :visit, :at)",
            ({"block": block, **moment} for block in come),
        )
        self._current = ids

    def _take_back_presence(self, key: Key) -> None:
        first, last = block_range(self._page.id)
        own = {"first": first, "last": last, "at": key[0], "visit": key[1]}
        page = "block_id between :first and :last"
        db = self._db
        db.execute(f"delete from presence where {page} and (since_at, since_visit) > (:at, :visit)", **own)
        db.execute(
            f"""update presence set until_visit = null, until_at = null
                where {page} and until_at is not null and (until_at, until_visit) > (:at, :visit)""",
            **own,
        )
        self._taken_back = True

    @property
    def _current_blocks(self) -> list[int]:
        """The blocks of the current revision, in order; looked up only when they are needed, which is seldom."""
        if self._current is None:
            self._current = self._read_current_blocks()
        return self._current

    def _read_current_blocks(self) -> list[int]:
        revision = self._db.value("select revision from current_revision where page_id = :page", page=self._page.id)
        return [] if revision is None else self._blocks_of(revision)
