"""Who may import whom: read from the modules themselves, and held to one table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import pagewitness.archive
import pagewitness.config
import pagewitness.scraper

HOMES = {
    package.__name__: Path(package.__path__[0])
    for package in (pagewitness.archive, pagewitness.config, pagewitness.scraper)
}

# What a module may import of ours, beside `archive.errors` and `archive.model`, which are open to all of archive and
# scraper. A name that ends in a dot stands for all that is below it. Modules that are named by no line are an error:
# whoever adds one says where it belongs.
PURE_ARCHIVE = {
    "archive": "",
    "archive.model": "",
    "archive.errors": "",
    "archive.dates": "",
    "archive.words": "archive.dates",
    "archive.times": "",
    "archive.addresses": "",
    "archive.bodies": "",
    "archive.moments": "",
    "archive.cleaners": "",
    "archive.judge": "archive.times",
    "archive.counters": "",
    "archive.comparison": "archive.counters archive.words",
    "archive.acceptance": "archive.comparison archive.words",
    "archive.doubts": "",
    "archive.editions": "archive.comparison archive.words",
    "archive.diff.": "archive.diff. archive.dates archive.words archive.times",
    "archive.pointing": "",
    "archive.query": "archive.words archive.pointing",
    "archive.fulltext": "archive.words archive.query",
    "archive.snippets": "archive.words archive.query",
    "archive.wordings": "archive.words",
    "archive.gaps": "archive.times",
}
ARCHIVE = {
    "archive.schema": "archive.words",
    "archive.migrations": "archive.schema archive.words",
    "archive.database": "archive.migrations archive.words",
    "archive.evidence": "archive.database archive.bodies archive.addresses archive.times",
    "archive.readings": "archive.database archive.bodies archive.cleaners archive.times archive.words archive.evidence",
    "archive.sources": "archive.database archive.evidence archive.addresses",
    "archive.agenda": "archive.database archive.evidence archive.addresses archive.times",
    "archive.ledger": "archive.database archive.cleaners archive.judge archive.readings archive.words",
    "archive.checkpoints": "archive.database archive.judge archive.ledger",
    "archive.told": "archive.database",
    "archive.masks": "archive.database archive.cleaners archive.words",
    "archive.tallies": "archive.database archive.bodies archive.cleaners archive.words",
    "archive.derivation": (
        "archive.database archive.acceptance archive.checkpoints archive.cleaners archive.comparison archive.doubts "
        "archive.editions "
        "archive.evidence "
        "archive.judge archive.ledger archive.masks archive.readings archive.told"
    ),
    "archive.history": (
        "archive.database archive.cleaners archive.evidence archive.gaps archive.masks archive.readings archive.derivation "
        "archive.words archive.times"
    ),
    "archive.blame": "archive.database archive.diff. archive.history archive.masks",
    "archive.histories": "archive.database",
    "archive.rehearsal": "archive.database archive.cleaners archive.masks",
    "archive.listing": "archive.database archive.history archive.times",
    "archive.selection": "archive.database archive.addresses archive.evidence archive.history archive.times archive.words",
    "archive.tiers": "archive.database archive.fulltext archive.narrowing archive.query",
    "archive.narrowing": "archive.database archive.words",
    "archive.candidates": "archive.database archive.query archive.tiers",
    "archive.ordering": (
        "archive.database archive.candidates archive.fulltext archive.narrowing archive.query archive.tiers"
    ),
    "archive.fits": "archive.database archive.moments archive.narrowing archive.query archive.tiers",
    "archive.hits": (
        "archive.database archive.fits archive.history archive.masks archive.moments archive.query "
        "archive.snippets archive.tiers"
    ),
    "archive.search": (
        "archive.database archive.candidates archive.fits archive.hits archive.narrowing archive.ordering archive.query "
        "archive.tiers"
    ),
    "archive.phrases": (
        "archive.database archive.fits archive.fulltext archive.history archive.masks archive.moments archive.narrowing "
        "archive.query "
        "archive.snippets archive.wordings archive.words"
    ),
    "archive.alerts": (
        "archive.database archive.fits archive.masks archive.narrowing archive.query archive.search archive.times"
    ),
    "archive.warc": "archive.database archive.evidence archive.bodies archive.times archive.addresses",
    "archive.cli.": "archive.",
}
CONFIG = {
    "config": "",
    "config.values": "config",
    "config.places": "",
    "config.countries": "",
    "config.spelling": "",
    "config.rules": "config config.spelling",
    "config.catalogue": "config config.countries config.places config.rules config.spelling config.values",
    "config.settings": "config config.spelling config.values",
}
PURE_SCRAPER = {
    "scraper.clean.": "archive.words archive.cleaners archive.dates archive.diff. scraper.clean. config",
    "scraper.furniture": "archive.addresses archive.words",
    "scraper.guard": "config.values config.settings",
}
SCRAPER = {
    "scraper": "",
    "scraper.coding": "",
    "scraper.watchdog": "",
    "scraper.failures": "scraper.watchdog",
    "scraper.connections": "scraper.guard scraper.watchdog",
    "scraper.session": "scraper.connections scraper.coding scraper.guard scraper.watchdog config.settings",
    "scraper.fetch": "scraper.session scraper.coding scraper.failures scraper.guard scraper.watchdog",
    "scraper.robots": "scraper.fetch archive.times",
    "scraper.explain": "scraper.clean scraper.clean.",
    "scraper.ocr": "scraper.clean.pdf.ocr",
    "scraper.workers": "scraper.clean scraper.clean.pdf scraper.ocr scraper.explain archive.words",
    "scraper.reader": "scraper.furniture scraper.workers scraper.clean archive.",
    "scraper.learning": "scraper.furniture scraper.clean.naming archive.",
    "scraper.visit": "scraper.fetch scraper.robots scraper.reader scraper.workers scraper.clean archive.",
    "scraper.importing": "scraper.reader scraper.workers scraper.clean archive.",
    "scraper.recleaning": "scraper.reader scraper.workers scraper.clean archive.",
    "scraper.schedule": "scraper.visit scraper.fetch scraper.robots scraper.workers scraper.session archive.",
    "scraper.cli.": "scraper. archive. config.",
    "scraper.__main__": "scraper.cli",
    "scraper.demo.": "scraper.demo. archive. scraper.cli",
}
TABLE = PURE_ARCHIVE | ARCHIVE | CONFIG | PURE_SCRAPER | SCRAPER
PURE = PURE_ARCHIVE | PURE_SCRAPER

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
# The guard takes addresses apart as the library that connects does; bodies keeps one compressor for each thread.
EXCEPTED = {("scraper.guard", "urllib3"), ("archive.bodies", "threading")}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
MAY_TELL_THE_TIME = {"archive.times"}  # `now` is the one place where the archive asks the clock


@dataclass(frozen=True)
class Module:
    """A module by its name below `pagewitness`, and its syntax tree."""

    name: str
    tree: ast.Module
    is_package: bool

    def imports(self) -> Iterator[str]:
        """The modules that it imports anywhere, but for those that only a type checker reads."""
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
        found = {name.removeprefix("pagewitness.") for name in self.imports() if name.split(".")[0] == "pagewitness"}
        return found - {self.name, "archive.errors", "archive.model"}


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
            found[name] = Module(name, ast.parse(file.read_text(encoding="utf-8")), file.name == "__init__.py")
    return found


def entry(name: str, table: dict[str, str]) -> str | None:
    """The line of a table that a module stands in, or None."""
    below = [key for key in table if key.endswith(".") and f"{name}.".startswith(key)]
    return name if name in table else max(below, key=len, default=None)


def allows(line: str, name: str) -> bool:
    """Whether a line of the table names a module."""
    return any(name == one or (one.endswith(".") and f"{name}.".startswith(one)) for one in line.split())


NAMES = sorted(modules())


def test_all_modules_are_found() -> None:
    """A table that holds nothing holds nothing up."""
    assert len(NAMES) > 50
    assert {"archive.judge", "config.settings", "scraper.clean.walk", "archive.cli.log", "scraper.cli"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_module_imports_only_what_the_table_allows(name: str) -> None:
    """Packages import downwards only."""
    key = entry(name, TABLE)
    assert key is not None, f"{name} stands in no line of the table: say there what it may import."
    for other in sorted(modules()[name].ours()):
        assert allows(TABLE[key], other), (
            f"{name} imports {other}, but may import only {TABLE[key] or 'nothing of ours'} "
            "(and archive.errors, archive.model): move what it needs down, or hand it in as an argument."
        )


@pytest.mark.parametrize("name", [name for name in NAMES if name.split(".")[0] == "archive"])
def test_the_archive_never_imports_the_scraper_or_the_settings(name: str) -> None:
    """It never goes online, and is told plain values."""
    for other in modules()[name].ours():
        assert other.split(".")[0] == "archive", (
            f"{name} imports {other}: the archive knows neither scraper nor config."
        )


@pytest.mark.parametrize("name", [name for name in NAMES if name.split(".")[0] == "config"])
def test_config_imports_nothing_of_ours(name: str) -> None:
    """But itself."""
    for other in modules()[name].imports():
        ours = other.split(".")[0] == "pagewitness" and not other.startswith("pagewitness.config")
        assert not ours, f"{name} imports {other}: config imports nothing of ours."


@pytest.mark.parametrize("name", [name for name in NAMES if entry(name, PURE) and entry(name, TABLE) in PURE])
def test_a_pure_module_has_no_network_database_or_clock(name: str) -> None:
    """What it needs of them is an argument."""
    for other in modules()[name].imports():
        impure = other.split(".")[0] in IMPURE and (name, other.split(".")[0]) not in EXCEPTED
        assert not impure, f"{name} imports {other}, but is pure: hand in what it needs."
    for node in ast.walk(modules()[name].tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and name not in MAY_TELL_THE_TIME:
            owner = ast.unparse(node.value)
            clock = owner in ("datetime", "date", "time", "times", "datetime.datetime")
            assert not clock, (
                f"{name}, line {node.lineno}, asks the clock ({owner}.{node.attr}), but is pure: hand in the moment."
            )


@pytest.mark.parametrize("name", NAMES)
def test_nobody_catches_every_exception(name: str) -> None:
    """Errors are translated where they arise, and caught by name."""
    for node in ast.walk(modules()[name].tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            everything = caught in ("everything", "Exception", "BaseException")
            assert again or not everything, f"{name}, line {node.lineno}, catches {caught}: name what may go wrong."


@pytest.mark.parametrize("name", NAMES)
def test_the_namespace_is_always_named(name: str) -> None:
    """Bare `archive`, `config` and `scraper` are silently overwritten by other packages of these names."""
    for other in modules()[name].imports():
        assert other.split(".")[0] not in ("archive", "config", "scraper"), (
            f"{name} imports {other}: write pagewitness.{other}."
        )


def test_the_table_names_no_module_that_is_gone() -> None:
    """So that it can be read as what there is."""
    for key in TABLE:
        assert any(entry(name, TABLE) == key for name in NAMES), (
            f"{key} stands in the table, but there is no such module."
        )
