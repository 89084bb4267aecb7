"""`make demo`: follow the sample site through its three editions with the real command line.

    python -m pagewitness.scraper.demo                             the whole story, in a temporary archive
    python -m pagewitness.scraper.demo --archive FILE              the same, in an archive to keep
    python -m pagewitness.scraper.demo --serve [--edition N] [--port P]
                                                                   only the site, to click through

Exit codes: 0, the archive shows all real changes and no others; 1, it does not; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from pagewitness.scraper.demo.editions import EDITIONS, PAGES
from pagewitness.scraper.demo.server import DemoSite, serve

AGENCY = "Velmarian State Assessment Office"
CHAPTER = "/en/assessment/cyber/"
# How many revisions each page must have at the end: only edition 2 changed a document, and only in the chapters.
PROMISED = {path: 1 if name in ("assessment", "about") else 2 for path, (_, name) in PAGES.items()}


class DemoFailed(Exception):
    """A command failed, or the archive shows a wrong history."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The installed command line, on one archive, allowed to visit the loopback."""

    archive: Path

    def show(self, why: str, *arguments: str) -> None:
        """Print why, then the command and its output.

        Raises:
            DemoFailed: the command's exit code is not 0.
        """
        print(f"\n# {why}\n$ pagewitness {_shortened(arguments)}", flush=True)
        self._run(arguments, capture=False)

    def ask(self, *arguments: str) -> list[dict[str, object]]:
        """The JSON lines that a command prints.

        Raises:
            DemoFailed: the command's exit code is not 0.
        """
        return [json.loads(line) for line in self._run((*arguments, "--json"), capture=True).splitlines()]

    def _run(self, arguments: Sequence[str], *, capture: bool) -> str:
        command = [sys.executable, "-m", "pagewitness.scraper", "--archive", str(self.archive), *arguments]
        network = {"PAGEWITNESS_NETWORK_ALLOW": "127.0.0.0/8", "PAGEWITNESS_NETWORK_DELAY": "0"}
        done = subprocess.run(
            command,
            env=os.environ | network,
            stdout=subprocess.PIPE if capture else None,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise DemoFailed(f"`pagewitness {arguments[0]}` ended with exit code {done.returncode}")
        return done.stdout or ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo, or serve the site; returns the exit code."""
    options = _parser().parse_args(argv)
    if options.serve:
        return show_site(options.edition, options.port)
    try:
        if options.archive:
            follow_site(CommandLine(options.archive.absolute()), options.port)
            _say_what_next(options.archive)
            return 0
        with tempfile.TemporaryDirectory(prefix="pagewitness-demo-") as folder:
            follow_site(CommandLine(Path(folder) / "demo.db"), options.port)
        _say_what_next(None)
    except DemoFailed as error:
        print(f"The demo failed: {error}.", file=sys.stderr)
        return 1
    return 0


def follow_site(pagewitness: CommandLine, port: int = 0) -> None:
    """Run the demo: visit every page in three editions, then query the archive.

    Raises:
        DemoFailed: a command failed, or a page has the wrong number of revisions.
    """
    with serve(port=port) as site:
        chapter = site.url + CHAPTER
        pagewitness.show(
            "Follow the ten pages of a sample site that this process serves.",
            *("add", *site.pages, "--source", AGENCY),
        )
        pagewitness.show("Visit them: this is the first edition of a yearly assessment.", "run", "--all")
        site.edition = 2
        pagewitness.show("The agency edited its chapters in both languages. Visit again.", "run", "--all")
        site.edition = 3
        pagewitness.show(
            "Now the menus, banner, cookie dialog and markup change, but no document does.", "run", "--all"
        )
        pagewitness.show("Three visits but two revisions: a new design is not a change.", "log", chapter)
        pagewitness.show("What the agency changed, word by word.", "diff", chapter)
        pagewitness.show("Search also finds words that only edition 1 contained.", "search", "fishing crews")
        pagewitness.show("The same in Lithuanian, typed without diacritics.", "search", "tiketina")
        check_history(pagewitness, site)


def check_history(pagewitness: CommandLine, site: DemoSite) -> None:
    """Check that the archive shows every real change and no others.

    Raises:
        DemoFailed: a page has too many or too few revisions; the message names it.
    """
    revisions = {row["url"]: row["revisions"] for row in pagewitness.ask("pages")}
    for path, promised in PROMISED.items():
        found = revisions[site.url + path]
        if found != promised:
            raise DemoFailed(f"{path} should have {promised} revision{'s' * (promised > 1)} but has {found}")
    print(f"\nChecked: {len(PROMISED)} pages, {sum(PROMISED.values())} revisions, each of them a real change.")


def show_site(edition: int, port: int) -> int:
    """Serve the site until Ctrl-C, for people who want to click."""
    try:
        with serve(edition, port=port) as site:
            print(f"Edition {edition} of the sample site is at {site.url}/ (press Ctrl-C to stop).", flush=True)
            Event().wait()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"Port {port} can't be used ({error.strerror}): choose another with --port.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pagewitness.scraper.demo", description="Follow a sample site.")
    parser.add_argument("--archive", type=Path, metavar="FILE", help="keep the archive in this new file")
    parser.add_argument("--serve", action="store_true", help="only serve the sample site, until Ctrl-C")
    parser.add_argument("--edition", type=int, choices=EDITIONS, default=1, help="with --serve: which edition")
    parser.add_argument("--port", type=int, default=0, help="the site's port (a free one)")
    return parser


def _shortened(arguments: Sequence[str]) -> str:
    """Arguments shortened for display: only the first of several addresses, then an ellipsis."""
    command, *rest = map(shlex.quote, arguments)
    addresses = [argument for argument in rest if argument.startswith("http://")]
    others = [argument for argument in rest if argument not in addresses[1:]]
    if len(addresses) > 1:
        others.insert(1, "…")
    return " ".join([command, *others])


def _say_what_next(archive: Path | None) -> None:
    if archive is None:
        print("\nThe archive was temporary; `--archive demo.db` keeps one to look around in.")
        return
    program = Path(sys.executable).with_name("pagewitness")
    shown = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    command = f"{shlex.quote(str(shown))} --archive {shlex.quote(str(archive))}"
    print(
        f"\nThe archive is in {archive}. Type next:\n"
        f"  {command} blame {CHAPTER}  # when each paragraph appeared\n"
        f"  {command} show {CHAPTER}@first  # what the first edition said\n"
        f"  {command} search '\"very likely\"' --current  # what is very likely now\n"
        f"  {command} log --all {CHAPTER}  # every visit\n"
        f"To follow a page of your own:\n"
        f"  {shlex.quote(str(shown))} add https://… && {shlex.quote(str(shown))} run"
    )


if __name__ == "__main__":
    sys.exit(main())
