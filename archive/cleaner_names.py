"""The names of cleaners, taken apart: `0.1.0+1f0a9c3d trafilatura-2.3.1[ rules-5e6f7a8b][ pdf-9c0d1e2f[ tesseract]]`.

A reading is stored under the part of the name that affects it: for a PDF the whole name, otherwise the name without the
reader of PDFs. A page that was sometimes a PDF and sometimes not has readings under both names, and each capture has one:
modules that count in both names decide which bodies are PDFs.
"""

from __future__ import annotations

from typing import Final

_RULES: Final = " rules-"
_PDF: Final = " pdf-"


def of_html(cleaner: str) -> str:
    """The name under which a cleaner stores readings of anything but PDFs.

    >>> of_html("0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f tesseract")
    '0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b'
    """
    return cleaner.partition(_PDF)[0]


def with_part(cleaner: str, rules: str) -> str:
    """The name of a cleaner with rules of this digest.

    >>> with_part("0.1.0+1f0a9c3d trafilatura-2.3.1 pdf-9c0d1e2f", "5e6f7a8b")
    '0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f'
    """
    html, mark, pdf = cleaner.partition(_PDF)
    return f"{html}{_RULES}{rules}{mark}{pdf}"


def own(cleaner: str) -> str:
    """The name without rules and without the reader of PDFs.

    >>> own("0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f")
    '0.1.0+1f0a9c3d trafilatura-2.3.1'
    """
    return of_html(cleaner).partition(_RULES)[0]
