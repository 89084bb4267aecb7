"""The cleaner's name: its version, and the versions of the libraries that affect the text.

Raise `CLEANER` (or `PDF_READER`) with every change that alters readings; `tests/clean/test_versions.py` checks this, and
`python tests/versions.py` records the new version's outputs.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from pagewitness.archive import cleaner_names
from pagewitness.scraper.clean.pdf import is_installed
from pagewitness.scraper.clean.pdf.ocr import tesseract

CLEANER: Final = "3"
PDF_READER: Final = "2"

# The voter and its decoder; the parser; the language detector. NumPy only adds up the model's numbers.
LIBRARIES: Final = ("trafilatura", "charset-normalizer", "lxml", "beautifulsoup4", "py3langid")
OPTIONAL: Final = ("faust-cchardet",)  # guesses encodings if installed
PDF_LIBRARY: Final = "pypdfium2"  # reads PDFs if installed


def cleaner_name(rules: str = "") -> str:
    """The full name of the cleaner; under another name the same page may read differently.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        `html_name`; if PDFs can be read, also ` pdf-` with `PDF_READER`, the version of pypdfium2 and, if tesseract is
        installed, its digest. Nothing is imported or started.
    """
    return with_rules(_html_name() + _pdf_part(), rules)


def html_name(rules: str = "") -> str:
    """The cleaner's name without its PDF part; readings of everything but PDFs are kept under it.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        `CLEANER` and the versions of the libraries that affect the text, such as `1 trafilatura-2.3.1 lxml-6.1.3`; with
        rules, also ` rules-` and their digest.
    """
    return with_rules(_html_name(), rules)


def with_rules(cleaner: str, rules: str) -> str:
    """Add the digest of a source's rules to a cleaner's name; without rules the name is unchanged."""
    return cleaner_names.with_part(cleaner, hashlib.sha256(rules.encode()).hexdigest()[:8]) if rules else cleaner


@cache
def _html_name() -> str:
    optional = (name for name in OPTIONAL if _version(name))
    return " ".join([CLEANER, *(f"{name}-{_version(name)}" for name in (*LIBRARIES, *optional))])


@cache
def _pdf_part() -> str:
    """The part of the name about PDFs; empty if they can't be read."""
    if not is_installed():
        return ""
    ocr = tesseract()
    return f" pdf-{PDF_READER} {PDF_LIBRARY}-{_version(PDF_LIBRARY)}" + (f" tesseract-{ocr.digest}" if ocr else "")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
