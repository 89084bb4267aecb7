"""One child process in which pages are cleaned, with limits on time and memory, and our end of its pipe.

A page may make a parser run for ever, use all memory or crash; then the child ends, and the run continues. However the parent
ends, its end of the pipe closes, and then the child ends, too.

The limit is on processor time, which the child itself counts, so a busy machine delays a page but does not fail it. The
limit on elapsed time only ends a child that makes no progress; that says nothing about the page.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

from pagewitness.archive.derived import Reading
from pagewitness.archive.errors import CleanError, Stalled
from pagewitness.scraper.clean import Known, clean_text, pdf, read_unless_known
from pagewitness.scraper.work import ocr

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext

    from pagewitness.scraper.clean.explain import Explained

Task = tuple[bytes, str | None, str | None, frozenset[str], str, bool]
# body, content type, address, known, rules, explain
ChildAnswer: TypeAlias = "Reading | Known | Explained | str"  # a str says why there is no reading

_START_SECONDS: Final = 60.0  # a fresh child may import for so long, beside its task's own time
_WARM_UP: Final = (
    b"<html lang=en><head><title>A page to warm up</title></head><body><main><h1>A page to warm up</h1>"
    + b"<p>A sentence that makes the parsers load what they need before the memory is counted.</p>" * 8
    + b"</main></body></html>"
)
_WALL: Final = 5  # a page may wait on a busy machine until so many times its processor time are over
_MEGABYTE: Final = 1 << 20
_TIMED: Final = hasattr(signal, "setitimer")  # not on Windows
_SCARCE: Final = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)  # of what a process takes to start
KILLED: Final = "cleaning it killed the worker"


class Child:
    """One child and our end of its pipe."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        context = _context()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, seconds, megabytes), name="pagewitness-cleaner", daemon=True
        )
        try:
            with _deaf_to_interrupts():
                self._process.start()
        except OSError as error:
            self._pipe.close()
            raise CleanError(_not_started(error)) from error
        finally:
            # Only the child may hold its end, or its death would not end our reading.
            theirs.close()
        self._ready = False
        self.alive = True

    def ask(self, task: Task, seconds: float) -> ChildAnswer:
        """One task; a text is the reason why there is no reading. After it `alive` says whether to continue."""
        try:
            if not self._ready:
                if not self._pipe.poll(_START_SECONDS):
                    self.alive = False
                    raise CleanError(f"A cleaning process did not start within {_START_SECONDS:.0f} s.")
                self._pipe.recv_bytes()
                self._ready = True
            self._pipe.send(task[1:])
            self._pipe.send_bytes(task[0])  # by itself: pickled it would be copied
            wall = seconds * (_WALL if _TIMED else 1)
            if pdf.is_pdf(*task[:2]) and pdf.ocr.tesseract():  # which works in processes of its own
                wall += ocr.MOST_SECONDS
            if not self._pipe.poll(wall):
                self.alive = False
                raise Stalled(f"cleaning waited more than {wall:g} s for the processor")
            found: ChildAnswer = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.alive = False
            if not self._ready:
                raise CleanError("A cleaning process ended before it was ready: is memory short?") from error
            return f"cleaning took more than {seconds:g} s" if self._ran_out() else KILLED
        return found

    def _ran_out(self) -> bool:
        """Whether it died because its processor time was used up (`_allow`)."""
        self._process.join(5)
        return _TIMED and self._process.exitcode == -signal.SIGPROF

    def is_running(self) -> bool:
        """Whether it still runs: it may have died while it waited, which is no page's fault."""
        return self._process.is_alive()

    def end(self) -> None:
        """Let it end by itself, at the end of its pipe; kill it if it does not."""
        self._pipe.close()
        self._process.join(5)
        self.kill()

    def interrupt(self) -> None:
        """Kill it while another thread waits for its answer; that thread then sees its end."""
        self._process.kill()

    def kill(self) -> None:
        """Kill it, whatever it does."""
        self._pipe.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()


def _context() -> SpawnContext | ForkServerContext:
    """How children are started: by `spawn`, in a host with threads, after its fork and in any folder (decision 28)."""
    import multiprocessing  # most runs start no child

    return multiprocessing.get_context("spawn")


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Block SIGINT in this thread: a child inherits that, so Ctrl-C does not break its imports with a traceback."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # to start it unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _not_started(error: OSError) -> str:
    """Why no child can be started, and where fewer of them would help."""
    said = f"No process can be started to clean pages: {error.strerror or error}".rstrip(".") + "."
    return f"{said} Lower the number of workers." if error.errno in _SCARCE else said


def _serve(pipe: Connection, seconds: float, megabytes: int) -> None:
    """What a child does: read tasks and answer them until its parent is gone."""
    # Ctrl-C goes to the whole group; the parent decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load()
    _limit_memory(megabytes)
    try:
        pipe.send_bytes(b"ready")
        while True:
            rest = pipe.recv()
            body = pipe.recv_bytes()
            _allow(seconds)
            answer = _answer(body, *rest)
            del body
            _allow(0)
            pipe.send(answer)
    except (EOFError, OSError):
        return
    except MemoryError:
        os._exit(1)  # the task alone is larger than what a child may take


def _allow(seconds: float) -> None:
    """Let this process die by SIGPROF once it has used so much more processor time; 0 for no limit."""
    if _TIMED:
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _answer(
    body: bytes, content_type: str | None, url: str | None, known: Collection[str], rules: str, explain: bool
) -> ChildAnswer:
    try:
        if explain:
            from pagewitness.scraper.clean.explain import explained

            return explained(body, content_type, url, rules, ocr.recognise)
        return read_unless_known(body, content_type, url, known, rules, ocr.recognise)
    except CleanError as error:
        return str(error)
    except MemoryError:
        # What a MemoryError leaves behind is anybody's guess: better a fresh child.
        os._exit(1)


def _load() -> None:
    """Load what cleaning needs, by reading a page in full. OpenBLAS takes address space for each thread, so it gets one."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from lxml import html

    from pagewitness.scraper.clean.classify.votes import extracted

    clean_text(_WARM_UP, None)
    extracted(html.fromstring(_WARM_UP), ())  # asked about doubtful pages only, so not about this one


def _limit_memory(megabytes: int) -> None:
    """Allow what is taken now plus what a page may take: that does not depend on how large the libraries are."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit = _address_space() + megabytes * _MEGABYTE
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def _address_space() -> int:
    """Bytes of address space that this process has taken; a guess where /proc does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1024 * _MEGABYTE
