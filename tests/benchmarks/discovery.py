"""Measure how many entries of listings are found: discovery.py FILE.warc.gz.

Of pages whose `main` element holds the entries and no other link, such as those that a program writes. Prints
the entries of their last captures, and how many are found, missed and wrong.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import html

from pagewitness.archive.model import PageRole
from pagewitness.archive.store import evidence, finds
from pagewitness.archive.store.database import open_archive
from pagewitness.scraper.work import finding, sighting


def main(file: str) -> None:
    """Import a file, and print the figures."""
    entries = found = missed = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        archive = str(Path(folder) / "archive.db")
        subprocess.run([sys.executable, "-m", "pagewitness.scraper", "--archive", archive, "import", file], check=True)
        with open_archive(archive) as db:
            for page in evidence.pages_where(db, "where kind = 'html' order by url"):
                listing = finds.set_role(db, page, PageRole.LISTING)
                tree = html.document_fromstring(evidence.last_body(db, page.id) or b"<p>", base_url=page.url)
                tree.make_links_absolute()
                expected = {str(link.get("href")) for link in tree.xpath("//main//a[@href]")}
                sighting.relist(db, listing)
                chosen = finding.choices(db, listing, finding.Bounds(), None)
                got = {one.candidate.url for one in chosen if one.followed}
                entries, found = entries + len(expected), found + len(expected & got)
                missed, wrong = missed + len(expected - got), wrong + len(got - expected)
                if got != expected:
                    print(page.url, "missed", sorted(expected - got), "wrong", sorted(got - expected))
    print(f"{entries} entries: {found} found, {missed} missed, {wrong} wrong")


if __name__ == "__main__":
    main(sys.argv[1])
