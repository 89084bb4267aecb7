"""How fast pagewitness sweeps over pages, beside urlwatch and webchanges.

python tests/benchmarks/sweep.py [--pages 1000] [--hosts 20] [--repeat 3] [--venv FOLDER]

All visit the same pages (`sweep_site`) on the same loopback hosts, in turn: a first time, and then in four modes: every answer
is a 304; every answer has the same bytes as before (and no validators); every answer differs in a nonce only; a sentence was added to
one page in a hundred. Wall time, CPU time (user and system) and the most memory (of the program or a child of it) count from
the start of the program to its end. Medians of the repetitions. The results are checked: each page asked for once a run, and a
revision for each change and no other.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sweep_site import CHANGED, MODES, Site, site

DESCRIBED = {"304": "304", "equal": "equal bytes", "nonce": "a nonce differs", "changed": "1 in 100 changed"}
OTHERS = ("urlwatch", "webchanges")


class Taken(NamedTuple):
    """What one run took: wall and CPU seconds, and the most memory in MB."""

    wall: float
    cpu: float
    memory: float


@dataclass
class Tool:
    """A program under test.

    Attributes:
        sweep: the command that visits every page.
        idle: the command that starts, looks at its list of pages and ends.
        environment: what it needs beside ours.
    """

    name: str
    sweep: list[str]
    idle: list[str]
    environment: dict[str, str]
    folder: Path
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    changes: int = 0  # that it should have seen so far

    def run(self, command: list[str], given: str = "") -> Taken:
        """Run one of its commands to its end. Its output goes to a file (`said`)."""
        (self.folder / "input").write_text(given)
        with open(self.folder / "input") as stdin, open(self.folder / "output", "w") as stdout:
            began = time.perf_counter()
            process = subprocess.Popen(
                command, env=_ours() | self.environment, stdin=stdin, stdout=stdout, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name} failed ({process.returncode}): {self.said[-2000:]}")
        return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    @property
    def said(self) -> str:
        """What the last command wrote."""
        return (self.folder / "output").read_text()


def _ours() -> dict[str, str]:
    """Our environment, but that modules are kept compiled as where the programs are installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, site(options.pages, options.hosts) as pages:
        here = Path(folder)
        tools = [_pagewitness(here / "pagewitness", options.program, pages)]
        if options.venv != "none":
            tools += [_other(name, here / name, Path(options.venv or here / "venv"), pages) for name in OTHERS]
        pages.switch("304")
        for tool in tools:
            tool.taken["first"] = [tool.run(tool.sweep)]
            _check(tool, pages, "304", 200)
        for mode in options.modes.split(","):
            _measure(tools, pages, mode, options.repeat)
        _measure_idle(tools, options.repeat)
    _print(tools, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--modes", default=",".join(MODES), help="which, separated by commas")
    parser.add_argument("--venv", help="where urlwatch is or gets installed; `none` leaves it out [a temporary folder]")
    parser.add_argument("--program", default=str(Path(sys.executable).with_name("pagewitness")))
    return parser.parse_args()


def _pagewitness(folder: Path, program: str, pages: Site) -> Tool:
    folder.mkdir()
    settings = folder / "settings.toml"
    settings.touch()
    environment = {
        "PAGEWITNESS_ARCHIVE": str(folder / "archive.db"),
        "PAGEWITNESS_SETTINGS": str(settings),
        "PAGEWITNESS_NETWORK_ALLOW": "127.0.0.0/8",
        "PAGEWITNESS_NETWORK_DELAY": "0",
    }
    tool = Tool("pagewitness", [program, "run", "--all"], [program, "run"], environment, folder)
    tool.run([program, "add", "-"], "\n".join(pages.urls))
    return tool


def _other(name: str, folder: Path, environment: Path, pages: Site) -> Tool:
    folder.mkdir()
    program = environment / "bin" / name
    if not environment.exists():
        venv.create(environment, with_pip=True)
    if not program.exists():
        subprocess.run([environment / "bin" / "pip", "-q", "install", name], check=True, stdout=sys.stderr)
    (folder / "jobs.yaml").write_text("\n---\n".join(f"kind: url\nurl: {url}" for url in pages.urls))
    (folder / "hooks.py").touch()
    jobs, store = ("--urls", "--cache") if name == "urlwatch" else ("--jobs", "--database")
    files = {jobs: "jobs.yaml", "--config": "config.yaml", "--hooks": "hooks.py", store: "cache.db"}
    command = [str(program), *(word for key, file in files.items() for word in (key, str(folder / file)))]
    idle = [*command, "--list" if name == "urlwatch" else "--list-jobs"]
    return Tool(name, command, idle, {"HOME": str(folder)}, folder)


# --- measuring --------------------------------------------------------------------------------------------------------


def _measure(tools: list[Tool], pages: Site, mode: str, repeat: int) -> None:
    for _ in range(repeat):
        for tool in tools:
            pages.switch(mode)
            tool.taken.setdefault(mode, []).append(tool.run(tool.sweep))
            tool.changes += len(pages.urls) // CHANGED if mode == "changed" else 0
            _check(tool, pages, "equal", 304 if mode == "304" else 200)


def _measure_idle(tools: list[Tool], repeat: int) -> None:
    for _ in range(repeat):
        for tool in tools:
            tool.taken.setdefault("idle", []).append(tool.run(tool.idle))


def _check(tool: Tool, pages: Site, mode: str, status: int) -> None:
    """Each page was answered once, with this status; and pagewitness has a revision for each change, and the first."""
    wanted = Counter({(f"/article/{number}", status): 1 for number in range(len(pages.urls))})
    if (answered := pages.switch(mode)) != wanted:
        raise SystemExit(f"{tool.name}, mode {mode}: {len(answered - wanted)} answers too many or of another status.")
    if tool.name == "pagewitness":
        with closing(sqlite3.connect(tool.environment["PAGEWITNESS_ARCHIVE"])) as archive:
            found = archive.execute(
                """select count(*), count(distinct page_id) from revisions
                   join pages on pages.id = page_id and kind <> 'boilerplate'"""
            ).fetchone()
        if (
            found != (len(pages.urls) + tool.changes, len(pages.urls))
            or f"{len(pages.urls):,} pages visited" not in tool.said
        ):
            raise SystemExit(f"pagewitness, mode {mode}: {found[0]} revisions of {found[1]} pages; {tool.said[-500:]}")


# --- printing ---------------------------------------------------------------------------------------------------------


def _print(tools: list[Tool], options: argparse.Namespace) -> None:
    print(
        f"\n{options.pages} pages on {options.hosts} hosts; medians of {options.repeat}, start of the program included"
    )
    print(f"{'':<18}" + "".join(f"{tool.name + ' pages/s':>20}{'ms CPU/page':>12}{'MB':>6}" for tool in tools))
    for mode in ("first", *options.modes.split(",")):
        line = ""
        for tool in tools:
            wall, cpu, memory = _median(tool, mode)
            line += f"{options.pages / wall:>20.0f}{1000 * cpu / options.pages:>12.2f}{memory:>6.0f}"
        print(f"{DESCRIBED.get(mode, 'first sweep'):<18}{line}")
    for tool in tools:
        wall, cpu, memory = _median(tool, "idle")
        print(f"A run of {tool.name} with nothing to visit: {wall:.2f} s, {cpu:.2f} s CPU, {memory:.0f} MB")
    print(f"load average: {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def _median(tool: Tool, mode: str) -> Taken:
    return Taken(*(statistics.median(figures) for figures in zip(*tool.taken[mode], strict=True)))


if __name__ == "__main__":
    main()
