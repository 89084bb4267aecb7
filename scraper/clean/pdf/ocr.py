"""Find the installed tesseract, and turn its output into the words of a page (pure).

The caller passes in the recogniser (picture -> TSV), because only it may start processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import PdfPage, Style, Word

Recogniser = Callable[[bytes], str | None]  # a picture (PGM) -> tesseract's TSV, or None

MOST_OCR_PAGES: Final = 100  # scanned pages of one document
DPI: Final = 200
_FOLDERS: Final = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata")
_PROGRAMS: Final = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
_MOST_LANGUAGES: Final = 6  # each language adds to the time of every page
_NO_LANGUAGES: Final = frozenset({"osd", "equ", "snum"})
_LEAST_SURE: Final = 25.0  # percent; less certain words are specks and rules taken for letters
_ONE_SIZE: Final = 0.3  # share by which lines of one size may differ in height: some have no ascenders or descenders


@dataclass(frozen=True, slots=True)
class Tesseract:
    """An installed tesseract.

    Attributes:
        languages: those it can read, English first.
        digest: of the sizes of its program and language files; another tesseract may read other words.
    """

    path: str
    languages: tuple[str, ...]
    digest: str


@cache
def tesseract() -> Tesseract | None:
    """The tesseract of this machine, or None."""
    # Search beyond PATH: the cleaner's name must not depend on who starts it (cron, a shell).
    path = shutil.which("tesseract") or shutil.which("tesseract", path=_PROGRAMS)
    if path is None:
        return None
    found = {
        file.stem: file
        for pattern in _FOLDERS
        for folder in Path("/").glob(pattern[1:])
        for file in folder.glob("*.traineddata")
    }
    names = sorted(found.keys() - _NO_LANGUAGES, key=lambda name: (name != "eng", name))[:_MOST_LANGUAGES]
    if not names:
        return None
    sizes = [Path(path).resolve().stat().st_size, *((name, found[name].stat().st_size) for name in names)]
    return Tesseract(path, tuple(names), sha256(repr(sizes).encode()).hexdigest()[:8])


def recognised(pdf_page: PdfPage, tsv: str) -> PdfPage:
    """The page with only the words that were read from its picture."""
    rows = [row.split("\t") for row in tsv.splitlines()[1:]]
    lines = {tuple(row[2:5]): row for row in rows if len(row) >= 12 and row[0] == "4"}
    usual = median([float(row[9]) for row in lines.values()] or [10.0])
    words = [word for row in rows if len(row) >= 12 and row[0] == "5" and (word := _word(row, lines, usual))]
    return replace(pdf_page, words=tuple(words), ocr=True)


def _word(row: Sequence[str], lines: dict[tuple[str, ...], list[str]], usual: float) -> Word | None:
    text = row[11].strip()
    if not text or float(row[10]) < _LEAST_SURE:
        return None
    left, top, width, height = (float(value) * 72 / DPI for value in row[6:10])
    line = lines.get(tuple(row[2:5]), row)
    tall = float(line[9])
    size = (usual if abs(tall - usual) <= _ONE_SIZE * usual else tall) * 72 / DPI * 0.85
    base = (float(line[7]) + tall) * 72 / DPI
    return Word(text, left, top, left + width, top + height, base, Style(round(size, 1)))
