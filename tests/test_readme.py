"""The documentation is run: the console blocks of the README and of docs/*.md, on the archive that `make demo` leaves.

A console block is a command (`$ …`) and lines that it prints, in any order and not all of them (`…` leaves some out). A
fence with a name after its language (```html page.html) is a file that the commands below it use.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import shell

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [README, *DOCS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))

# What differs from one demo to the next: moments, the port of the site, and so the digests of its pages.
VOLATILE = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)?"), "<moment>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<site>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
]
FENCE = re.compile(r"^```(\w+)(?: ([\w.-]+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"(?:^|[ |`])pagewitness(?: --archive \S+)? ([a-z]+)\b", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command of a console block, and the lines that the page shows below it."""

    command: str
    shown: list[str]


def fences(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return [text for known, _, text in FENCE.findall(page.read_text(encoding="utf-8")) if known == language]


def files(page: Path) -> dict[str, str]:
    """The blocks that have a file's name, by that name."""
    return {name: text for _, name, text in FENCE.findall(page.read_text(encoding="utf-8")) if name}


def steps(page: Path) -> list[Step]:
    """The commands of the page's console blocks, each with what it shows."""
    found: list[Step] = []
    for line in "\n".join(fences(page, "console")).splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], []))
        elif line.strip() and line.strip() != "…":
            found[-1].shown.append(line)
    return found


def settled(text: str) -> str:
    """A text without what differs from demo to demo, and without line breaks."""
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return " ".join(text.split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive of the demo, as `make demo` leaves it."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "pagewitness.scraper.demo", "--archive", "demo.db"]
    one = os.environ | {"PAGEWITNESS_CLEAN_WORKERS": "1"}  # each takes a second to start
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=one)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Type next" in ran.stdout
    return folder


@pytest.mark.parametrize("page", [page for page in (README, *DOCS) if steps(page)], ids=lambda page: page.name)
def test_console_blocks_show_what_the_commands_print(page: Path, demo: Path, tmp_path: Path) -> None:
    """Every command ends with 0 and prints the lines that the page shows; each page has a copy of the demo's archive."""
    shutil.copy(demo / "demo.db", tmp_path)
    for name, text in files(page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environ = {
        **os.environ,
        "COLUMNS": "100",
        "HOME": str(tmp_path),
        "PAGEWITNESS_ARCHIVE": "demo.db",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for step in steps(page):
        ran = shell(step.command, tmp_path, environ)
        printed = settled((ran.stdout + ran.stderr).decode())
        assert ran.returncode == 0, f"{step.command}: {printed}"
        for line in step.shown:
            assert settled(line) in printed, f"{step.command} does not print: {line}\nbut: {printed}"


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    """`make demo` and `make test` are what the README says."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README.read_text(encoding="utf-8")
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """No link to a file of ours dangles."""
    for target in re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    """Every `pagewitness COMMAND` in a block is a command."""
    from pagewitness.scraper.cli import COMMANDS

    named = set(COMMAND.findall("\n".join(fences(page, "console") + fences(page, "sh"))))
    assert named - set(COMMANDS) == set()


def test_what_the_readme_cannot_do_yet_does_not_exist() -> None:
    """Whoever adds a command strikes it from the list."""
    from pagewitness.scraper.cli import COMMANDS

    [listed] = re.findall(r"planned and don't exist yet: (.*?)\.\n", README.read_text(encoding="utf-8"), re.DOTALL)
    planned = set(re.findall(r"`(\w+)`", listed))
    assert planned
    assert planned & set(COMMANDS) == set()


def test_the_index_lists_every_page() -> None:
    """docs/index.md links to each page, and the index of the decisions to each decision."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert {page.name for page in DOCS} - {"index.md"} == set(re.findall(r"\(([\w-]+\.md)\)", index))
    decisions = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert {page.name for page in DECISIONS} - {"README.md"} == set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", decisions))


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS], ids=lambda page: page.name)
def test_paths_of_ours_exist(page: Path) -> None:
    """A path in back quotes that begins with one of our folders is there (`*` and capitals stand for a name)."""
    for path in re.findall(r"`((?:archive|scraper|config|tests|docs)/[^`\s]*)`", page.read_text(encoding="utf-8")):
        if not re.search(r"[A-Z{…]", path):
            found = list(ROOT.glob(path.rstrip("/"))) if "*" in path else [p for p in [ROOT / path] if p.exists()]
            assert found, f"{page.name} names {path}"
