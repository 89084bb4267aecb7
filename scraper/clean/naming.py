"""The cleaner's name: its version, and a digest of all that alters text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from pagewitness.scraper.clean.pdf.ocr import tesseract

# The voter, and what it decodes with; the parser; what guesses languages; what reads PDFs, where it is installed.
# NumPy only adds up the model's numbers.
LIBRARIES = ("trafilatura", "charset-normalizer", "lxml", "py3langid", "pypdfium2")
OPTIONAL = ("faust-cchardet",)  # guesses encodings where it is installed


def cleaner_name(rules: str = "") -> str:
    """The name under which readings are kept; another name means that the same page may read differently.

    Args:
        rules: of the page's source (`Source.rules`).

    Returns:
        the package's version, a digest of this package's modules, tables and model and of the versions of the libraries
        that have a say in the text (`LIBRARIES`, `OPTIONAL`), and that of the one that votes, such as
        `0.1.0+1f0a9c3d trafilatura-2.3.1`, with ` tesseract` where that reads pictures, and with ` rules-` and the digest of
        the rules. None of them is imported.
    """
    return with_rules(_own_name(), rules)


def with_rules(cleaner: str, rules: str) -> str:
    """The name of a cleaner that reads by the rules of a source; its own where there are none."""
    return f"{cleaner} rules-{hashlib.sha256(rules.encode()).hexdigest()[:8]}" if rules else cleaner


@cache
def _own_name() -> str:
    digest = hashlib.sha256()
    ocr = tesseract() if _version("pypdfium2") != "0" else None
    if ocr is not None:
        digest.update(f"tesseract-{ocr.digest}\0".encode())
    for name in (*LIBRARIES, *OPTIONAL):
        digest.update(f"{name}-{_version(name)}\0".encode())
    archive = files("pagewitness.archive")
    for root in (files(__package__), *(archive.joinpath(name) for name in ("words.py", "dates.py", "dates.toml"))):
        for name, part in _parts(root):
            digest.update(name.encode() + b"\0" + part.read_bytes() + b"\0")
    voter = f"trafilatura-{_version('trafilatura')}" + (" tesseract" if ocr else "")
    return f"{_version('pagewitness')}+{digest.hexdigest()[:8]} {voter}"


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
