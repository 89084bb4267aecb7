"""The cleaner's name: its version, and those of the libraries that have a say in the text.

Raise `CLEANER` (or `PDF_READER`) with every change that alters what is read; `tests/clean/test_versions.py` notices, and
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

CLEANER: Final = "1"
PDF_READER: Final = "1"

# The voter, and what it decodes with; the parser; what guesses languages. NumPy only adds up the model's numbers.
LIBRARIES: Final = ("trafilatura", "charset-normalizer", "lxml", "py3langid")
OPTIONAL: Final = ("faust-cchardet",)  # guesses encodings where it is installed
PDF_LIBRARY: Final = "pypdfium2"  # reads PDFs where it is installed


def cleaner_name(rules: str = "") -> str:
    """The whole name of the cleaner; a different name means that the same page may read differently.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        `html_name`, and where PDFs can be read ` pdf-` with `PDF_READER`, pypdfium2's version and, where there is one, the
        digest of the tesseract that reads pictures. None of them is imported or started.
    """
    return with_rules(_html_name() + _pdf_part(), rules)


def html_name(rules: str = "") -> str:
    """The cleaner's name without what reads PDFs only: readings of everything else are kept under it.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        `CLEANER` and the versions of the libraries that have a say in the text, such as `1 trafilatura-2.3.1 lxml-6.1.3`;
        and ` rules-` with the digest of the rules.
    """
    return with_rules(_html_name(), rules)


def with_rules(cleaner: str, rules: str) -> str:
    """The name of a cleaner that reads by the rules of a source; its own where there are none."""
    return cleaner_names.with_part(cleaner, hashlib.sha256(rules.encode()).hexdigest()[:8]) if rules else cleaner


@cache
def _html_name() -> str:
    optional = (name for name in OPTIONAL if _version(name))
    return " ".join([CLEANER, *(f"{name}-{_version(name)}" for name in (*LIBRARIES, *optional))])


@cache
def _pdf_part() -> str:
    """What the name says of PDFs; nothing where they can't be read."""
    if not is_installed():
        return ""
    ocr = tesseract()
    return f" pdf-{PDF_READER} {PDF_LIBRARY}-{_version(PDF_LIBRARY)}" + (f" tesseract-{ocr.digest}" if ocr else "")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
