"""Killed at any moment: the archive is whole, and whoever comes next finishes the work."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kill import trials


def test_a_run_and_an_import_that_are_killed_leave_an_archive_that_the_next_one_finishes(tmp_path: Path) -> None:
    """After each kill the file and its indexes are whole; in the end the history is that of an undisturbed archive."""
    found = trials(2, 7, tmp_path)
    assert {name: one["killed"] for name, one in found.items()} == {"run": 2, "import": 2}
