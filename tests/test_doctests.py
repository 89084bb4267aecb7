"""The examples in docstrings are what the functions do."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import pagewitness.archive
import pagewitness.config
import pagewitness.scraper


def _with_examples() -> list[str]:
    """The modules of the three packages whose text has an example."""
    found = []
    for package in (pagewitness.archive, pagewitness.config, pagewitness.scraper):
        folder = Path(package.__path__[0])
        for file in sorted(folder.rglob("*.py")):
            if ">>> " in file.read_text(encoding="utf-8"):
                parts = file.relative_to(folder).with_suffix("").parts
                found.append(".".join([package.__name__, *parts]).removesuffix(".__init__"))
    return found


MODULES = _with_examples()


def test_modules_with_examples_are_found() -> None:
    assert {"pagewitness.archive.text.intervals", "pagewitness.archive.cleaner_names"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0, f"{name} has an example outside of its docstrings, where it is not run."
    assert result.failed == 0
