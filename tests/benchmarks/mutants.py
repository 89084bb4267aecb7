"""How many small faults the tests of a room notice.

    python tests/benchmarks/mutants.py archive/fold archive/search [--sample 60] [--seed 1] [--jobs 2] [--seconds 120]

Each mutant is one module with one fault: a comparison that is another one, `and` for `or`, a number or a truth value that
is another. A random sample of them is tried, each in a copy of the packages that the tests find in place of the installed
ones. Those tests are run that import the module, or, where none does, that import a module which imports it; a mutant is
killed when one fails, and also when they take too long, which is printed, as a slow machine does that, too. What survives
is printed with its place: a line that no test asks for.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue

HERE = Path(__file__).resolve().parents[2]
PACKAGES = ("archive", "config", "scraper")
OTHERS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip

# The copy of the packages takes the place of those that are installed, also in processes that tests start.
REDIRECT = """import sys
for name, module in list(sys.modules.items()):
    if name.startswith("__editable___pagewitness"):
        module.MAPPING.update({f"pagewitness.{one}": f"FOLDER/{one}" for one in ("archive", "config", "scraper")})
"""


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        file: of the module, from the top folder.
        at: which of the module's places it is at, in order.
        line: where that is.
        says: what is there, and what instead.
    """

    file: str
    at: int
    line: int
    says: str


class _Places(ast.NodeTransformer):
    """Goes over all places of a module where a fault can be made, and makes one, or none."""

    def __init__(self, chosen: int | None = None) -> None:
        self.chosen, self.found = chosen, list[tuple[int, str]]()

    def _change(self, node: ast.AST, other: ast.AST) -> ast.AST:
        self.found.append((getattr(node, "lineno", 0), f"{ast.unparse(node)}  ->  {ast.unparse(other)}"))
        return ast.copy_location(other, node) if len(self.found) - 1 == self.chosen else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        other = copy.deepcopy(node)
        other.ops[0] = OTHERS[type(node.ops[0])]()
        return self._change(node, other)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        return self._change(node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            return self._change(node, ast.Constant(not node.value))
        if isinstance(node.value, int | float):
            return self._change(
                node, ast.Constant(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 1.0)
            )
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.value = self.visit(node.value) if node.value else None  # a type is no place
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(one) for one in node.body]  # nor is how a dataclass is made
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.args.defaults = [self.visit(one) for one in node.args.defaults]
        node.args.kw_defaults = [self.visit(one) if one else None for one in node.args.kw_defaults]
        node.body = [self.visit(one) for one in node.body]  # nor what a cache holds
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = ast.unparse(node.func)
        return node if name in ("lru_cache", "zip") else self.generic_visit(node)


def mutants(room: str) -> Iterator[Mutant]:
    """All that can be made of the modules of a folder, or of one module."""
    path = HERE / room
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        places = _Places()
        places.visit(ast.parse(file.read_text("utf-8")))
        yield from (Mutant(str(file.relative_to(HERE)), at, line, says) for at, (line, says) in enumerate(places.found))


def mutated(mutant: Mutant) -> str:
    """The source of the module with the fault."""
    tree = _Places(mutant.at).visit(ast.parse((HERE / mutant.file).read_text("utf-8")))
    return ast.unparse(ast.fix_missing_locations(tree))


@cache
def imports(file: Path) -> frozenset[str]:
    """The modules of ours that a file imports."""
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pagewitness"):
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return frozenset(found)


def own_tests(file: str) -> list[str]:
    """The test files that import a module, itself or by way of another."""
    name = "pagewitness." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    sources = [one for package in PACKAGES for one in (HERE / package).rglob("*.py")]
    names = {name}
    while True:
        tests = [one for one in sorted((HERE / "tests").rglob("test_*.py")) if names & imports(one)]
        if tests:
            last = name.rpartition(".")[2]
            tests.sort(key=lambda one: (last not in one.stem, one.stat().st_size))
            return [str(one.relative_to(HERE)) for one in tests]
        wider = names | {_name(one) for one in sources if names & imports(one)}
        if wider == names:
            return []
        names = wider


def _name(file: Path) -> str:
    parts = file.relative_to(HERE).with_suffix("").parts
    return ".".join(["pagewitness", *parts]).removesuffix(".__init__")


def run(folder: Path, tests: list[str], seconds: float) -> str:
    """What becomes of the mutant in a folder: `SURVIVES` when the tests pass, `killed`, or `too long`."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return "too long"
    return "killed" if done.returncode else "SURVIVES"


def new_copy(above: Path, number: int) -> Path:
    """A copy of the packages that tests find in place of the installed ones."""
    folder = above / str(number)
    for package in PACKAGES:
        shutil.copytree(HERE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "sitecustomize.py").write_text(REDIRECT.replace("FOLDER", str(folder)), "utf-8")
    return folder


def try_out(mutant: Mutant, folders: SimpleQueue[Path], seconds: float) -> str:
    """What becomes of a mutant (`run`)."""
    folder = folders.get()
    try:
        (folder / mutant.file).write_text(mutated(mutant), "utf-8")
        return run(folder, own_tests(mutant.file), seconds)
    finally:
        shutil.copy(HERE / mutant.file, folder / mutant.file)
        folders.put(folder)


def main() -> None:
    """Make them, try them, print what survives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="+", help="folders or modules, such as archive/fold")
    parser.add_argument("--sample", type=int, default=60, help="mutants of all rooms together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=120, help="for the tests of one mutant")
    arguments = parser.parse_args()
    every = [mutant for room in arguments.rooms for mutant in mutants(room)]
    sample = random.Random(arguments.seed).sample(every, min(arguments.sample, len(every)))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as above, ThreadPoolExecutor(arguments.jobs) as pool:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(arguments.jobs):
            folders.put(new_copy(Path(above), number))
        outcomes = pool.map(lambda mutant: try_out(mutant, folders, arguments.seconds), sample)
        counted = Counter[str]()
        for count, (mutant, state) in enumerate(zip(sample, outcomes, strict=True), 1):
            counted[state] += 1
            print(f"{count:4} {state:8} {mutant.file}:{mutant.line}  {mutant.says}", flush=True)
    killed = len(sample) - counted["SURVIVES"]
    print(
        f"{killed} of {len(sample)} killed ({killed / len(sample):.0%}), {counted['too long']} of them by taking too long; "
        f"{len(every)} could be made; {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
