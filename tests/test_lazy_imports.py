"""What the command line loads, and when; and what its help says."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module

import click
import pytest
from helpers import environment

from pagewitness.scraper.cli import COMMANDS, FAMILIES, root

HEAVY = [
    "requests", "urllib3", "trafilatura", "lxml", "bs4", "justext", "sqlite_utils", "sqlite3", "warcio", "zstandard",
    "py3langid", "numpy", "snowballstemmer", "protego", "multiprocessing", "rapidfuzz", "wcwidth",
]  # fmt: skip


def loaded(code: str) -> set[str]:
    """The heavy modules that some code loads in a process of its own (to count lines loads some by itself)."""
    told = "print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)"
    script = f"import json, sys\nbefore = set(sys.modules)\ntry:\n    {code}\nexcept SystemExit: pass\n{told}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment())
    return set(json.loads(done.stderr.splitlines()[-1])) & set(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["search", "--help"], ["run", "--help"], ["import", "--help"], ["diff", "--help"], ["--version"]],
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """So that it is there at once."""
    assert loaded(f"from pagewitness.scraper.cli import main; main({arguments!r})") == set()


def test_reading_an_archive_loads_no_network_and_no_cleaner() -> None:
    """The archive's own modules do without both, and without the WARC reader."""
    rooms = (
        "views.history",
        "views.selection",
        "views.listing",
        "search.find",
        "diff",
        "store.agenda",
        "fold.derivation",
    )
    found = loaded("; ".join(f"import pagewitness.archive.{room}" for room in rooms))
    assert found <= {"sqlite3", "zstandard"}


def test_config_loads_nothing_but_the_standard_library() -> None:
    assert loaded("import pagewitness.config.settings") == set()


def test_the_parent_of_the_workers_loads_no_cleaner() -> None:
    """The children do; and a run that needs no child does not load what starts one."""
    found = loaded(
        "import pagewitness.scraper.work.visit, pagewitness.scraper.work.schedule, pagewitness.scraper.work.importing"
    )
    cleaners = {"trafilatura", "lxml", "bs4", "justext", "py3langid", "numpy", "sqlite_utils", "warcio"}
    assert not found & (cleaners | {"multiprocessing"})


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_the_first_of_its_own_help(name: str) -> None:
    """The root does not load commands to list them, so its lines are written down twice."""
    home, line = COMMANDS[name]
    command = import_module(f"pagewitness.{home}.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.help is not None
    assert " ".join(command.help.split("\n\n")[0].split()) == line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    """In a sentence."""
    command = root.get_command(click.Context(root), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"
            assert parameter.help.endswith((".", "…", "]", ")")), f"{name} {parameter.opts[0]}: {parameter.help}"


def test_commands_are_in_one_of_four_families() -> None:
    """As the contract names them, none twice."""
    assert list(FAMILIES) == ["Follow", "Read", "Keep", "Look inside"]
    assert len(COMMANDS) == sum(map(len, FAMILIES.values()))


def test_every_module_of_a_command_is_a_command() -> None:
    """None is forgotten in the list of families."""
    from importlib.resources import files

    for home in ("archive", "scraper"):
        for file in files(f"pagewitness.{home}.cli").iterdir():
            name = file.name.removesuffix(".py")
            if file.name.endswith(".py") and hasattr(import_module(f"pagewitness.{home}.cli.{name}"), "command"):
                assert COMMANDS[name][0] == home


def test_the_help_lists_every_command_under_its_family() -> None:
    """In the words of the contract."""
    done = subprocess.run(
        [sys.executable, "-m", "pagewitness.scraper", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    said = done.stdout
    for family, commands in FAMILIES.items():
        section = said[said.index(f"{family}:") :]
        assert all(f"  {name} " in section for name in commands)
    assert done.stderr == ""
