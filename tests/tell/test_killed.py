"""Telling that is killed: nothing is lost, and nothing comes twice (`benchmarks/telling.py` does it a hundred times)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from killed_telling import tell_and_kill


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the attempts are forked")
def test_telling_that_is_killed_at_any_moment_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    found = tell_and_kill(tmp_path, 5)
    assert found.killed >= 2
    assert found.lost == {"webhook": [], "mail": [], "atom": []}
    assert found.twice == {"webhook": [], "mail": [], "atom": []}
