"""What is installed: all packages, and the files that they read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOMES = ("config", "archive", "scraper")


def test_a_build_holds_every_module_and_every_file_that_modules_read(tmp_path: Path) -> None:
    """Nothing that is in the three folders is left out of the wheel."""
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    for home in HOMES:
        shutil.copytree(ROOT / home, tmp_path / home, ignore=shutil.ignore_patterns("__pycache__"))
    ran = subprocess.run(
        [sys.executable, "setup.py", "--quiet", "build", "--build-lib", "built"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    built = {
        file.relative_to(tmp_path / "built/pagewitness") for file in (tmp_path / "built").rglob("*") if file.is_file()
    }
    there = {file.relative_to(tmp_path) for home in HOMES for file in (tmp_path / home).rglob("*") if file.is_file()}
    assert there - built == set()
    assert not (tmp_path / "built/pagewitness/__init__.py").exists()


def test_no_file_names_a_package_registry() -> None:
    """Set-ups name packages and versions, never where they come from."""
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "index-url" not in text, name
        assert "pypi.org" not in text, name
