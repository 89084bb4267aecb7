"""Reading pictures of pages by tesseract, where it is installed: a process of its own for each page, with a limit on time."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from typing import Final

from pagewitness.scraper.clean.pdf.ocr import tesseract

MOST_SECONDS: Final = 600.0  # by the clock, for all pages of a document
_PAGE_SECONDS: Final = 60.0


def recognise(picture: bytes) -> str | None:
    """What tesseract reads in a picture.

    Args:
        picture: a page as PGM (grey).

    Returns:
        its words with their places, as tesseract's TSV; None where it fails or takes too long.
    """
    found = tesseract()
    if found is None:
        return None
    # One thread: pages are many, and several wait for one another. Page segmentation 3: columns found, nothing turned.
    command = [found.path, "stdin", "stdout", "-l", "+".join(found.languages), "--psm", "3", "--dpi", "200", "tsv"]
    try:
        done = subprocess.run(
            command, input=picture, capture_output=True, timeout=_PAGE_SECONDS, env=_environment(), check=True
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", "replace")


@cache
def _environment() -> dict[str, str]:
    return os.environ | {"OMP_THREAD_LIMIT": "1"}
