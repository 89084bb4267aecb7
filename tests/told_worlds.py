"""An archive whose pages change, and the channels that tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpers import archive, day, read, reading
from loopback import TLS, network

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.config.channels import Notify
from pagewitness.config.settings import load_settings
from pagewitness.scraper.net.session import Session, open_session
from pagewitness.scraper.tell import telling
from pagewitness.scraper.tell.telling import Told

URL = "https://example.org/assessment"
HTML = (("Content-Type", "text/html"),)
FIRST = ["The state of the coast this year.", "An attack on the port is unlikely.", "Rain falls until noon."]
SECOND = [FIRST[0], "An attack on the port is likely.", FIRST[2]]
THIRD = [FIRST[0], "An attack on the port is certain.", FIRST[2]]


@dataclass
class World:
    """An archive and the channels that it tells."""

    db: Sqlite
    notify: Notify
    session: Session

    def visit(
        self, at: float, text: Sequence[str], *, url: str = URL, writer: str = "run", title: str | None = "Assessment",
        status: int = 200,
    ) -> None:  # fmt: skip
        """A visit with what a cleaner made of the answer."""
        page = evidence.known_page(self.db, url)
        answer = Answer(url, status, HTML, f"{status} {title} {' '.join(text)}".encode())
        capture = evidence.keep(self.db, Visit(page, writer, day(at)), answer)
        assert capture is not None
        read(self.db, capture, reading(text, title=title))
        derivation.derive(self.db, page, "c1")

    def begin(self) -> None:
        """Begin the channels, after a first visit."""
        self.visit(0, FIRST)
        telling.begin(self.db, self.notify, self.session)

    def tell(self, *, at_once: bool = False) -> list[Told]:
        """Tell what is new."""
        return telling.tell(self.db, self.notify, self.session, at_once=at_once)


@contextmanager
def world(folder: Path, settings: str) -> Iterator[World]:
    """A world whose channels are set up in a settings file."""
    file = folder / "settings.toml"
    file.write_text(settings)
    loaded = load_settings(file, {"HOME": str(folder)})
    with archive(folder) as db, open_session(network(timeout=5), trust=str(TLS / "localhost.pem")) as session:
        yield World(db, loaded.notify, session)
