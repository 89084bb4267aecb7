"""The cleaner's name: its version, and a digest of all that alters text."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files


@cache
def cleaner_name() -> str:
    """The name under which readings are kept; another name means that the same page may read differently.

    Returns:
        the package's version, a digest of this package's modules, tables and model, and trafilatura's version, such as
        `0.1.0+1f0a9c3d trafilatura-2.3.1`. Trafilatura itself is not imported.
    """
    digest = hashlib.sha256()
    for package in (files(__package__), files("pagewitness.archive").joinpath("words.py")):
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
