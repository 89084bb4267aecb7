"""The index of stems, rebuilt when the stemmer's version changes: another version may give other stems."""

from __future__ import annotations

from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words

AT_ONCE = 500  # blocks: a write transaction stays short


def bring_up_to_date(db: Sqlite) -> None:
    """Rebuild the stems of all blocks if another version of the stemmer made them.

    It works in short transactions and, after an interruption, continues from there.
    """
    version = words.stemmer_version()
    row = db.row("select version, done from stemmer")
    if row["version"] == version and row["done"] is None:
        return
    while _step(db, version):
        pass


_STEP = "select id, text, language, stems from blocks where id > :done order by id limit :most"


def _step(db: Sqlite, version: str) -> bool:
    """Rebuild the stems of some blocks; True if there may be more."""
    with db.transaction():
        known, done = db.row("select version, done from stemmer")
        done = done if known == version else 0
        if done is None:
            return False
        rows = db.rows(_STEP, done=done, most=AT_ONCE)
        made = (
            {"id": row["id"], "old": row["stems"], "stems": words.stem_keys(row["text"], row["language"])}
            for row in rows
        )
        db.many("update blocks set stems = :stems where id = :id", (one for one in made if one["stems"] != one["old"]))
        last = rows[-1]["id"] if len(rows) == AT_ONCE else None
        db.execute("update stemmer set version = :version, done = :done", version=version, done=last)
    return last is not None
