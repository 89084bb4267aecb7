"""Starts `pagewitness` quickly, in real processes: forks of one that has loaded what every command loads.

A process that starts again spends most of its time on imports, and the tests start hundreds. `Starter` keeps one process
(this file, run as a program) that has them behind it and forks for each command line; the fork has its own standard
streams, environment, folder and exit code, as if it had been started by a shell.

Children that clean are spawned for users, and load for a second. In the tests a server that has loaded the same (`warm`)
forks them (`quick_children`), except where a test is about the children themselves.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from multiprocessing import forkserver
from pathlib import Path
from typing import IO, Any

_MOST = 1 << 20  # bytes of a request


class Starter:
    """The end of the tests: `run` is `subprocess.run` of a `pagewitness` command line, except for the start."""

    def __init__(self, path: str | None) -> None:
        """Start a process that has loaded our packages as PYTHONPATH (`path`; None where it is not set) finds them."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        env |= {} if path is None else {"PYTHONPATH": path}
        cleaners = _server_of_cleaners() if path == os.environ.get("PYTHONPATH") else None
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), json.dumps(cleaners)],
                pass_fds=[theirs.fileno(), *([cleaners["_forkserver_alive_fd"]] if cleaners else [])],
                stdin=subprocess.DEVNULL,
                env=env,
            )
        self._socket = ours

    def run(
        self,
        arguments: list[str],
        env: Mapping[str, str],
        stdin: bytes | None,
        timeout: float,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command line to its end.

        Args:
            arguments: behind `pagewitness`.
            stdin: what it reads; None for nothing.
            timeout: in seconds.
            folder: in which it runs; None for that of the tests.

        Raises:
            TimeoutExpired: it took longer than `timeout` seconds, and was killed.
        """
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin or b"")
            given.seek(0)
            request = json.dumps(
                {"arguments": arguments, "env": dict(env), "folder": str(folder or Path.cwd())}
            ).encode()
            socket.send_fds(self._socket, [request], [one.fileno() for one in (given, out, err)])
            started = json.loads(self._socket.recv(_MOST))
            self._socket.settimeout(timeout)
            try:
                code = json.loads(self._socket.recv(_MOST))
            except TimeoutError:
                os.kill(started, signal.SIGKILL)
                self._socket.settimeout(None)
                self._socket.recv(_MOST)
                raise subprocess.TimeoutExpired(arguments, timeout) from None
            finally:
                self._socket.settimeout(None)
            return subprocess.CompletedProcess(arguments, code, _all(out), _all(err))

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait()


@contextlib.contextmanager
def quick_children() -> Iterator[Callable[[], Any]]:
    """Fork the children that clean, instead of spawning them; yields what the product starts them by."""
    from pagewitness.scraper.work import child

    ours = child._context
    if "forkserver" in multiprocessing.get_all_start_methods():
        child._context = _forking
    try:
        yield ours
    finally:
        child._context = ours


def _forking() -> Any:
    _server_of_cleaners()
    return multiprocessing.get_context("forkserver")


# Attributes of multiprocessing's `_forkserver` by which a process reaches the server from which its children are forked.
_REACHED_BY = ("_forkserver_address", "_forkserver_alive_fd", "_forkserver_authkey")


def _server_of_cleaners() -> dict[str, Any]:
    """How to reach this process's server of children that clean.

    One for all command lines that the tests run: to start one takes longer than most of them.
    """
    server: Any = forkserver._forkserver
    path = os.environ.get("PYTHONPATH")
    forkserver.set_forkserver_preload(["warm"])
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(Path(__file__).parent), path))
    )  # there it finds `warm`
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH") if path is None else os.environ.update(PYTHONPATH=path)
    found = {name: getattr(server, name, None) for name in _REACHED_BY}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in found.items()}


def _share_server_of_cleaners(found: dict[str, Any]) -> None:
    from pagewitness.scraper.work import child

    child._context = lambda: multiprocessing.get_context("forkserver")
    server: Any = forkserver._forkserver
    for name, value in found.items():
        setattr(server, name, bytes.fromhex(value) if name == "_forkserver_authkey" and value else value)
    server.ensure_running = lambda: None  # it is the tests', which see to that


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _serve(server: socket.socket, cleaners: dict[str, Any]) -> None:
    """Fork for each request, and tell the id of the fork and then its exit code."""
    while True:
        request, streams, _, _ = socket.recv_fds(server, _MOST, 3)
        if not request:
            return
        child = os.fork()
        if child == 0:
            server.close()
            _become(json.loads(request), streams, cleaners)
        for stream in streams:
            os.close(stream)
        server.send(json.dumps(child).encode())
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(BrokenPipeError):
            server.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, Any], streams: array.array[int] | list[int], cleaners: dict[str, Any]) -> None:
    """Be a `pagewitness` that has just been started; never returns."""
    from pagewitness.scraper.cli import main

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if shutil.which("tesseract", path=request["env"].get("PATH")) == shutil.which("tesseract"):
        _share_server_of_cleaners(cleaners)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["folder"])
    sys.argv = ["pagewitness", *request["arguments"]]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - reported as the interpreter would, and the fork must end here
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _load() -> None:
    """What nearly every command imports."""
    from importlib import import_module

    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.scraper.cli import COMMANDS
    from pagewitness.scraper.cli.catalogue import as_archived

    for name, (home, _) in COMMANDS.items():
        import_module(f"pagewitness.{home}.cli.{name}")
    for name in (
        "sqlite3", "zstandard", "requests", "warcio", "rapidfuzz", "snowballstemmer",
        "pagewitness.archive.fold.derivation", "pagewitness.archive.search.alerts", "pagewitness.archive.search.phrases",
        "pagewitness.archive.store.warc", "pagewitness.archive.views.blame", "pagewitness.archive.views.listing",
        "pagewitness.archive.views.selection", "pagewitness.scraper.work.importing", "pagewitness.scraper.work.learning",
        "pagewitness.scraper.work.recleaning", "pagewitness.scraper.work.schedule",
    ):  # fmt: skip
        import_module(name)
    as_archived(load_catalogue())


if __name__ == "__main__":
    _load()
    gc.freeze()  # what all forks share is no garbage of theirs
    with socket.socket(fileno=int(sys.argv[1])) as end:
        _serve(end, json.loads(sys.argv[2]) or _server_of_cleaners())
