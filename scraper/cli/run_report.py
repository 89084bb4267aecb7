"""What `run` prints: lines for people, only what is new or wrong with --quiet, or objects with --json."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pagewitness.archive.cli import print_json
from pagewitness.archive.cli.terminal import echo, echo_error, echo_message
from pagewitness.scraper.cli import visited as visits
from pagewitness.scraper.cli.episodes import report_episodes
from pagewitness.scraper.cli.reports import exit_code, list_unread, report_alerts

if TYPE_CHECKING:
    from pagewitness.archive.store.bookmarks import SeenSoFar
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.work.reader import Unread
    from pagewitness.scraper.work.visit import Visited


@dataclass
class RunReport:
    """Prints the visits of a run as they are made.

    Attributes:
        quiet: whether to print only what is new or wrong.
        as_json: whether to print objects.
        done: the visits so far.
        seen: a bookmark from before the run: episodes that began or ended after it are reported.
        code: the exit code, once the run has ended.
    """

    progress: Progress
    quiet: bool = False
    as_json: bool = False
    done: list[Visited] = field(default_factory=list)
    seen: SeenSoFar | None = None
    code: int = 0
    _printed: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether the run counts as failed for a heartbeat: it found damage, or no visit succeeded."""
        return self.code > 1 or (bool(self.done) and all(map(visits.failed, self.done)))

    @property
    def is_whole(self) -> bool:
        """Whether it also says what is no news of a page."""
        return not self.quiet and not self.as_json

    def add(self, visited: Visited) -> None:
        """Add a visit to those that are done, and print it."""
        self.done.append(visited)
        told = self.quiet and visits.is_known_failure(visited)
        said = None if told else visits.visit_line(visited)
        line = "\n".join(filter(None, (said, visits.found_line(visited)))) or None
        if self.as_json and (line or not self.quiet):
            self.progress.clear()
            print_json(visits.visit_as_json(visited))
        elif line and not self.as_json:
            self.progress.clear()
            echo(line)
            self._printed = True
        self.progress.advance(len(self.done))

    def conclude(self, db: Sqlite, unread: list[Unread], summary: str) -> int:
        """Report what is still unread and which pages start or stop matching an alert; returns the exit code so far.

        Args:
            summary: the run in a sentence; empty to print none.
        """
        if self.as_json:
            self._conclude_in_json(db, unread)
            return exit_code(unread)
        code = list_unread(unread)
        if self.seen and self.done and report_episodes(db, self.seen, as_json=False):
            self._printed = True
        if summary and (code or self._printed or not self.quiet):
            echo_message(summary)
        report_alerts(db)
        return code

    def _conclude_in_json(self, db: Sqlite, unread: list[Unread]) -> None:
        from pagewitness.archive import times
        from pagewitness.archive.cli.alert import refused_sentence
        from pagewitness.archive.search import alerts
        from pagewitness.archive.store.evidence import Damaged

        for one in {one.capture_id: one for one in unread}.values():
            why = {"reason": "damaged"} if isinstance(one, Damaged) else {"reason": one.reason}
            print_json({"url": one.url, "outcome": None, "unread": one.capture_id} | why)
        if self.seen and self.done:
            report_episodes(db, self.seen, as_json=True)
        for alert in alerts.record(db, times.now()):
            if alert.refused:
                echo_error(f"pagewitness: alert {alert.name}: {refused_sentence(alert.refused)}")
                continue
            for matches, urls in ((True, alert.found), (False, alert.lost)):
                for url in urls:
                    print_json({"url": url, "outcome": None, "alert": alert.name, "matches": matches})
