"""The files that docs/run-for-months.md shows for systemd, cron and containers: they start commands that exist, with their options."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pagewitness.scraper.cli import root

PAGE = (Path(__file__).parent.parent / "docs" / "run-for-months.md").read_text(encoding="utf-8")
NAMED = dict(re.findall(r"^```\w+ ([\w.-]+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
UNITS = {name: text for name, text in NAMED.items() if name.endswith((".service", ".timer"))}
PROGRAM = "/opt/pagewitness/bin/pagewitness"


def unit(text: str) -> configparser.RawConfigParser:
    """A unit file, with its names as they are written."""
    parsed = configparser.RawConfigParser(delimiters="=", comment_prefixes="#")
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(text)
    return parsed


def understood(words: list[str]) -> str:
    """The command that a command line calls; its options are checked, and nothing is run."""
    with root.make_context("pagewitness", list(words)) as context:
        name, command, rest = root.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None
        command.make_context(name, rest, parent=context)
        assert name is not None
        return name


def calls_of_cron() -> Iterator[list[str]]:
    for line in re.findall(r"^(?:\S+ ){5}PAGEWITNESS_ARCHIVE=.*$", PAGE, re.MULTILINE):
        times, variable, program, *words = line.split(maxsplit=5)[:5], *shlex.split(line.split(maxsplit=5)[5])
        assert all(re.fullmatch(r"\d+|\*", one) for one in times)
        assert variable.startswith("PAGEWITNESS_ARCHIVE=/")
        assert program == PROGRAM
        yield words


def test_services_start_commands_that_exist() -> None:
    called = {}
    for name, text in UNITS.items():
        if name.endswith(".service"):
            program, *words = shlex.split(unit(text)["Service"]["ExecStart"])
            assert program == PROGRAM
            called[name] = understood(words)
    assert called == {"pagewitness.service": "watch", "pagewitness-run.service": "run"}


def test_lines_for_cron_call_commands_that_exist() -> None:
    assert [(understood(words), words[1:]) for words in calls_of_cron()] == [
        ("run", ["--quiet"]),
        ("digest", ["--since", "7d"]),
    ]


def test_the_container_starts_a_command_that_exists() -> None:
    """With what the program needs, as a user of its own; the folder of its archive is a volume."""
    file = NAMED["Dockerfile"]
    [entry], [words] = re.findall(r"^ENTRYPOINT (\[.*\])$", file, re.M), re.findall(r"^CMD (\[.*\])$", file, re.M)
    assert (entry, understood(re.findall(r'"(.*?)"', words))) == ('["pagewitness"]', "watch")
    assert len(file.splitlines()) <= 10
    assert re.search(r"^USER pagewitness$", file, re.M)
    [volume], [archive] = re.findall(r"^VOLUME (.*)$", file, re.M), re.findall(r"PAGEWITNESS_ARCHIVE=(.*)$", file, re.M)
    assert archive.startswith(f"{volume}/")


@pytest.mark.parametrize("name", UNITS)
def test_units_are_what_systemd_understands(name: str, tmp_path: Path) -> None:
    """Every line of them; the program's path is exchanged for one that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for other, text in UNITS.items():
        (tmp_path / other).write_text(text.replace(PROGRAM, f"{Path(sys.executable).parent}/pagewitness"))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / name)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    ours = [line for line in ran.stderr.splitlines() if name in line or "nknown" in line]
    assert (ran.returncode, ours) == (0, []), ran.stderr


def test_the_service_ends_its_main_process_first_and_waits_for_it() -> None:
    """Else the processes that read pages would die before `watch` has stored what they read."""
    service = unit(UNITS["pagewitness.service"])["Service"]
    assert (service["KillMode"], service["TimeoutStopSec"], service["ProtectSystem"]) == ("mixed", "3min", "strict")
    assert service["NoNewPrivileges"] == "true"
    assert "ProtectProc" not in service
