"""The cleaner's name: its version, and a digest of all that alters text."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

# The voter, and what it decodes with; the parser; what guesses languages. NumPy only adds up the model's numbers.
LIBRARIES = ("trafilatura", "charset-normalizer", "lxml", "py3langid")


@cache
def cleaner_name() -> str:
    """The name under which readings are kept; another name means that the same page may read differently.

    Returns:
        the package's version, a digest of this package's modules, tables and model and of the versions of the libraries
        that have a say in the text (`LIBRARIES`), and that of the one that votes, such as
        `0.1.0+1f0a9c3d trafilatura-2.3.1`. None of them is imported.
    """
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name}-{_version(name)}\0".encode())
    archive = files("pagewitness.archive")
    for package in (files(__package__), *(archive.joinpath(name) for name in ("words.py", "dates.py", "dates.toml"))):
        parts = [package] if package.is_file() else sorted(package.iterdir(), key=lambda part: part.name)
        for part in parts:
            if part.name.endswith((".py", ".toml", ".json")):
                digest.update(part.name.encode() + b"\0" + part.read_bytes() + b"\0")
    return f"{_version('pagewitness')}+{digest.hexdigest()[:8]} trafilatura-{_version('trafilatura')}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"
