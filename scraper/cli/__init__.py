"""`pagewitness`, the root command: imports a command when it is called, and prints an error as one sentence.

Importing this imports click and nothing heavier, so that `pagewitness --help` answers at once.
"""

from __future__ import annotations

import difflib
import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pagewitness.archive.cli import Invocation

if TYPE_CHECKING:
    from pagewitness.archive.model import Source

# Family -> command -> (the package whose `cli` holds it, its line in the help).
FAMILIES: dict[str, dict[str, tuple[str, str]]] = {
    "Follow": {
        "add": ("archive", "Follow pages by address."),
        "follow": ("scraper", "Follow publishers from the catalogue by name."),
        "unfollow": ("archive", "Stop visiting pages and keep their history."),
        "sources": ("scraper", "List publishers that can be followed by name."),
        "pages": ("archive", "List pages with their state, last visit and last change."),
        "discover": ("scraper", "Show which pages a listing leads to, and follow them."),
        "run": ("scraper", "Visit all pages that are due, or the pages named."),
        "watch": ("scraper", "Stay, and visit each page when it is due."),
        "notify": ("scraper", "Show who is notified how, and what waits to be sent."),
    },
    "Read": {
        "changes": ("archive", "List the changes of all pages, newest first."),
        "search": ("archive", "Search the current and past text of all pages."),
        "log": ("archive", "List a page's revisions, and every visit with --all."),
        "show": ("archive", "Print the text of a page, now or at a revision or date."),
        "diff": ("archive", "Compare two revisions word by word."),
        "blame": ("archive", "Show when each paragraph of a page appeared."),
        "phrase": ("archive", "Show when a phrase was on each page, with proof."),
        "digest": ("archive", "Show what happened in a period on one page."),
        "alert": ("archive", "Save searches and see which pages start or stop matching."),
    },
    "Keep": {
        "import": ("scraper", "Import captures and lists that other programs made."),
        "reclean": ("scraper", "Re-read captures that an older cleaner read."),
    },
    "Look inside": {
        "clean": ("scraper", "Print the document in an HTML, text or PDF file."),
        "config": ("scraper", "Show the settings and where each comes from."),
    },
}
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EBADF)
COMMANDS = {name: entry for family in FAMILIES.values() for name, entry in family.items()}


class Root(click.Group):
    """A group whose commands are modules, found by name and imported when called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands, by family."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command with this name, or None."""
        if name not in COMMANDS:
            return None
        home, _ = COMMANDS[name]
        command = import_module(f"pagewitness.{home}.cli.{name}").command
        assert isinstance(command, click.Command)
        command.name = name
        return command

    def invoke(self, context: click.Context) -> object:
        """Run a command; if the reader of its output stops reading (`pagewitness … | head`), just end."""
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
        """The command that the arguments name; suggests the nearest for a misspelt one."""
        name = args[0]
        if name in COMMANDS and (option := _misplaced(args)):
            context.fail(f"{option} goes before the command: `pagewitness {option} FILE {name} …`")
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f": did you mean '{near[0]}'?" if near else "; `pagewitness --help` lists all commands."
            context.fail(f"There is no command '{name}'{hint}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each family with a heading and one line per command."""
        for family, commands in FAMILIES.items():
            with formatter.section(family):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()], col_spacing=4)


def _misplaced(args: list[str]) -> str | None:
    """A root option among a command's arguments, or None."""
    before = args[: args.index("--")] if "--" in args else args
    names = (argument.partition("=")[0] for argument in before)
    return next((name for name in names if name in ("--archive", "--settings")), None)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option(
    "--archive", metavar="FILE", help="The archive [default: $PAGEWITNESS_ARCHIVE or the setting archive.path]."
)
@click.option("--settings", metavar="FILE", help="The settings [default: $PAGEWITNESS_SETTINGS or your config folder].")
@click.version_option(message="%(prog)s %(version)s", prog_name="pagewitness", package_name="pagewitness")
@click.pass_context
def root(context: click.Context, archive: str | None, settings: str | None) -> None:
    """Follow web pages, keep every answer as evidence, and search and compare what they said."""
    from pagewitness.config.settings import load_settings
    from pagewitness.config.user_folders import user_folder

    loaded = load_settings(Path(settings) if settings else None, os.environ)
    context.obj = Invocation(
        archive or loaded.archive.path, user_folder("data", os.environ), loaded.schedule.interval, loaded,
        lambda: _sources(loaded), lambda name: _called(loaded, name),
    )  # fmt: skip


def _sources(settings: Any) -> list[Source]:
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.scraper.cli.catalogue import as_archived

    return as_archived(load_catalogue(settings.sources))


def _called(settings: Any, name: str) -> str:
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.config.source_names import named

    found = named(load_catalogue(settings.sources), name)
    return found[0].name if len(found) == 1 else name


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code (0 to 5, or 130)."""
    _open_closed()
    from pagewitness.archive.errors import PagewitnessError
    from pagewitness.config import ConfigError

    if arguments is None:
        # Modules stay loaded until the end: scanning them for garbage takes up to a fifth of the start-up time.
        gc.set_threshold(50_000, 20, 50)
    try:
        code = root.main(arguments, prog_name="pagewitness", standalone_mode=False)
        _leave(code if isinstance(code, int) else 0)
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITABLE:
            raise
        _nowhere()  # else Python tries again on exit
        _leave(4, f"The output can't be written ({error.strerror}): free some space or write it elsewhere.")
    except click.exceptions.Exit as ended:
        _leave(ended.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _leave(130, "Interrupted. What was captured so far is kept; the next run continues.")
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        _leave(2)
    except click.ClickException as error:
        _leave(2, _usage(error))
    except (PagewitnessError, ConfigError) as error:
        _leave(error.exit_code, str(error))


def _open_closed() -> None:
    """Open the null device for standard streams that the caller closed (`pagewitness … >&-`).

    Python has None for them, and the next file that is opened would take their place: an archive must never be where
    messages go.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _nowhere() -> None:
    """Discard the rest of the output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    see = f" (see `{context.command_path if context else 'pagewitness'} --help`)" if "`" not in message else ""
    return f"{message}{see}."


def _leave(code: int, message: str | None = None) -> NoReturn:
    if message:
        from pagewitness.archive.cli.terminal import echo_error

        with suppress(OSError):  # nobody can read it, and the exit code counts
            echo_error(f"pagewitness: {message}")
    gc.freeze()  # exit frees everything at once anyway
    sys.exit(code)


__all__ = ["COMMANDS", "FAMILIES", "main", "root"]
