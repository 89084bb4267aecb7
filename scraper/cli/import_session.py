"""What all imports of a command share: the archive, the workers, and the way from records to histories."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted
from pagewitness.archive.cli.terminal import echo_error
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.errors import InputError
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.store.warc import Recorded
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.work.importing import Imported
    from pagewitness.scraper.work.reader import Unread
    from pagewitness.scraper.work.workers import Workers


@dataclass
class ImportSession:
    """An import under way.

    Attributes:
        unread: captures that could not be read, now or at all.
        broken: why records ended before their time.
        codes: the exit codes so far.
    """

    invocation: Invocation
    db: Sqlite
    workers: Workers
    ahead: int
    unread: list[Unread] = field(default_factory=list)
    broken: list[InputError] = field(default_factory=list)
    codes: list[int] = field(default_factory=lambda: [0])
    _progress: Progress | None = None

    def take(self, name: str, records: Iterable[Recorded]) -> Imported:
        """Import records and show how far it is; an interrupt is reported, and ends the command with exit code 130."""
        from pagewitness.scraper.cli.progress import Progress
        from pagewitness.scraper.work.importing import Interrupted, take_in

        with Progress("captures") as progress:
            self._progress = progress

            def report(imported: Imported) -> None:
                progress.advance(imported.added + imported.known, imported.pages)

            try:
                imported = take_in(self.db, records, self.workers, self.ahead, report)
            except Interrupted as stopped:
                progress.clear()
                echo_error(_interrupted(name, stopped.imported))
                raise click.exceptions.Exit(130) from None
            finally:
                self._progress = None
        self.unread += imported.unread
        self.broken += [imported.broken] if imported.broken else []
        return imported

    def say(self, text: str) -> None:
        """Print a sentence about the progress on standard error."""
        if self._progress is not None:
            self._progress.clear()
        echo_error(text)

    def conclude(self) -> int:
        """Report alerts, learn boilerplate, list what is unread or broken; returns the exit code."""
        from pagewitness.scraper.clean import cleaner_name
        from pagewitness.scraper.cli.reports import list_unread, report_alerts
        from pagewitness.scraper.work.learning import learn
        from pagewitness.scraper.work.reader import still_unread

        report_alerts(self.db)
        learn(self.db, cleaner_name())
        self.codes.append(list_unread(still_unread(self.db, self.unread)))
        for error in self.broken:
            echo_error(f"pagewitness: {error}")
        return max(*self.codes, *(error.exit_code for error in self.broken))


def open_import(invocation: Invocation, stack: ExitStack) -> ImportSession:
    """Open the archive for an import, made if it is new, and finish what others left undone.

    Args:
        stack: closes it.
    """
    from pagewitness.scraper.work.visit import finish
    from pagewitness.scraper.work.workers import Workers, cores

    cleaning = invocation.settings.clean
    db = stack.enter_context(invocation.open(create=True))
    count = cleaning.workers or cores()
    workers = stack.enter_context(Workers(count, cleaning.seconds, cleaning.megabytes))
    invocation.know(db)
    return ImportSession(invocation, db, workers, count + 1, unread=finish(db, workers))


def _interrupted(name: str, imported: Imported) -> str:
    kept = counted(imported.added + imported.known, "record")
    return (
        f"pagewitness: Interrupted: {kept} of {safe(name)} {'is' if kept.startswith('1 ') else 'are'} in the archive. "
        "Import it again for the rest; until then the next run reads what was kept."
    )
