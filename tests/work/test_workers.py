"""Cleaning in children: whatever a page does to one, the run continues, and nobody is left behind."""

from __future__ import annotations

import errno
import json
import multiprocessing.context
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from helpers import SLOWNESS, URL, answer, day, environment
from stalling import StopsItsChild, children

from pagewitness.archive.derived import Reading
from pagewitness.archive.errors import CleanError, Stalled
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.clean import Known, clean
from pagewitness.scraper.cli.reports import list_unread
from pagewitness.scraper.work import child
from pagewitness.scraper.work.reader import MOST_TRIES, Delayed, still_unread
from pagewitness.scraper.work.visit import finish
from pagewitness.scraper.work.workers import Workers

BODY = (Path(__file__).parents[1] / "pages" / "report-en.html").read_bytes()
# A second of work for any machine: a parse and a walk of 200,000 elements.
SLOW = b"<h1>Slow</h1>" + b"<p>A <b>word</b> or two</p>" * 100_000
LARGE = b"<h1>Ice</h1>" + b"<p>The harbours were quiet in the winter because of the ice.</p>" * 25_000  # 1.5 MB

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="children are found by /proc")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def gone(pids: list[int], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(is_alive, pids))


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, seconds=30.0, megabytes=512) as pool:
        yield pool


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock on the wall ends nothing, so that only processor time counts, however busy this machine is."""
    monkeypatch.setattr("pagewitness.scraper.work.child._WALL", 1000)


def test_no_child_is_started_before_it_is_needed() -> None:
    before = children(os.getpid())
    with Workers(4, seconds=5.0, megabytes=512):
        assert children(os.getpid()) == before


@pytest.mark.usefixtures("spawned")
def test_a_child_reads_as_we_do(workers: Workers) -> None:
    assert workers.clean(BODY, "text/html", "https://a.example/") == clean(BODY, "text/html", "https://a.example/")


def test_a_known_page_is_only_stripped(workers: Workers) -> None:
    stripped = clean(BODY, "text/html", None).page_digest
    assert isinstance(workers.clean(BODY, "text/html", None, {stripped}), Known)


def test_what_is_too_large_is_refused_without_a_child() -> None:
    """With the reading that a child would have made."""
    before = children(os.getpid())
    with Workers(1, 20.0, 500) as workers:
        page = workers.clean(b"<p>ice</p>" * 900_000, "text/html", "https://a.example/")
        binary = workers.clean(bytes(range(256)) * 40_000, None, "https://a.example/")
        with pytest.raises(CleanError, match="larger than"):
            workers.read(b"<p>ice</p>" * 900_000, "text/html", None)
        assert children(os.getpid()) == before
    assert isinstance(page, Reading)
    assert isinstance(binary, Reading)
    assert (page.failed, page.not_credible) == (True, "the page is larger than the 8,388,608 bytes that are read")
    assert (binary.failed, binary.not_credible) == (False, "it is binary, not a page")


def test_many_threads_share_the_children(workers: Workers) -> None:
    wanted = clean(BODY, "text/html", None)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: workers.clean(BODY, "text/html", None), range(24)))
    assert found == [wanted] * 24
    assert len(children(os.getpid())) <= 2


@pytest.mark.usefixtures("patient", "spawned")
def test_a_page_that_takes_too_long_is_suspect_and_the_next_is_read() -> None:
    with Workers(1, seconds=0.3, megabytes=4096) as pool:
        found = pool.clean(SLOW, "text/html", "https://a.example/")
        assert isinstance(found, Reading)
        assert found.not_credible == "cleaning took more than 0.3 s"
        assert found.page_digest == digest_of("https://a.example/", sha256(SLOW).hexdigest())
        assert pool.clean(b"<h1>Next</h1>", "text/html", None) == clean(b"<h1>Next</h1>", "text/html", None)


def test_waiting_for_a_busy_machine_does_not_count() -> None:
    """A child that is stopped for longer than a page may take has used no processor time, and reads on."""
    with Workers(1, seconds=1.0, megabytes=512) as pool, ThreadPoolExecutor(1) as thread:
        pool.clean(BODY, "text/html", None)
        child = children(os.getpid())[-1]
        os.kill(child, signal.SIGSTOP)
        answer = thread.submit(pool.clean, BODY, "text/html", None)
        time.sleep(1.3)
        os.kill(child, signal.SIGCONT)
        assert answer.result(60) == clean(BODY, "text/html", None)


def test_a_child_that_never_gets_on_is_ended_all_the_same() -> None:
    """By the clock on the wall; nothing is known of the page then, and the next one is read."""
    with Workers(1, seconds=0.2, megabytes=512) as pool, ThreadPoolExecutor(1) as thread:
        pool.clean(b"<h1>Warm</h1>", "text/html", None)
        os.kill(children(os.getpid())[-1], signal.SIGSTOP)
        with pytest.raises(Stalled, match="cleaning waited more than 1 s for the processor"):
            thread.submit(pool.clean, BODY, "text/html", None).result(60)
        assert pool.clean(b"<h1>Next</h1>", "text/html", None) == clean(b"<h1>Next</h1>", "text/html", None)


def test_a_capture_whose_reading_does_not_get_on_waits_for_the_next_run(db: Sqlite) -> None:
    """It is listed, nothing is derived of it, and the next run reads it as if nothing had been."""
    page = evidence.known_page(db, URL)
    capture = evidence.keep(db, Visit(page, "run", day(1)), answer(BODY))
    assert capture is not None
    with StopsItsChild(1, seconds=0.2, megabytes=512) as pool:
        pool.stops = 1
        assert finish(db, pool) == [Delayed(URL, capture, "cleaning waited more than 1 s for the processor")]
        assert db.value("select count(*) from capture_readings") == 0
        assert db.value("select count(*) from revisions") == 0
    with Workers(1, seconds=20, megabytes=512) as pool:
        assert finish(db, pool) == []
    assert db.value("select not_credible is null from readings") == 1
    assert db.value("select count(*) from revisions") == 1


def test_a_capture_that_never_gets_on_is_suspect_after_some_tries(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    evidence.keep(db, Visit(page, "run", day(1)), answer(BODY))
    with StopsItsChild(1, seconds=0.1 * SLOWNESS, megabytes=512) as pool:
        pool.stops = 100
        assert [len(finish(db, pool)) for _ in range(MOST_TRIES)] == [1] * (MOST_TRIES - 1) + [0]
        assert finish(db, pool) == []
    said = db.value("select not_credible from readings")
    assert said == f"cleaning waited more than {0.5 * SLOWNESS:g} s for the processor, {MOST_TRIES} times"


def test_a_run_lists_only_what_still_waits_at_its_end(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    evidence.keep(db, Visit(page, "run", day(1)), answer(BODY))
    with StopsItsChild(1, seconds=0.2, megabytes=512) as pool:
        pool.stops = 1
        waiting = finish(db, pool)
        assert still_unread(db, waiting) == waiting
    with Workers(1, seconds=20, megabytes=512) as pool:
        finish(db, pool)
    damaged = evidence.Damaged(URL, 1, "00")
    assert still_unread(db, [*waiting, damaged]) == [damaged]


def test_what_waits_to_be_read_is_listed_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Once each; what is damaged weighs more."""
    waiting = Delayed(URL, 7, "cleaning waited more than 100 s for the processor")
    assert list_unread([]) == 0
    assert list_unread([waiting, waiting]) == 1
    assert capsys.readouterr().out == (
        f"unread     {URL}: capture 7 is kept but not read yet (cleaning waited more than 100 s for the processor); "
        "the next run tries again\n"
    )
    assert list_unread([waiting, evidence.Damaged(URL, 8, "00")], "reclean") == 5
    assert "; the next reclean tries again\n" in capsys.readouterr().out


@pytest.mark.usefixtures("patient")
def test_a_page_that_is_not_to_be_kept_is_read_or_refused() -> None:
    """For `pagewitness clean`: no reading without text, but an error that says why."""
    with Workers(1, seconds=0.3, megabytes=4096) as pool:
        assert pool.read(b"<h1>Next</h1>", "text/html", None) == clean(b"<h1>Next</h1>", "text/html", None)
        with pytest.raises(CleanError, match=r"cleaning took more than 0\.3 s"):
            pool.read(SLOW, "text/html", None)


@pytest.mark.usefixtures("spawned")
def test_a_page_that_takes_too_much_memory_is_suspect_and_the_next_is_read() -> None:
    with Workers(1, seconds=60.0, megabytes=64) as pool:
        found = pool.clean(LARGE, "text/html", None)
        assert isinstance(found, Reading)
        assert found.not_credible == "cleaning it killed the worker"
        assert pool.clean(BODY, "text/html", None) == clean(BODY, "text/html", None)


@pytest.mark.usefixtures("spawned")
def test_a_page_whose_child_dies_once_is_read_all_the_same() -> None:
    """The machine kills, too, when memory is short."""
    with Workers(1, seconds=30.0, megabytes=512) as pool, ThreadPoolExecutor(1) as thread:
        pool.clean(BODY, "text/html", None)
        child = children(os.getpid())[-1]
        os.kill(child, signal.SIGSTOP)  # so that it is at work when it dies
        answer = thread.submit(pool.clean, BODY, "text/html", None)
        while not pool._asked:
            time.sleep(0.001)
        time.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        assert answer.result(60) == clean(BODY, "text/html", None)


def test_a_child_that_died_while_it_waited_is_not_the_next_pages_fault() -> None:
    with Workers(1, seconds=30.0, megabytes=512) as pool:
        pool.clean(BODY, "text/html", None)
        os.kill(children(os.getpid())[-1], signal.SIGKILL)
        time.sleep(0.2)
        assert pool.clean(BODY, "text/html", None) == clean(BODY, "text/html", None)


@pytest.mark.usefixtures("spawned")
def test_closing_ends_all_children() -> None:
    before = set(children(os.getpid()))
    pool = Workers(2, seconds=30.0, megabytes=512)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: pool.clean(BODY, "text/html", None), range(8)))
    ours = [pid for pid in children(os.getpid()) if pid not in before]
    assert ours
    pool.close()
    pool.close()
    assert gone(ours, 0.5)
    with pytest.raises(CleanError, match="closed"):
        pool.clean(BODY, "text/html", None)


def test_fewer_workers_are_proposed_only_where_something_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for code in (errno.EAGAIN, errno.EACCES):
        with monkeypatch.context() as patch, Workers(1, 30.0, 512) as pool:
            patch.setattr(child, "_context", partial(refusing, OSError(code, os.strerror(code))))
            with pytest.raises(CleanError) as caught:
                pool.clean(BODY, "text/html", None)
            said[code] = str(caught.value)
    assert said == {
        errno.EAGAIN: "No process can be started to clean pages: Resource temporarily unavailable. "
        "Lower the number of workers.",
        errno.EACCES: "No process can be started to clean pages: Permission denied.",
    }


def refusing(error: OSError) -> multiprocessing.context.SpawnContext:
    """What starts processes on a machine that starts none."""

    class Refused(multiprocessing.context.SpawnProcess):
        def start(self) -> None:
            raise error

    context = multiprocessing.get_context("spawn")
    context.Process = Refused  # type: ignore[misc]
    return context


HOST = """
import json, multiprocessing, os, signal, sys
from multiprocessing import forkserver, resource_tracker

def state():
    return [
        multiprocessing.get_start_method(allow_none=True),
        forkserver._forkserver._preload_modules,
        [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        {name: value for name, value in os.environ.items()},
    ]

def blocks():
    with Workers(1, 30.0, 512) as pool:
        return len(pool.read(b"<h1>One</h1><p>A page.", "text/html", None).blocks)

if __name__ == "__main__":
    multiprocessing.set_forkserver_preload(["json"])
    before = state()
    from pagewitness.scraper.work.workers import Workers
    said = {"unchanged by import": state() == before}
    said["before a fork"] = blocks()
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, str(blocks()).encode())
        os._exit(0)
    os.close(writing)
    said["after a fork"] = int(os.read(reading, 9) or -1)
    said["unchanged by use"] = state()[1:] == before[1:]  # any use of multiprocessing settles its default
    print(json.dumps(said))
"""


def test_a_host_may_fork_keeps_its_own_settings_and_may_have_a_long_temporary_folder(tmp_path: Path) -> None:
    """The path of a socket in it could have no more than 108 characters."""
    program, folder = tmp_path / "host.py", tmp_path / ("long" * 30)
    program.write_text(HOST, "utf-8")
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, str(program)], env=environment(TMPDIR=str(folder)), capture_output=True, text=True, timeout=120
    )
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == {
        "unchanged by import": True, "before a fork": 2, "after a fork": 2, "unchanged by use": True,
    }  # fmt: skip


PARENT = """
import os, signal, sys, time
from pagewitness.scraper.work.workers import Workers
if __name__ == "__main__":
    pool = Workers(1, 30.0, 512)
    pool.clean(b"<h1>One</h1>", "text/html", None)
    print("ready", flush=True)
    time.sleep(60)
"""


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    program = folder / "parent.py"
    program.write_text(PARENT, "utf-8")
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    return parent, children(parent.pid)


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent, ours = start_parent(tmp_path)
    with parent:
        parent.kill()
    assert ours
    assert gone(ours)


def test_an_interrupt_does_not_break_the_start_of_a_child(tmp_path: Path) -> None:
    """Its imports take a second, in which Ctrl-C would print a traceback."""
    program = tmp_path / "parent.py"
    program.write_text(PARENT, "utf-8")
    with subprocess.Popen([sys.executable, str(program)], stderr=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        while not (ours := children(parent.pid)) and parent.poll() is None:
            time.sleep(0.001)
        for _ in range(100):
            os.kill(ours[0], signal.SIGINT)
            time.sleep(0.002)
        assert parent.stdout is not None
        assert parent.stderr is not None
        assert parent.stdout.readline() == b"ready\n"
        parent.kill()
        assert parent.stderr.read() == b""


def test_an_interrupt_does_not_reach_the_children(tmp_path: Path) -> None:
    parent, ours = start_parent(tmp_path)
    with parent:
        for pid in ours:
            os.kill(pid, signal.SIGINT)
        assert not gone(ours, 0.3)
        parent.kill()
    assert gone(ours)
