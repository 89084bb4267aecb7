"""The boilerplate of hosts: the lines that the fold masks on their pages, and the histories made with older boilerplate."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pagewitness.archive import cleaner_names
from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words


@dataclass(frozen=True)
class Repeated:
    """What is masked on a page.

    Attributes:
        digest: of what is masked on the pages of its host; empty if nothing is.
        written: the masked lines, each with the ids of the pages on which it is not masked, as JSON.
    """

    page: int
    digest: str = ""
    written: str = field(default="{}", repr=False)

    @cached_property
    def lines(self) -> frozenset[str]:
        """The lines that are masked on this page (`words.plain`)."""
        return frozenset(line for line, but in json.loads(self.written).items() if self.page not in but)


def repeated_on(db: Sqlite, page: Page) -> Repeated:
    """What is masked on a page: the latest boilerplate of its host. (The page that lists boilerplate has no host.)"""
    row = db.row(
        "select digest, masked from pages join boilerplate on boilerplate.host = pages.host where pages.id = :page",
        page=page.id,
    )
    return Repeated(page.id) if row is None else Repeated(page.id, row[0], row[1])


_COVERED = """
    select blocks.id, pages.id as page, host, text
    from json_each(:blocks) join blocks on blocks.id = value join pages on pages.id = blocks.page_id
    where host in (select value from json_each(:hosts))"""


def covered(db: Sqlite, blocks: Collection[int]) -> set[int]:
    """The ids of those blocks that are boilerplate.

    A changed line of boilerplate makes no revision, so the page may word it differently by now. Each host's boilerplate is
    read once.
    """
    ids = json.dumps(list(blocks))
    masked = db.rows(
        f"""select host, masked from boilerplate where digest <> '' and host in (
                select host from pages where id in (select value >> {BLOCK_BITS} from json_each(:blocks)))""",
        blocks=ids,
    )
    if not masked:
        return set()
    written = {row["host"]: json.loads(row["masked"]) for row in masked}
    rows = db.rows(_COVERED, blocks=ids, hosts=json.dumps(list(written)))
    longest = {host: max(map(len, lines)) for host, lines in written.items()}
    return {
        row["id"]
        for row in rows
        # Dates and list numbers are longer as written than in the plain form.
        if len(row["text"]) <= 3 * longest[row["host"]] + 20
        and row["page"] not in written[row["host"]].get(words.plain(row["text"]), (row["page"],))
    }


_KEEP = """
    insert into boilerplate (host, digest, masked) values (:host, :digest, :masked)
    on conflict (host) do update set digest = :digest, masked = :masked where digest <> :digest"""


def set_lines(db: Sqlite, host: str, lines: Mapping[str, Sequence[int]]) -> None:
    """Set the lines (`words.plain`) that are masked on the pages of a host, each with the ids of the pages that are exempt."""
    masked = json.dumps({line: sorted(lines[line]) for line in sorted(lines)}, ensure_ascii=False)
    digest = words.digest_of(masked)[:32] if lines else ""
    db.execute(_KEEP, host=host, digest=digest, masked=masked)


def stale(db: Sqlite, cleaner: str) -> list[int]:
    """The ids of pages whose history a cleaner, with or without rules of their source, made with other boilerplate than their
    host's latest."""
    rows = db.rows(
        """select distinct page_id, cleaner from checkpoints join pages on pages.id = page_id
               left join boilerplate on boilerplate.host = pages.host
           where checkpoints.boilerplate <> coalesce(digest, '') order by page_id"""
    )
    ours = cleaner_names.own(cleaner)
    return [row[0] for row in rows if cleaner_names.own(row[1]) == ours]


_COPY = """
    insert into boilerplate (host, digest, masked) select host, :digest, :masked from pages where id = :page
    on conflict (host) do nothing"""


def copy(db: Sqlite, page: Page, into: Sqlite) -> None:
    """Copy the boilerplate of a page's host to another archive that has the page."""
    repeated = repeated_on(db, page)
    if repeated.digest:
        into.execute(_COPY, page=page.id, digest=repeated.digest, masked=repeated.written)
