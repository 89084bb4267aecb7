"""The public interface of the archive: what programs may import, and that it does what its docstring shows."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import URL, answer, archive, day, read, reading

import pagewitness.archive as public
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An archive with a page of two revisions."""
    with archive(tmp_path) as db:
        page = evidence.known_page(db, URL)
        for at, text in enumerate(("An attack is unlikely.", "An attack is likely.")):
            capture = evidence.keep(db, Visit(page, "run", day(at)), answer(text))
            assert capture is not None
            read(db, capture, reading([text, "The port was closed for a week in March."], title="Assessment"))
        derivation.derive(db, page, "c1")
        return Path(db.path)


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert sorted(public.__all__) == sorted(public._HOMES) == public.__all__
    for name in public.__all__:
        assert getattr(public, name).__doc__, name


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'ledger'"):
        public.ledger  # noqa: B018


def test_a_program_opens_reads_compares_and_searches(file: Path) -> None:
    """As the docstring shows."""
    with public.open_archive(str(file)) as opened, opened.snapshot():
        page = public.find_page(opened, URL)
        old, new = public.revisions(opened, page)
        change = public.compare(
            *([(one.kind, one.text) for one in public.text_of(opened, each)] for each in (old, new))
        )
        assert [hunk.change for hunk in change.hunks] == ["edited", "same"]
        assert [(hit.url, hit.current) for hit in public.find(opened, "unlikely")] == [(URL, False)]
        assert public.body_of(opened, new.capture_id) == answer("An attack is likely.").body
        assert [one.first_revision for one in public.blame(opened, page, new)] == [2, 1]


def test_the_package_alone_loads_nothing() -> None:
    program = (
        "import sys, pagewitness.archive; print([name for name in sys.modules if name.startswith('pagewitness.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pagewitness.archive']"


def test_a_public_name_has_one_meaning() -> None:
    """No two modules define the same public function or class, except the forms of one thing and each command's own."""
    forms = {"command", "main", "difference", "revision"}
    root = Path(__file__).parent.parent
    places: dict[str, list[str]] = {}
    for file in sorted(file for folder in ("archive", "config", "scraper") for file in (root / folder).rglob("*.py")):
        for one in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef | ast.ClassDef) and not one.name.startswith("_"):
                places.setdefault(one.name, []).append(str(file.relative_to(root)))
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in forms} == {}
