"""How fast pagewitness looks at pages that did not change, beside urlwatch.

python tests/benchmarks/sweep.py [--pages 1000] [--hosts 20] [--repeat 3] [--venv FOLDER]

Both visit the same pages (`sweep_site`) on the same loopback hosts, in turn, in three modes: every answer is a 304;
every answer has the same bytes as before (and no validators); every answer differs in a nonce only. Wall time and CPU
time (user and system, of the program and its children) count from the start of the program to its end. Medians of the
repetitions. The results are checked: each page asked for once a run, no revision but the first.
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
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sweep_site import MODES, Site, site

DESCRIBED = {"304": "304", "equal": "equal bytes", "nonce": "a nonce differs"}


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
    taken: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def run(self, command: list[str], given: str = "") -> tuple[float, float]:
        """Run one of its commands to its end: wall and CPU seconds. Its output goes to a file (`said`)."""
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
        return wall, usage.ru_utime + usage.ru_stime

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
            tools.append(_urlwatch(here / "urlwatch", Path(options.venv or here / "venv"), pages))
        pages.switch("304")
        for tool in tools:
            wall, cpu = tool.run(tool.sweep)
            _check(tool, pages, "304", 200)
            print(
                f"{tool.name}: first sweep {options.pages / wall:.0f} pages/s, {1000 * cpu / options.pages:.2f} ms CPU"
            )
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


def _urlwatch(folder: Path, environment: Path, pages: Site) -> Tool:
    folder.mkdir()
    program = environment / "bin" / "urlwatch"
    if not program.exists():
        venv.create(environment, with_pip=True)
        subprocess.run([environment / "bin" / "pip", "-q", "install", "urlwatch"], check=True, stdout=sys.stderr)
    (folder / "urls.yaml").write_text("\n---\n".join(f"kind: url\nurl: {url}" for url in pages.urls))
    (folder / "hooks.py").touch()
    files = {"--urls": "urls.yaml", "--config": "urlwatch.yaml", "--hooks": "hooks.py", "--cache": "cache.db"}
    command = [str(program), *(word for name, file in files.items() for word in (name, str(folder / file)))]
    return Tool("urlwatch", command, [*command, "--list"], {"HOME": str(folder)}, folder)


# --- measuring --------------------------------------------------------------------------------------------------------


def _measure(tools: list[Tool], pages: Site, mode: str, repeat: int) -> None:
    pages.switch(mode)
    for _ in range(repeat):
        for tool in tools:
            tool.taken.setdefault(mode, []).append(tool.run(tool.sweep))
            _check(tool, pages, mode, 304 if mode == "304" else 200)


def _measure_idle(tools: list[Tool], repeat: int) -> None:
    for _ in range(repeat):
        for tool in tools:
            tool.taken.setdefault("idle", []).append(tool.run(tool.idle))


def _check(tool: Tool, pages: Site, mode: str, status: int) -> None:
    """Each page was answered once, with this status; and pagewitness has no revision but the first."""
    wanted = Counter({(f"/article/{number}", status): 1 for number in range(len(pages.urls))})
    if (answered := pages.switch(mode)) != wanted:
        raise SystemExit(f"{tool.name}, mode {mode}: {len(answered - wanted)} answers too many or of another status.")
    if tool.name == "pagewitness":
        with closing(sqlite3.connect(tool.environment["PAGEWITNESS_ARCHIVE"])) as archive:
            found = archive.execute(
                """select count(*), count(distinct page_id) from revisions
                   join pages on pages.id = page_id and kind <> 'boilerplate'"""
            ).fetchone()
        if found != (len(pages.urls), len(pages.urls)) or f"{len(pages.urls):,} pages visited" not in tool.said:
            raise SystemExit(f"pagewitness, mode {mode}: {found[0]} revisions of {found[1]} pages; {tool.said[-500:]}")


# --- printing ---------------------------------------------------------------------------------------------------------


def _print(tools: list[Tool], options: argparse.Namespace) -> None:
    print(
        f"\n{options.pages} pages on {options.hosts} hosts; medians of {options.repeat}, start of the program included"
    )
    print(f"{'':<18}" + "".join(f"{tool.name + ' pages/s':>22}{'ms CPU/page':>13}" for tool in tools) + _head(tools))
    for mode in options.modes.split(","):
        speeds = [_median(tool, mode, lambda wall, _: options.pages / wall) for tool in tools]
        costs = [_median(tool, mode, lambda _, cpu: 1000 * cpu / options.pages) for tool in tools]
        line = "".join(f"{speed:>22.0f}{cost:>13.2f}" for speed, cost in zip(speeds, costs, strict=True))
        if len(tools) == 2:
            line += f"{speeds[0] / speeds[1]:>9.1f} ×{costs[1] / costs[0]:>9.1f} ×"
        print(f"{DESCRIBED[mode]:<18}{line}")
    for tool in tools:
        wall, cpu = _median(tool, "idle", lambda wall, _: wall), _median(tool, "idle", lambda _, cpu: cpu)
        print(f"A run of {tool.name} with nothing to visit: {wall:.2f} s, {cpu:.2f} s CPU")
    print(f"load average: {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def _head(tools: list[Tool]) -> str:
    return f"{'pages/s':>11}{'CPU':>11}" if len(tools) == 2 else ""


def _median(tool: Tool, mode: str, figure: Callable[[float, float], float]) -> float:
    return statistics.median(figure(*taken) for taken in tool.taken[mode])


if __name__ == "__main__":
    main()
