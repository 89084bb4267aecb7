"""`notify`, and what a run tells: for real, from the command line to a receiver on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, environment, html, lines, pagewitness
from loopback import Handler, Loopback, Reply


class _Site:
    """A page that changes, a webhook and a heartbeat on one server."""

    def __init__(self, server: Loopback) -> None:
        self.server, self.said = server, "unlikely"
        server.routes |= {"/page": self._page, "/beat": Reply(200), "/beat/start": Reply(200), "/beat/fail": Reply(200)}
        self.environ = environment(
            PAGEWITNESS_NOTIFY_WEBHOOK_URL=server.url("/hook"), PAGEWITNESS_NOTIFY_HEARTBEAT_URL=server.url("/beat"),
            COLUMNS="80",
        )  # fmt: skip

    def _page(self, _: Handler) -> Reply:
        sentences = [*SENTENCES, f"An attack on the port is {self.said}."]
        return Reply(200, html("Assessment", sentences), HTML) if self.said else Reply(500, b"", HTML)

    @property
    def beats(self) -> list[str]:
        return [path for path in self.server.paths if path.startswith("/beat")]


def test_a_run_tells_what_changed_and_no_channel_makes_it_fail(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    with Loopback() as server:
        site = _Site(server)
        pagewitness(file, "add", server.url("/page"), env=site.environ)
        first = pagewitness(file, "run", env=site.environ)
        assert first.returncode == 0
        assert server.posts == []
        site.said = "likely"
        assert b"sent       webhook: 1 notice" in pagewitness(file, "run", "--all", env=site.environ).stdout
        assert json.loads(server.posts[0].body)["data"]["summary"].endswith("[-unlikely-]{+likely+}.")
        assert site.beats == ["/beat/start", "/beat"] * 2
        site.said, server.routes["/hook"] = "certain", Reply(500)
        failed = pagewitness(file, "run", "--all", "--quiet", env=site.environ)
        assert failed.returncode == 0
        assert "not sent   webhook:" in failed.stdout.decode()
        assert "1 notice waits" in failed.stdout.decode()
        server.routes["/hook"] = Reply(200)
        shown = pagewitness(file, "notify", env=site.environ).stdout.decode()
        assert "webhook: 1 notice sent; 1 waiting since" in shown
        assert "answers with HTTP status 500" in shown
        assert max(map(len, shown.splitlines()[:-1])) <= 80
        sent = pagewitness(file, "notify", "--send", "--json", env=site.environ)
        assert lines(sent) == [
            {"url": None, "outcome": None, "channel": "webhook", "sent": 1, "waiting": 0, "abandoned": 0, "error": None}
        ]
        assert pagewitness(file, "notify", "--send", env=site.environ).stdout == b"Nothing waits to be sent.\n"
        site.said = ""
        pagewitness(file, "run", "--all", env=site.environ | {"PAGEWITNESS_NETWORK_RETRIES": "0"})
        assert site.beats[-2:] == ["/beat/start", "/beat/fail"], "no visit succeeded"


def test_a_run_that_ends_with_an_error_is_a_failure_for_the_heartbeat(tmp_path: Path) -> None:
    with Loopback() as server:
        site = _Site(server)
        assert pagewitness(tmp_path / "none.db", "run", env=site.environ).returncode == 3
        assert site.beats == ["/beat/start", "/beat/fail"]


def test_a_test_sends_a_sample_and_saves_nothing(tmp_path: Path) -> None:
    """With an archive or without one; it names what it could not send."""
    with Loopback() as server:
        site = _Site(server)
        nowhere = tmp_path / "none.db"
        done = pagewitness(nowhere, "notify", "--test", env=site.environ)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().splitlines() == ["sent       webhook: a sample", "sent       heartbeat: a sample"]
        assert not nowhere.exists()
        assert json.loads(server.posts[0].body)["data"]["title"].startswith("Test: ")
        assert site.beats == ["/beat"]
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/page"), env=site.environ)
        before = file.read_bytes()
        assert pagewitness(file, "notify", "--test", "webhook", env=site.environ).returncode == 0
        assert file.read_bytes() == before
        server.routes["/hook"] = Reply(403)
        failed = pagewitness(file, "notify", "--test", "--json", env=site.environ)
        assert failed.returncode == 1
        assert [one["error"] is None for one in lines(failed)] == [False, True]


@pytest.mark.parametrize("arguments", [("notify",), ("notify", "--test"), ("notify", "--send")])
def test_without_channels_it_says_how_to_set_one_up(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = pagewitness(tmp_path / "none.db", *arguments)
    assert done.stdout.decode().startswith("Nobody is notified of changes: set up [notify.atom], [notify.mail]")
    assert done.returncode == int("--test" in arguments)


def test_a_channel_that_there_is_not_is_told(tmp_path: Path) -> None:
    environ = environment(PAGEWITNESS_NOTIFY_ATOM_FOLDER=str(tmp_path / "feeds"))
    done = pagewitness(tmp_path / "none.db", "notify", "--test", "mial", env=environ)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "pagewitness: There is no channel 'mial' in the settings; there is atom.\n"
