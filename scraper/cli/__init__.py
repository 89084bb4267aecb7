"""`pagewitness`, the root: one program, commands loaded when called, errors as one sentence.

Importing this imports click and nothing heavier, so that `pagewitness --help` answers at once.
"""

from __future__ import annotations

import difflib
import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pagewitness.archive.cli import Invocation, safe

if TYPE_CHECKING:
    from pagewitness.archive.model import Source

# Family -> command -> (the package whose `cli` holds it, its line in the help).
FAMILIES: dict[str, dict[str, tuple[str, str]]] = {
    "Follow": {
        "add": ("archive", "Follow pages: addresses, or - for one a line on standard input."),
        "follow": ("scraper", "Follow publishers of the catalogue by name."),
        "unfollow": ("archive", "Visit pages no more, and keep what they said."),
        "sources": ("scraper", "The publishers that can be followed by name."),
        "pages": ("archive", "List the pages: their state, last visit, last change, and what waits."),
        "run": ("scraper", "Visit what is due, once; or the pages named, due or not."),
    },
    "Read": {
        "search": ("archive", "Search everything that the pages ever said."),
        "log": ("archive", "The revisions of a page, oldest first: when each was first and last seen."),
        "show": ("archive", "The text of a page: now, or as of a revision or a date."),
        "diff": ("archive", "What changed between two revisions, word by word."),
        "blame": ("archive", "Each paragraph of a page, and since when it stands."),
        "phrase": ("archive", "When a phrase stood, on all pages, and the captures that prove it."),
        "alert": ("archive", "Saved searches: what newly fits, and what fits no more."),
    },
    "Keep": {
        "import": ("scraper", "Import captures from WARC files (gzip or not), or - for a stream on standard input."),
        "reclean": ("scraper", "Read again what an older cleaner read, and say which revisions that changes."),
    },
    "Look inside": {
        "clean": ("scraper", "Show the document in a page of HTML, plain text or PDF, without archiving it."),
        "config": ("scraper", "The settings in force, and where each comes from."),
    },
}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
COMMANDS = {name: entry for family in FAMILIES.values() for name, entry in family.items()}


class Root(click.Group):
    """A group whose commands are modules, found by name and imported when called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands, family after family."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name, or None."""
        if name not in COMMANDS:
            return None
        home, _ = COMMANDS[name]
        command = import_module(f"pagewitness.{home}.cli.{name}").command
        assert isinstance(command, click.Command)
        command.name = name
        return command

    def invoke(self, context: click.Context) -> object:
        """Run a command; where whoever reads its output has seen enough (`pagewitness … | head`), that is its end."""
        try:
            result = super().invoke(context)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            _nowhere()
            return 0

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; a misspelt one is told the nearest."""
        name = args[0]
        if name in COMMANDS and (option := _misplaced(args)):
            context.fail(f"{option} goes before the command: `pagewitness {option} FILE {name} …`")
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f": did you mean '{near[0]}'?" if near else ": `pagewitness --help` lists them."
            context.fail(f"There is no command '{name}'{hint}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The families, each with a heading and a line for each command."""
        for family, commands in FAMILIES.items():
            with formatter.section(family):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()], col_spacing=4)


def _misplaced(args: list[str]) -> str | None:
    """An option of the root among the arguments of a command, or None."""
    before = args[: args.index("--")] if "--" in args else args
    names = (argument.partition("=")[0] for argument in before)
    return next((name for name in names if name in ("--archive", "--settings")), None)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option("--archive", metavar="FILE", help="The archive [$PAGEWITNESS_ARCHIVE; else the settings' archive.path].")
@click.option("--settings", metavar="FILE", help="The settings [$PAGEWITNESS_SETTINGS; else in your config folder].")
@click.version_option(message="%(prog)s %(version)s", prog_name="pagewitness", package_name="pagewitness")
@click.pass_context
def root(context: click.Context, archive: str | None, settings: str | None) -> None:
    """A witness to what the page said: follow pages, keep every answer, search and compare what they said."""
    from pagewitness.config.settings import load

    loaded = load(Path(settings) if settings else None, os.environ)
    context.obj = Invocation(archive or loaded.archive.path, loaded.schedule.interval, loaded, lambda: _sources(loaded))


def _sources(settings: Any) -> list[Source]:
    from pagewitness.scraper.cli.known import as_archived, catalogue_of

    return as_archived(catalogue_of(settings))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code (DESIGN: 0 to 5, 130)."""
    from pagewitness.archive.errors import PagewitnessError
    from pagewitness.config import ConfigError

    if arguments is None:
        # What gets loaded stays until the end: looking through it for garbage again and again is up to a fifth of the start.
        gc.set_threshold(50_000, 20, 50)
    try:
        code = root.main(arguments, prog_name="pagewitness", standalone_mode=False)
        _leave(code if isinstance(code, int) else 0)
    except OSError as error:
        if error.filename is not None or error.errno not in _FULL:
            raise
        _nowhere()  # else Python tries again at the end
        _leave(
            4, f"What was found can't be written ({error.strerror}): make room where the output goes, and ask again."
        )
    except click.exceptions.Exit as ended:
        _leave(ended.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _leave(130, "Interrupted; what was seen is kept, and the next run goes on.")
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        _leave(2)
    except click.ClickException as error:
        _leave(2, _usage(error))
    except (PagewitnessError, ConfigError) as error:
        _leave(error.exit_code, str(error))


def _nowhere() -> None:
    """Let what is left of the output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    see = f" (see `{context.command_path if context else 'pagewitness'} --help`)" if "`" not in message else ""
    return f"{message}{see}."


def _leave(code: int, message: str | None = None) -> NoReturn:
    if message:
        click.echo(f"pagewitness: {safe(message, keep=chr(10))}", err=True)
    gc.freeze()  # nor at the end, which frees everything at once
    sys.exit(code)


__all__ = ["COMMANDS", "FAMILIES", "main", "root"]
