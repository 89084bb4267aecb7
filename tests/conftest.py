"""What all tests share."""

import compileall
import contextlib
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The helpers beside the tests (loopback.py, helpers.py): --import-mode=importlib leaves sys.path alone.
sys.path.insert(0, str(Path(__file__).parent))

# Where bytecode is never written, each of these processes would compile the tests and all that they import again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Files that take longest, by more than 4 s: begun first, none of them is what all others wait for in the end.
LONG = (
    "test_workers", "test_hostile", "test_run", "test_traps", "test_closed_streams", "test_readme", "test_kill",
    "test_concurrency", "test_cleaner_names", "test_pdf_ocr", "test_reclean", "test_departures", "test_read_only",
    "test_plain_english", "test_random_histories", "test_real_changes", "test_listings", "test_import",
)  # fmt: skip

# Not run while lines are counted: they look at time limits, killed processes or the sources' text, and would take half the
# time for lines that others run, too.
if "coverage" in sys.modules:
    collect_ignore_glob = [
        f"*/{name}.py"
        for name in (
            "test_hostile", "test_pdf_hostile", "test_cleaner_names", "test_closed_streams", "test_kill", "test_killed",
            "test_workers", "test_readme", "test_plain_english", "test_layers", "test_public_api",
            "test_packaging", "test_lazy_imports", "test_datasette", "test_random_histories",
        )
    ]  # fmt: skip

# Where the tests' files are kept if there is room, since they make thousands of archives.
_MEMORY = "/dev/shm"  # noqa: S108 - pytest makes a folder of its own there, as it does in /tmp
_ENOUGH = 4 << 30  # bytes

# Nothing of what is loaded and collected is ever let go: looking for garbage among it takes a third of the time.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others keep their order."""
    places = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but only in what the tests themselves make, and less often."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Compile our modules once, for the hundreds of processes that tests start, and keep the tests' files in memory."""
    if not hasattr(config, "workerinput"):
        with contextlib.suppress(OSError):
            if shutil.disk_usage(_MEMORY).free > _ENOUGH and os.access(_MEMORY, os.W_OK):
                os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)
        for package in ("archive", "config", "scraper"):
            compileall.compile_dir(Path(__file__).parent.parent / package, quiet=2)


@pytest.fixture(scope="session", autouse=True)
def quick_children() -> "Iterator[object]":
    """Children that clean start quickly, except in tests that ask for `spawned`."""
    from forkserver import quick_children

    with quick_children() as ours:
        yield ours


@pytest.fixture
def spawned(quick_children: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that clean start as they do for users."""
    monkeypatch.setattr("pagewitness.scraper.work.child._context", quick_children)


@pytest.fixture
def db(tmp_path: Path) -> "Iterator[object]":
    """A new archive."""
    from helpers import archive

    with archive(tmp_path) as opened:
        yield opened


@pytest.fixture
def site() -> "Iterator[object]":
    """A site on loopback whose answers the test writes."""
    from loopback import Loopback

    with Loopback() as running:
        yield running


@pytest.fixture
def session() -> "Iterator[object]":
    """A session that may connect to loopback."""
    from loopback import TLS, network

    from pagewitness.scraper.net.session import open_session

    with open_session(network(), trust=str(TLS / "localhost.pem")) as opened:  # reading all authorities takes 20 ms
        yield opened


@pytest.fixture(scope="module")
def workers() -> "Iterator[object]":
    """A child that cleans, for all tests of a module."""
    from pagewitness.scraper.work.workers import Workers

    with Workers(1, 20, 1024) as pool:
        yield pool


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: many tests wait for a server, a child or the time."""
    return 1 + (os.cpu_count() or 1)
