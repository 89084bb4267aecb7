"""Who may import whom: read from the modules themselves, and held to one list of floors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

import pagewitness.archive
import pagewitness.config
import pagewitness.scraper

HOMES = {
    package.__name__: Path(package.__path__[0])
    for package in (pagewitness.archive, pagewitness.config, pagewitness.scraper)
}

# From the ground up: a module imports its own folder and the floors below, never one above or beside it.
FLOORS = """
    archive.errors
    archive.model archive.derived archive.times archive.addresses archive.cleaner_names archive.text config
    archive.diff archive.store
    archive.fold
    archive.views archive.render
    archive.search
    archive.cli
    scraper.clean.lexicon
    scraper.clean.encoding scraper.clean.blocks
    scraper.clean.metadata
    scraper.clean.classify
    scraper.clean
    scraper.discover scraper.net
    scraper.tell
    scraper.formats
    scraper.work
    scraper.cli
    scraper.demo scraper.__main__
"""
FLOOR = {room: at for at, floor in enumerate(FLOORS.split("\n")) for room in floor.split()}

# Those that decide and don't act: what they need of the database, the network or the clock is an argument.
PURE = [
    "archive.errors",
    "archive.model",
    "archive.derived",
    "archive.times",
    "archive.addresses",
    "archive.cleaner_names",
    "archive.text",
    "archive.diff",
    "archive.render",
    "archive.fold.judge",
    "archive.fold.judgement",
    "archive.fold.comparison",
    "archive.fold.membership",
    "archive.fold.editions",
    "archive.fold.credibility",
    "archive.search.query",
    "archive.search.snippets",
    "archive.search.wordings",
    "archive.views.gaps",
    "scraper.clean",
    "scraper.work.repeated_lines",
    "scraper.net.guard",
    "scraper.formats.capture_lists",
    "scraper.formats.saved_pages",
    "scraper.formats.mhtml",
    "scraper.formats.opml",
    "scraper.formats.job_files",
]

# What a pure module has no business with: the network, the database, other processes.
IMPURE = {
    "requests",
    "urllib3",
    "socket",
    "http",
    "sqlite3",
    "sqlite_utils",
    "subprocess",
    "multiprocessing",
    "threading",
    "time",
}
# The guard takes addresses apart as the library that connects does.
EXCEPTED = {("scraper.net.guard", "urllib3")}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
MAY_TELL_THE_TIME = {"archive.times"}  # `now` is the one place where the archive asks the clock


@dataclass
class Module:
    """A module by its name below `pagewitness`; it is parsed when it is first asked for more."""

    name: str
    file: Path

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.file.read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> list[str]:
        """The modules that it imports anywhere, except those that only a type checker reads."""
        return list(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in ast.walk(_without_type_checking(self.tree)):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} has a relative import: write `from pagewitness...`."
                for name in node.names:
                    whole = f"{node.module}.{name.name}"
                    yield whole if whole.removeprefix("pagewitness.") in modules() else str(node.module)

    def ours(self) -> set[str]:
        """Those that are ours, by their names below `pagewitness`."""
        found = {name.removeprefix("pagewitness.") for name in self.imports if name.split(".")[0] == "pagewitness"}
        return found - {self.name}


class _Runtime(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST:
        return (
            ast.Pass()
            if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            else self.generic_visit(node)
        )


def _without_type_checking(tree: ast.Module) -> ast.AST:
    return _Runtime().visit(tree)  # type: ignore[no-any-return]


@cache
def modules() -> dict[str, Module]:
    """All modules of the product."""
    found = {}
    for package, folder in HOMES.items():
        for file in sorted(folder.rglob("*.py")):
            parts = [package.removeprefix("pagewitness."), *file.relative_to(folder).with_suffix("").parts]
            name = ".".join(parts).removesuffix(".__init__")
            found[name] = Module(name, file)
    return found


def room(name: str, rooms: Iterable[str] = FLOOR) -> str | None:
    """The room that a module is in: the longest name that is its own or one above it; None if it is in no room."""
    return max((one for one in rooms if f"{name}.".startswith(f"{one}.")), key=len, default=None)


NAMES = sorted(modules())


def over(names: Iterable[str]) -> Callable[[Callable[[str], None]], Callable[[], None]]:
    """Make a check of one module a test of several: thousands of tests of a millisecond cost more than they check."""

    def made(check: Callable[[str], None]) -> Callable[[], None]:
        def test() -> None:
            for name in names:
                check(name)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return made


def test_all_modules_are_found() -> None:
    """A table that holds nothing holds nothing up."""
    assert len(NAMES) > 50
    assert {
        "archive.fold.judge",
        "archive.fold.judgement",
        "config.settings",
        "scraper.clean.blocks.walk",
        "archive.cli.log",
        "scraper.cli",
    } <= set(NAMES)


@over(NAMES)
def test_imports_go_downwards(name: str) -> None:
    """From the floors above to those below; packages' own faces (`archive`, `scraper`) are on no floor."""
    own = room(name)
    if own is None:
        assert modules()[name].is_package, f"{name} is on no floor: say in FLOORS where it belongs."
        return
    for other in sorted(modules()[name].ours()):
        theirs = room(other)
        assert theirs is not None, f"{name} imports {other}, which is on no floor."
        assert theirs == own or FLOOR[theirs] < FLOOR[own], f"{name} imports {other}, which is not on a floor below."


def test_no_imports_go_round() -> None:
    """Lazy ones count."""
    order = TopologicalSorter({name: modules()[name].ours() - {"archive", "config"} for name in NAMES})
    order.prepare()


@over([name for name in NAMES if name.split(".")[0] == "archive"])
def test_the_archive_never_imports_the_scraper_or_the_settings(name: str) -> None:
    """It never goes online, and is given plain values."""
    for other in modules()[name].ours():
        assert other.split(".")[0] == "archive", (
            f"{name} imports {other}: the archive knows neither scraper nor config."
        )


@over([name for name in NAMES if name.split(".")[0] == "config"])
def test_config_imports_nothing_of_ours(name: str) -> None:
    """But itself."""
    for other in modules()[name].imports:
        ours = other.split(".")[0] == "pagewitness" and not other.startswith("pagewitness.config")
        assert not ours, f"{name} imports {other}: config imports nothing of ours."


@over([name for name in NAMES if room(name, PURE)])
def test_a_pure_module_has_no_network_database_or_clock(name: str) -> None:
    """What it needs of them is an argument."""
    for other in modules()[name].imports:
        impure = other.split(".")[0] in IMPURE and (name, other.split(".")[0]) not in EXCEPTED
        assert not impure, f"{name} imports {other}, but is pure: hand in what it needs."
    for node in ast.walk(modules()[name].tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and name not in MAY_TELL_THE_TIME:
            owner = ast.unparse(node.value)
            clock = owner in ("datetime", "date", "time", "times", "datetime.datetime")
            assert not clock, (
                f"{name}, line {node.lineno}, asks the clock ({owner}.{node.attr}), but is pure: hand in the moment."
            )


@over(NAMES)
def test_nobody_catches_every_exception(name: str) -> None:
    """Errors are translated where they arise, and caught by name."""
    for node in ast.walk(modules()[name].tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            everything = caught in ("everything", "Exception", "BaseException")
            assert again or not everything, f"{name}, line {node.lineno}, catches {caught}: name what may go wrong."


@over(NAMES)
def test_the_namespace_is_always_named(name: str) -> None:
    """Bare `archive`, `config` and `scraper` are silently overwritten by other packages of these names."""
    for other in modules()[name].imports:
        assert other.split(".")[0] not in ("archive", "config", "scraper"), (
            f"{name} imports {other}: write pagewitness.{other}."
        )


def test_the_floors_name_no_room_that_is_gone() -> None:
    """So that they can be read as what there is."""
    for one in [*FLOOR, *PURE]:
        assert any(f"{name}.".startswith(f"{one}.") for name in NAMES), f"There is no {one}."


@over([name for name in NAMES if name.startswith("scraper.net.")])
def test_the_network_uses_public_names_of_the_libraries_only(name: str) -> None:
    """Private ones of urllib3, http.client and requests change without notice, and with them what is checked."""
    own = {node.name for node in ast.walk(modules()[name].tree) if isinstance(node, ast.FunctionDef)}
    own |= {node.attr for node in ast.walk(modules()[name].tree) if isinstance(node, ast.Attribute) and _is_set(node)}
    for node in ast.walk(modules()[name].tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            owner = ast.unparse(node.value)
            ours = owner in ("self", "cls") and node.attr in own
            assert ours, f"{name}, line {node.lineno}: {owner}.{node.attr} is private."
        if isinstance(node, ast.ImportFrom):
            parts = [*str(node.module).split("."), *(one.name for one in node.names)]
            assert not any(part.startswith("_") and part != "__future__" for part in parts), f"{name}: {parts}"


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)
