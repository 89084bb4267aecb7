"""The tree of errors, as its module draws it."""

from __future__ import annotations

import re
from importlib import import_module

from pagewitness.archive import errors
from pagewitness.config import ConfigError

# Modules that define errors of the tree outside of `archive.errors`.
ELSEWHERE = ("scraper.net.fetch", "scraper.work.archive_requests", "config", "config.rules")


def below(kind: type[Exception]) -> dict[str, tuple[int, str]]:
    """name -> (exit code, name of the parent), for a class and all of its subclasses in the product."""
    found = {kind.__name__: (kind.exit_code, kind.__mro__[1].__name__)}  # type: ignore[attr-defined]
    for one in kind.__subclasses__():
        if one.__module__.startswith("pagewitness."):
            found |= below(one)
    return found


def drawn() -> dict[str, tuple[int, str]]:
    """The same, as the docstring draws it."""
    found: dict[str, tuple[int, str]] = {}
    parents: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        if row := re.fullmatch(r" {4}( *)(\w+) +(\d) +(\S.*)", line):
            depth = len(row[1])
            parents = [one for one in parents if one[0] < depth]
            found[row[2]] = int(row[3]), parents[-1][1] if parents else "Exception"
            parents.append((depth, row[2]))
    return found


def test_the_drawn_tree_has_every_error_with_its_exit_code() -> None:
    """A class that is added, moved or given another code is drawn so."""
    for name in ELSEWHERE:
        import_module(f"pagewitness.{name}")
    assert drawn() == below(errors.PagewitnessError) | below(ConfigError)


def test_every_error_says_its_subject() -> None:
    """In a docstring of its own."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert kind.__doc__, kind
