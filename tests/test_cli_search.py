"""`pagewitness search`: what it says where nothing fits, or something is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import answer, archive, day, pagewitness, read, reading

from pagewitness.archive import derivation, evidence

PAGES = {
    "https://one.example/a": ["The report describes the year that has passed.", "An attack is likely."],
    "https://one.example/furniture": ["The threat level is severe.", "Accept all cookies and go on."],
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page and the furniture of its site."""
    folder = tmp_path_factory.mktemp("search")
    with archive(folder) as db:
        for url, text in PAGES.items():
            page = evidence.known_page(db, url)
            capture = evidence.keep(db, page, answer(url, url=url), day(1), "import")
            assert capture is not None
            read(db, capture, reading(text, title=url))
            derivation.derive(db, page, "c1")
        db.execute("update pages set kind = 'furniture' where url like '%/furniture'")
    return folder / "archive.db"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["likely", "--sinse", "2024"], "There is no option --sinse: did you mean --since?"),
        (["--nothing=1", "likely"], "There is no option --nothing"),
        (["likely", "--since", "2027", "--until", "2020"], "--since 2027 is later than --until 2020: exchange them."),
        (["likely", "--lang", "english"], "--lang english is no code of a language"),
    ],
)
def test_what_is_not_understood_is_one_sentence(file: Path, arguments: list[str], said: str) -> None:
    """An unknown option is no word of the query."""
    done = pagewitness(file, "search", *arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_an_exclusion_is_no_option(file: Path) -> None:
    assert b"one.example/a" in pagewitness(file, "search", "likely", "-cookies").stdout


def test_where_only_furniture_has_the_words_that_is_told(file: Path) -> None:
    """To people; programs get no line."""
    done = pagewitness(file, "search", "threat level")
    assert done.returncode == 0
    assert done.stdout.decode() == (
        "Nothing fits threat level.\nThe furniture of 1 site has it: --kind furniture.\n"
    )  # fmt: skip
    assert pagewitness(file, "search", "threat level", "--json").stdout == b""
    assert pagewitness(file, "search", "nowhere").stdout == b"Nothing fits nowhere.\n"


def test_where_no_text_is_in_the_language_those_that_there_are_are_told(file: Path) -> None:
    done = pagewitness(file, "search", "likely", "--lang", "LT")
    assert done.stdout.decode() == "Nothing fits likely.\nNo text is in lt; there is text in en.\n"
    assert done.returncode == 0
