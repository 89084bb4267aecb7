"""The README is run: its console blocks, in order, on the archive that `make demo` leaves."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What differs from one demo to the next: moments, and the port of the site.
VOLATILE = [(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "<moment>"), (re.compile(r"127\.0\.0\.1:\d+"), "<site>")]


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language in the README."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def steps() -> list[tuple[str, list[str]]]:
    """The commands of the console blocks, each with the lines that the README shows behind it."""
    found: list[tuple[str, list[str]]] = []
    for line in "\n".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip() and line.strip() != "…":
            found[-1][1].append(line)
    return found


def settled(text: str) -> str:
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return " ".join(text.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive of the demo, as `make demo` leaves it."""
    folder = tmp_path_factory.mktemp("readme")
    ran = subprocess.run(
        [sys.executable, "-m", "pagewitness.scraper.demo", "--archive", "demo.db"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Type next" in ran.stdout
    return folder


def test_the_tour_shows_what_the_commands_print(folder: Path) -> None:
    """Every command of the tour ends with 0 and prints the lines that the README shows."""
    environ = {**os.environ, "COLUMNS": "100", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    assert steps()
    for command, shown in steps():
        ran = subprocess.run(shlex.split(command), cwd=folder, env=environ, capture_output=True, text=True)
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
        printed = settled(ran.stdout)
        for line in shown:
            assert settled(line) in printed, f"{command} does not print: {line}\nbut: {ran.stdout}"


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    """`make demo` and `make test` are what the README says."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_what_the_readme_links_to_is_there() -> None:
    """No link of the README dangles."""
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_readme_names_commands_that_exist() -> None:
    """Every `pagewitness COMMAND` in the README is a command."""
    from pagewitness.scraper.cli import COMMANDS

    named = set(re.findall(r"pagewitness(?: --archive \S+)? ([a-z]+)\b", "\n".join(blocks("console") + blocks("sh"))))
    assert named - set(COMMANDS) == set()
