"""The cleaner's name: its version, and digests of all that alters text; what alters that of PDFs alone stands apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from pagewitness.archive import cleaners
from pagewitness.scraper.clean.pdf import is_installed
from pagewitness.scraper.clean.pdf.ocr import tesseract

# The voter, and what it decodes with; the parser; what guesses languages. NumPy only adds up the model's numbers.
LIBRARIES = ("trafilatura", "charset-normalizer", "lxml", "py3langid")
OPTIONAL = ("faust-cchardet",)  # guesses encodings where it is installed
PDF_LIBRARY = "pypdfium2"  # reads PDFs where it is installed


def cleaner_name(rules: str = "") -> str:
    """The whole name of the cleaner; another one means that the same page may read differently.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        `html_name`, and where PDFs can be read ` pdf-` with a digest of the modules that read them, of pypdfium2's version and
        of the tesseract that reads pictures, with ` tesseract` where there is one. None of them is imported or started.
    """
    return with_rules(_html_name() + _pdf_part(), rules)


def html_name(rules: str = "") -> str:
    """The cleaner's name without what has a say in PDFs alone: readings of all else are kept under it (`archive.cleaners`).

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        the package's version, a digest of this package's modules, tables and model and of the versions of the libraries
        that have a say in the text (`LIBRARIES`, `OPTIONAL`), and that of the one that votes, such as
        `0.1.0+1f0a9c3d trafilatura-2.3.1`; and ` rules-` with the digest of the rules.
    """
    return with_rules(_html_name(), rules)


def with_rules(cleaner: str, rules: str) -> str:
    """The name of a cleaner that reads by the rules of a source; its own where there are none."""
    return cleaners.with_part(cleaner, hashlib.sha256(rules.encode()).hexdigest()[:8]) if rules else cleaner


@cache
def _html_name() -> str:
    digest = hashlib.sha256()
    for name in (*LIBRARIES, *OPTIONAL):
        digest.update(f"{name}-{_version(name)}\0".encode())
    archive = files("pagewitness.archive")
    for root in (files(__package__), *(archive.joinpath(name) for name in ("words.py", "dates.py", "dates.toml"))):
        for name, part in _parts(root):
            if not _is_of_pdfs(name):
                digest.update(name.encode() + b"\0" + part.read_bytes() + b"\0")
    return f"{_version('pagewitness')}+{digest.hexdigest()[:8]} trafilatura-{_version('trafilatura')}"


@cache
def _pdf_part() -> str:
    """What the name says of PDFs; nothing where they can't be read."""
    if not is_installed():
        return ""
    ocr = tesseract()
    digest = hashlib.sha256(f"{PDF_LIBRARY}-{_version(PDF_LIBRARY)}\0".encode())
    if ocr is not None:
        digest.update(f"tesseract-{ocr.digest}\0".encode())
    for name, part in _parts(files(__package__)):
        if _is_of_pdfs(name):
            digest.update(name.encode() + b"\0" + part.read_bytes() + b"\0")
    return f" pdf-{digest.hexdigest()[:8]}" + (" tesseract" if ocr else "")


def _is_of_pdfs(name: str) -> bool:
    """Whether a module or table has a say in PDFs alone; what tells PDFs from all else (`pdf.is_pdf`) has one in both."""
    return name.startswith("clean/pdf/") and name != "clean/pdf/__init__.py"


def _parts(root: Traversable, inside: str = "") -> Iterator[tuple[str, Traversable]]:
    """Modules, tables and the model, with their paths; those of each language too."""
    if root.is_file():
        if root.name.endswith((".py", ".toml", ".json")):
            yield inside + root.name, root
        return
    for part in sorted(root.iterdir(), key=lambda part: part.name):
        yield from _parts(part, f"{inside}{root.name}/")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"
