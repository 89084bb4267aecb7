"""One pool of child processes in which cleaning runs, each with limits on time and memory.

A page may make a parser run for ever, eat all memory or crash; then its child ends, not the run, and the reading says
so. The parent imports neither trafilatura nor lxml: a child that waits does. Children are started by `spawn` when they
are first needed, because the parent may have threads, and end with their parent however it ends: at the end of the
pipe of which it holds the other end.

What a page may take is processor time, which the child itself keeps count of: on a busy machine a page waits longer and
is read all the same. The clock on the wall ends only what does not work at all, and then nothing is known of the page.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Collection
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeAlias

from pagewitness.archive.errors import CleanError, Lacking, Stalled
from pagewitness.archive.model import Reading
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.clean import Known, clean_text, cleaner_name, html_name, pdf, read_unless_known
from pagewitness.scraper.work import ocr

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from pagewitness.scraper.clean.explain import Explained

Task = tuple[bytes, str | None, str | None, frozenset[str], str, bool]
# body, content type, address, known, rules, explain
Answer: TypeAlias = "Reading | Known | Explained | str"  # a text is the reason why there is none

_START_SECONDS: Final = 60.0  # a fresh child may import for so long, beside its task's own time
_WARM_UP: Final = (
    b"<html lang=en><head><title>A page to warm up</title></head><body><main><h1>A page to warm up</h1>"
    + b"<p>A sentence that makes the parsers load what they need before the memory is counted.</p>" * 8
    + b"</main></body></html>"
)
_WALL: Final = 5  # a page may wait on a busy machine until so many times its processor time are over
_MEGABYTE: Final = 1 << 20
_TIMED: Final = hasattr(signal, "setitimer")  # not on Windows
_CLOSED = "The workers are closed: nothing can be cleaned any more."
_KILLED: Final = "cleaning it killed the worker"


def cores() -> int:
    """How many children the settings' 0 means: as many as there are cores, at most 4."""
    return min(4, os.cpu_count() or 1)


class Workers:
    """A pool of children that clean.

    Args:
        count: how many children at most.
        seconds: the processor time that one page may take (where the system counts it), and a fifth of what it may
            take by the clock on the wall.
        megabytes: how much address space a child may take beyond what it has when it is ready (Linux, macOS).

    Use it as a context manager, or call `close`.
    """

    def __init__(self, count: int, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._count = max(1, count)
        # A seat is a place for a child, None while nobody sits there. The last used is taken first, so that a pool
        # that needs one child starts one.
        self._seats: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(self._count):
            self._seats.put(None)
        self._closing = threading.Event()
        self._interrupted = threading.Event()
        self._asked: set[_Child] = set()  # children at work

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clean(
        self, body: bytes, content_type: str | None, url: str | None, known: Collection[str] = (), rules: str = ""
    ) -> Reading | Known:
        """Read a page in a child; waits until one is free. Any number of threads may call it at once.

        Args:
            body, content_type, url, known, rules: as in `clean.read_unless_known`.

        Returns:
            what that gives; or a reading that says why (`failed_reading`), where the page can't be read, took too much
            processor time or killed the child. Never raises for what a page does.

        Raises:
            Stalled: the child did not get on, by the clock on the wall.
            Lacking: an optional part is not installed that this body needs.
            CleanError: the pool is closed, or no child can be started.
        """
        if pdf.is_pdf(body, content_type) and not pdf.is_installed():
            raise Lacking(pdf.LACKING)
        answer = self._ask_twice(body, content_type, url, known, rules)
        if isinstance(answer, str):
            return failed_reading(sha256(body).hexdigest(), url, answer, name_for(body, content_type, rules))
        assert isinstance(answer, (Reading, Known))
        return answer

    def explain(self, body: bytes, content_type: str | None, url: str | None, rules: str = "") -> Explained:
        """Read a page that is not to be kept, and say why its blocks were kept or dropped.

        Raises:
            CleanError: as `read`.
        """
        answer = self._ask_twice(body, content_type, url, (), rules, explain=True)
        if isinstance(answer, str):
            raise CleanError(answer)
        assert not isinstance(answer, (Reading, Known))
        return answer

    def read(self, body: bytes, content_type: str | None, url: str | None, rules: str = "") -> Reading:
        """Read a page that is not to be kept, as `clean` does.

        Raises:
            CleanError: it can't be read, took too much processor time or killed the child; or as `clean`.
        """
        answer = self._ask_twice(body, content_type, url, (), rules)
        if isinstance(answer, str):
            raise CleanError(answer)
        assert isinstance(answer, Reading)
        return answer

    def _ask_twice(
        self,
        body: bytes,
        content_type: str | None,
        url: str | None,
        known: Collection[str],
        rules: str,
        explain: bool = False,
    ) -> Answer:
        task = (body, content_type, url, frozenset(known), rules, explain)
        answer = self._ask(task)
        if answer == _KILLED:
            # Once more: it may have been the machine, which kills when memory is short, and not the page.
            answer = self._ask(task)
        return answer

    def _ask(self, task: Task) -> Answer:
        """One task in one child; a text is the reason why there is no reading."""
        child = self._seats.get()
        try:
            if self._closing.is_set() or self._interrupted.is_set():
                raise CleanError(_CLOSED)
            if child is not None and not child.is_running():
                child.kill()
                child = None
            child = child or _Child(self._seconds, self._megabytes)
            self._asked.add(child)
            try:
                if self._interrupted.is_set():
                    raise CleanError(_CLOSED)
                answer = child.ask(task, self._seconds)
            finally:
                self._asked.discard(child)
        except BaseException:
            # Whatever interrupted the wait, the child may still answer the old question: it must not hear another.
            if child is not None:
                child.kill()
            self._seats.put(None)
            raise
        if isinstance(answer, str):
            if not child.alive:
                child.kill()
            self._seats.put(child if child.alive else None)
            return answer
        self._seats.put(child)
        return answer

    def interrupt(self) -> None:
        """Let nobody wait any longer: the pages in work get no reading, and more calls of `clean` raise CleanError."""
        self._interrupted.set()
        for child in list(self._asked):
            child.interrupt()

    def close(self) -> None:
        """End all children; waits for the pages in work. More calls of `clean` raise CleanError."""
        if self._closing.is_set():
            return
        self._closing.set()
        for _ in range(self._count):
            child = self._seats.get()
            if child is not None:
                child.end()
        for _ in range(self._count):
            self._seats.put(None)


def name_for(body: bytes, content_type: str | None, rules: str = "") -> str:
    """The cleaner's name under which readings of such bytes are kept (`archive.cleaners`)."""
    return cleaner_name(rules) if pdf.is_pdf(body, content_type) else html_name(rules)


def failed_reading(body: str, url: str | None, reason: str, cleaner: str) -> Reading:
    """The reading of a page that could not be read: named by its bytes, for nobody knows its stripped form.

    Args:
        body: the digest of its bytes.
        reason: why, in a clause.
        cleaner: the name under which it is kept (`name_for`).
    """
    digest = digest_of(url or "", body)
    return Reading(cleaner, digest, None, None, None, None, None, (), reason, failed=True)


class _Child:
    """One child and our end of its pipe."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        import multiprocessing  # most runs start no child

        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, seconds, megabytes), name="pagewitness-cleaner", daemon=True
        )
        try:
            self._process.start()
        except OSError as error:
            self._pipe.close()
            raise CleanError(
                f"No process can be started to clean pages: {error}. Lower the number of workers."
            ) from error
        finally:
            # Only the child may hold its end, or its death would not end our reading.
            theirs.close()
        self._ready = False
        self.alive = True

    def ask(self, task: Task, seconds: float) -> Answer:
        """One task; a text is the reason why there is no reading. After it `alive` says whether to go on."""
        try:
            if not self._ready:
                if not self._pipe.poll(_START_SECONDS):
                    self.alive = False
                    raise CleanError(f"A cleaning process did not start within {_START_SECONDS:.0f} s.")
                self._pipe.recv_bytes()
                self._ready = True
            self._pipe.send(task)
            wall = seconds * (_WALL if _TIMED else 1)
            if pdf.is_pdf(*task[:2]) and pdf.ocr.tesseract():  # which works in processes of its own
                wall += ocr.MOST_SECONDS
            if not self._pipe.poll(wall):
                self.alive = False
                raise Stalled(f"cleaning waited more than {wall:g} s for the processor")
            found: Answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.alive = False
            if not self._ready:
                raise CleanError("A cleaning process ended before it was ready: is memory short?") from error
            return f"cleaning took more than {seconds:g} s" if self._ran_out() else _KILLED
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
        """Kill it while another thread waits for its answer, which then sees its end."""
        self._process.kill()

    def kill(self) -> None:
        """Kill it, whatever it does."""
        self._pipe.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()


def _serve(pipe: Connection, seconds: float, megabytes: int) -> None:
    """What a child does: read tasks and answer them until its parent is gone."""
    # Ctrl-C goes to the whole group; the parent decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _set_up(megabytes)
    try:
        pipe.send_bytes(b"ready")
        while True:
            task = pipe.recv()
            _allow(seconds)
            answer = _answer(*task)
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
) -> Answer:
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


def _set_up(megabytes: int) -> None:
    """Load what cleaning needs, then set the limits.

    OpenBLAS takes address space for each of its threads, so it gets one. The warm-up is a page in full, after which
    the limit is what is taken plus what a page may take: numbers that do not depend on how large the libraries are.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    clean_text(_WARM_UP, None)
    _limit_memory(megabytes)


def _limit_memory(megabytes: int) -> None:
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
