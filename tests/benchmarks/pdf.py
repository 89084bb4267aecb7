"""Words kept and time taken on real PDFs, beside pypdf and pdfplumber.

    pip install pypdf pdfplumber
    python tests/benchmarks/pdf.py FOLDER [--only PART] [--beside pypdf …] [--wrong 10]

FOLDER holds `packs.py` one level above it, a pack of PDFs and one with an independent text of each (`*-text.pack.zst`).
Words are compared as bags of runs of letters and digits (NFKC, small letters). Recall is the share of the text's words that
the document has, without those of lines that run over the pages, as often as they do; precision the share of the document's
words that the text has. *Mended*: without the words that one side glued together from neighbours of the other ("theplatform"),
or lost a ligature of ("Pla orm"), whichever side did so; `--wrong N` lists those of the independent text.
Each reader works in a process of its own; times are processor time, memory is the whole process's peak.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

_TOKEN = re.compile(r"[^\W_]+")
_LIGATURES = ("ffi", "ffl", "ff", "fi", "fl", "ti", "tt", "ft", "th")


class Read(NamedTuple):
    """What a reader made of a PDF."""

    text: str
    running: str
    seconds: float
    megabytes: float


def ours(body: bytes) -> tuple[str, str]:
    """The document, and what runs over its pages."""
    from pagewitness.scraper.clean import clean

    reading = clean(body, "application/pdf", None)
    texts: tuple[list[str], list[str]] = ([], [])
    for block in reading.blocks:
        texts[not block.document].append(block.text)
    return "\n".join(texts[0]), "\n".join(texts[1])


def pypdf(body: bytes) -> tuple[str, str]:
    """All text, as pypdf gives it."""
    import logging
    from io import BytesIO

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages), ""


def pdfplumber(body: bytes) -> tuple[str, str]:
    """All text, as pdfplumber gives it."""
    import logging
    from io import BytesIO

    import pdfplumber as library

    logging.disable(logging.CRITICAL)
    with library.open(BytesIO(body)) as pdf:
        texts = []
        for page in pdf.pages:
            texts.append(page.extract_text() or "")
            page.close()
    return "\n".join(texts), ""


READERS: dict[str, Callable[[bytes], tuple[str, str]]] = {"pagewitness": ours, "pypdf": pypdf, "pdfplumber": pdfplumber}


def measured(name: str, body: bytes) -> Read:
    """One PDF by one reader, after a first small one that loads what it needs."""
    from pagewitness.scraper.clean import clean_text

    clean_text(
        b"<p>A sentence that makes what guesses languages load its model, which is no PDF's doing.</p>" * 4, None
    )
    start = time.process_time()
    text, running = READERS[name](body)
    seconds = time.process_time() - start
    return Read(text, running, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def alone(name: str, body: bytes) -> Read:
    """The same in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, name, body).result()


def words(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


class Score(NamedTuple):
    """How the words of a reader agree with the independent text's; `wrong`: what that glued or broke."""

    recall: float
    precision: float
    mended_recall: float
    mended_precision: float
    wrong: Counter[str]


def score(read: Read, truth: str) -> Score:
    """Recall and precision, as they are and mended."""
    mine, theirs, running = words(read.text), words(truth), Counter(words(read.running))
    have, want = Counter(mine), Counter(theirs)
    want -= running & (want - have)
    both = (have & want).total()
    recall, precision = both / max(1, want.total()), both / max(1, have.total())
    lost, extra = want - have, have - want
    wrong = Counter(dict(_glued(lost, extra, mine)))
    own = Counter(dict(_glued(extra, lost, theirs)))
    for counts, parts in ((wrong, lost), (own, extra)):
        parts -= counts
    for glued, (less, more) in ((wrong, (lost, extra)), (own, (extra, lost))):
        for token, count in glued.items():
            for part in token.split("+"):
                less[part] -= 0
                more[part] -= count
    broken = _broken(lost, extra)
    wrong += broken
    lost_left = sum(count for token, count in lost.items() if count > 0 and "+" not in token)
    extra_left = sum(count for count in extra.values() if count > 0)
    return Score(recall, precision, 1 - lost_left / max(1, want.total()), 1 - extra_left / max(1, have.total()), wrong)


def _glued(lost: Counter[str], extra: Counter[str], order: list[str]) -> Iterator[tuple[str, int]]:
    """Words of one side that are two or three neighbours of the other without the blanks; taken out of `lost`."""
    neighbours: dict[str, str] = {}
    for size in (2, 3):
        for at in range(len(order) - size + 1):
            parts = order[at : at + size]
            whole = "".join(parts)
            if whole in lost:
                neighbours.setdefault(whole, "+".join(parts))
    for whole, parts in neighbours.items():
        count = min(lost[whole], max((extra[part] for part in parts.split("+")), default=0))
        if count > 0:
            lost[whole] -= count
            yield parts, count


def _broken(lost: Counter[str], extra: Counter[str]) -> Counter[str]:
    """Words that lack a ligature on the other side: `pla` and `orm` for `platform`; taken out of both."""
    found = Counter[str]()
    for word, count in list(extra.items()):
        for ligature in _LIGATURES if count > 0 else ():
            parts = [part for part in word.split(ligature) if part]
            if ligature in word and parts and all(lost[part] > 0 for part in parts):
                number = min(count, *(lost[part] for part in parts))
                for part in parts:
                    lost[part] -= number
                extra[word] -= number
                found[f"{' '.join(parts)} for {word}"] += number
                break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="reports whose name has this")
    others = [name for name in READERS if name != "pagewitness"]
    parser.add_argument(
        "--beside", nargs="*", choices=others, default=others, help="the other readers; none without a name"
    )
    parser.add_argument(
        "--wrong", type=int, default=0, metavar="N", help="N words that the independent text glued or broke"
    )
    chosen = parser.parse_args()
    sys.path.insert(0, str(chosen.folder.parent))
    from packs import read_pack  # type: ignore[import-not-found]

    packs = {kind: next(iter(sorted(chosen.folder.glob(f"*{kind}.pack.zst")))) for kind in ("pdf", "pdf-text")}
    bodies, texts = ({one.page: one.body for one in read_pack(path)} for path in packs.values())
    names = ["pagewitness", *chosen.beside]
    print(f"{'report':<36} {'reader':<12} {'recall':>6} {'prec.':>6} {'mended':>6} {'prec.':>6} {'s':>7} {'MB':>5}")
    results: dict[str, list[tuple[Score, Read]]] = {name: [] for name in names}
    for page in sorted(bodies):
        if chosen.only not in page:
            continue
        for name in names:
            read = alone(name, bodies[page])
            made = score(read, texts[page].decode())
            results[name].append((made, read))
            numbers = " ".join(f"{value:6.3f}" for value in made[:4])
            print(f"{page[:36]:<36} {name:<12} {numbers} {read.seconds:7.2f} {read.megabytes:5.0f}", flush=True)
            if name == "pagewitness" and chosen.wrong:
                print(
                    "    the text has: "
                    + ", ".join(f"{word} ×{count}" for word, count in made.wrong.most_common(chosen.wrong))
                )
    for name, found in results.items():
        _print_all(name, found, results["pagewitness"])


def _print_all(name: str, found: list[tuple[Score, Read]], own: list[tuple[Score, Read]]) -> None:
    medians: list[Any] = [median(one[at] for one, _ in found) for at in range(4)]
    seconds, most = sum(read.seconds for _, read in found), max(read.megabytes for _, read in found)
    ratio = seconds / sum(read.seconds for _, read in own)
    each = median(theirs.seconds / mine.seconds for (_, theirs), (_, mine) in zip(found, own, strict=True))
    numbers = " ".join(f"{value:6.3f}" for value in medians)
    times = f"ours × {ratio:.1f} (median of each {each:.1f})"
    print(f"{'median; sum; most':<36} {name:<12} {numbers} {seconds:7.2f} {most:5.0f}   {times}")


if __name__ == "__main__":
    main()
