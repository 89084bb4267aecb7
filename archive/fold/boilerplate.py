"""The boilerplate of hosts as the fold uses it: the lines that are masked on their pages, and which histories lack them."""

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
        digest: names what is masked on the pages of its host; empty where that is nothing.
        written: the lines that are masked on these, each with the ids of those where it is not, as JSON.
    """

    page: int
    digest: str = ""
    written: str = field(default="{}", repr=False)

    @cached_property
    def lines(self) -> frozenset[str]:
        """The lines, as `words.plain` has them."""
        return frozenset(line for line, but in json.loads(self.written).items() if self.page not in but)


def of(db: Sqlite, page: Page) -> Repeated:
    """What is masked on a page: the latest boilerplate of its host. (The page that lists it is on none.)"""
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
    """Those of some blocks, by their ids, that are a line which their site repeats.

    Such a line makes no revision, so it may be worded otherwise by now. Each host's boilerplate is read once.
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
        # Dates and list numbers are longer as they stand than in the plain form.
        if len(row["text"]) <= 3 * longest[row["host"]] + 20
        and row["page"] not in written[row["host"]].get(words.plain(row["text"]), (row["page"],))
    }


_KEEP = """
    insert into boilerplate (host, digest, masked) values (:host, :digest, :masked)
    on conflict (host) do update set digest = :digest, masked = :masked where digest <> :digest"""


def keep(db: Sqlite, host: str, lines: Mapping[str, Sequence[int]]) -> None:
    """From now on these lines (`words.plain`) are masked on the pages of a host, but for those with the ids given."""
    masked = json.dumps({line: sorted(lines[line]) for line in sorted(lines)}, ensure_ascii=False)
    digest = words.digest_of(masked)[:32] if lines else ""
    db.execute(_KEEP, host=host, digest=digest, masked=masked)


def stale(db: Sqlite, cleaner: str) -> list[int]:
    """The ids of pages whose history a cleaner, maybe with rules of their source, made by other boilerplate than their host's
    latest."""
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
    """Copy what is masked on a page to another archive that has the page."""
    repeated = of(db, page)
    if repeated.digest:
        into.execute(_COPY, page=page.id, digest=repeated.digest, masked=repeated.written)
