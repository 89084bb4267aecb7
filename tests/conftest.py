"""What all tests share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The helpers beside the tests (loopback.py, helpers.py): --import-mode=importlib leaves sys.path alone.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def db(tmp_path: Path) -> "Iterator[object]":
    """A new archive."""
    from helpers import archive

    with archive(tmp_path) as opened:
        yield opened
