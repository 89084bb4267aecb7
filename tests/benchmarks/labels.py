"""Pages with known truth, read for training: each page's visible blocks, and how much of each is the document.

The folder that is read has two parts, as their own READMEs describe them: `extraction/dev` (real pages with their full
text, or with segments that must stay and must go; `leaks.json`) and `chrome/dev` (known documents in rendered chrome).
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.blocks.strip import strip
from pagewitness.scraper.clean.classify.features import Facts
from pagewitness.scraper.clean.classify.scoring import with_vote
from pagewitness.scraper.clean.encoding.decode import decode
from pagewitness.scraper.clean.page import parse_page

WORD = re.compile(r"\w+")
UNKNOWN = -1.0
FEW = 4  # words below which a block has to be a line of the truth


@dataclass(frozen=True, slots=True)
class Page:
    """A page with known truth.

    Attributes:
        part: `extraction`, `chrome` or `made`.
        row: its line of the index.
        walk, facts: what it shows, and says about itself.
        voted, vote: its blocks once the extractor has been asked, and its vote on each.
        labels: for each block the share of it that is the document, 0 to 1; `UNKNOWN` where nobody has said.
    """

    part: str
    row: dict[str, Any]
    walk: Walk
    facts: Facts
    voted: Walk
    vote: list[float]
    labels: list[float]

    @property
    def site(self) -> str:
        """The site, the layout that a page was rendered in, or the markup that it was made with."""
        if self.part == "extraction":
            return f"site:{self.row['domain']}"
        return f"chrome:{self.row['layout']}" if self.row["layout"] else f"made:{self.row['design']}"


def read_pages(folder: Path) -> list[Page]:
    """All pages of a folder, in the order of its indexes.

    Args:
        folder: with `extraction/dev` and `chrome/dev`.
    """
    leaks = {one["id"]: one for one in json.loads((folder / "extraction/dev/leaks.json").read_text("utf-8"))}
    jobs = [
        (folder, part, json.loads(line), leaks)
        for part in ("extraction", "chrome")
        for line in (folder / part / "dev/index.jsonl").read_text("utf-8").splitlines()
    ]
    with Pool(2) as pool:
        return [page for page in pool.imap(_page, jobs, 8) if page is not None]


def body_of(folder: Path, part: str, row: dict[str, Any]) -> bytes:
    """The bytes of a page."""
    return gzip.decompress((folder / part / "dev/pages" / f"{row['id']}.html.gz").read_bytes())


def _page(job: tuple[Path, str, dict[str, Any], dict[str, Any]]) -> Page | None:
    folder, part, row, leaks = job
    shown = parse_page(strip(decode(body_of(folder, part, row), None)[0].replace("\0", "")), row.get("url"))
    if shown is None or not shown.walk.pieces:
        return None
    pieces = shown.walk.pieces
    voted, vote = with_vote(shown.root, shown.marks, shown.walk)
    labels = _of_chrome(row, pieces) if part == "chrome" else _of_extraction(row, pieces, leaks.get(row["id"]))
    return Page(part, row, shown.walk, shown.facts, voted, vote, labels)


def words(text: str) -> list[str]:
    """The words by which texts are compared."""
    return [word.lower() for word in WORD.findall(text)]


def spans(found: Sequence[str]) -> list[tuple[str, ...]]:
    """Three words in a row, at each place."""
    return list(zip(found, found[1:], found[2:], strict=False))


def _of_chrome(row: dict[str, Any], pieces: Sequence[Piece]) -> list[float]:
    lines = {" ".join(words(line)) for line in [*row["keep"], row["keep_once"]]}
    whole = words("\n".join([row["keep_once"], *row["keep"]]))
    known = set(spans(whole))
    return [_of_lines(words(piece.text), lines, known) for piece in pieces]


def _of_lines(own: list[str], lines: set[str], known: set[tuple[str, ...]]) -> float:
    if len(own) < FEW:
        return float(bool(own) and " ".join(own) in lines)
    found = spans(own)
    return sum(span in known for span in found) / len(found)


def _of_extraction(row: dict[str, Any], pieces: Sequence[Piece], leaks: dict[str, Any] | None) -> list[float]:
    if row["source"] == "trafilatura" or row["truth"] == "tool-snapshot" or not row["text"]:
        labels = [_of_segments(row, _folded(piece.text)) for piece in pieces]
    else:
        labels = _of_text(row["text"], pieces)
    return _corrected(labels, pieces, leaks) if leaks else labels


def _folded(text: str) -> str:
    return " ".join(text.split())


def _of_segments(row: dict[str, Any], text: str) -> float:
    stays = any(_folded(segment) in text for segment in row["with"])
    goes = any(_folded(segment) in text for segment in row["without"])
    return UNKNOWN if stays == goes else float(stays)


def _of_text(truth: str, pieces: Sequence[Piece]) -> list[float]:
    """Shares of the true text. What it says once is used up by the first visible block that says it."""
    whole = words(truth)
    lines = {" ".join(words(line)) for line in truth.split("\n")}
    known, left = set(spans(whole)), Counter(spans(whole))
    labels = [_of_lines(words(piece.text), lines, known) for piece in pieces]
    for at in sorted(range(len(pieces)), key=lambda at: (pieces[at].zone != "main", at)):
        found = spans(words(pieces[at].text))
        if len(found) < FEW - 2 or not labels[at]:
            continue
        have = 0
        for span in found:
            have += left[span] > 0
            left[span] -= 1
        labels[at] = labels[at] if 2 * have >= len(found) else have / len(found)
    return labels


def _corrected(labels: list[float], pieces: Sequence[Piece], leaks: dict[str, Any]) -> list[float]:
    bad = {_folded(text).lower() for kind, text in leaks["cons"] if kind == "boiler"}
    bad |= {_folded(text).lower() for texts in leaks["wid"].values() for text in texts}
    genuine = [sentence.lower() for sentence in leaks["genuine"]]
    found = list(labels)
    for at, piece in enumerate(pieces):
        text = _folded(piece.text).lower()
        if text in bad:
            found[at] = 0.0
        if any(sentence in text for sentence in genuine):
            found[at] = 1.0
    return found


def sites(pages: Sequence[Page]) -> Iterator[tuple[str, list[Page]]]:
    """Pages by their site, in order of the sites' names."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        found.setdefault(page.site, []).append(page)
    yield from sorted(found.items())
