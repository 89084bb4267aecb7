"""The names of cleaners, taken apart: `0.1.0+1f0a9c3d trafilatura-2.3.1[ rules-5e6f7a8b][ pdf-9c0d1e2f[ tesseract]]`.

A reading is kept under what had a say in it: that of a PDF under the whole name, any other under the name without what reads
PDFs. So a page has readings under both names where it was now the one and now the other, and each of its captures under one
of them: what of a body is a PDF is told by modules that are a part of both.
"""

from __future__ import annotations

from typing import Final

_RULES: Final = " rules-"
_PDF: Final = " pdf-"


def of_html(cleaner: str) -> str:
    """The name under which a cleaner keeps what it reads of anything but PDFs.

    >>> of_html("0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f tesseract")
    '0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b'
    """
    return cleaner.partition(_PDF)[0]


def with_part(cleaner: str, rules: str) -> str:
    """The name of a cleaner that reads by rules with this digest.

    >>> with_part("0.1.0+1f0a9c3d trafilatura-2.3.1 pdf-9c0d1e2f", "5e6f7a8b")
    '0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f'
    """
    html, mark, pdf = cleaner.partition(_PDF)
    return f"{html}{_RULES}{rules}{mark}{pdf}"


def own(cleaner: str) -> str:
    """The name without the rules that pages are read by, and without what reads PDFs.

    >>> own("0.1.0+1f0a9c3d trafilatura-2.3.1 rules-5e6f7a8b pdf-9c0d1e2f")
    '0.1.0+1f0a9c3d trafilatura-2.3.1'
    """
    return of_html(cleaner).partition(_RULES)[0]
