"""`pagewitness search`: what it says where nothing fits, or something is not understood."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from helpers import answer, archive, command, day, environment, lines, pagewitness, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence

PAGES = {
    "https://one.example/a": ["The report describes the year that has passed.", "An attack is likely."],
    "https://one.example/boilerplate": ["The threat level is severe.", "Accept all cookies and go on."],
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page and the boilerplate of its site."""
    folder = tmp_path_factory.mktemp("search")
    with archive(folder) as db:
        for url, text in PAGES.items():
            page = evidence.known_page(db, url)
            capture = evidence.keep(db, Visit(page, "import", day(1)), answer(url, url=url))
            assert capture is not None
            read(db, capture, reading(text, title=url))
            derivation.derive(db, page, "c1")
        db.execute("update pages set kind = 'boilerplate' where url like '%/boilerplate'")
    return folder / "archive.db"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["likely", "--sinse", "2024"], "There is no option --sinse: did you mean --since?"),
        (["--nothing=1", "likely"], "There is no option --nothing"),
        (["likely", "--since", "2027", "--until", "2020"], "--since 2027 is later than --until 2020: exchange them."),
        (["likely", "--lang", "english"], "--lang english is not a language code"),
        (["likely", "-h"], "-h would exclude the word h: use --help for help"),
        (["likely", "--since", "2999"], "--since 2999 is in the future: name a time in the past."),
        (["likely", "--at", "2999-01-01"], "--at 2999-01-01 is in the future"),
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


def test_a_hint_says_that_only_boilerplate_has_the_words(file: Path) -> None:
    """To people; programs get no line."""
    done = pagewitness(file, "search", "threat level")
    assert done.returncode == 0
    assert done.stdout.decode() == (
        "No results for threat level.\nBoilerplate of 1 site contains it: add --kind boilerplate.\n"
    )  # fmt: skip
    assert pagewitness(file, "search", "threat level", "--json").stdout == b""
    assert pagewitness(file, "search", "nowhere").stdout == b"No results for nowhere.\n"


def test_a_hint_lists_the_languages_if_no_text_is_in_the_one_asked_for(file: Path) -> None:
    done = pagewitness(file, "search", "likely", "--lang", "LT")
    assert done.stdout.decode() == "No results for likely.\nNo text is in lt. Languages in the archive: en.\n"
    narrower = pagewitness(file, "search", "likely", "--lang", "en-US").stdout.decode()
    assert narrower == "No results for likely.\nNo text is in en-us. Languages in the archive: en.\n"
    assert done.returncode == 0


def test_what_did_not_stand_all_the_time_between_is_said(tmp_path: Path) -> None:
    """From the first to the last is no claim for the time in which it was gone."""
    texts = [PAGES["https://one.example/a"], ["The report describes the year that has passed.", "Nothing is expected."]]
    with archive(tmp_path) as db:
        page = evidence.known_page(db, "https://one.example/a")
        for at, text in ((1, texts[0]), (100, texts[1]), (200, texts[0])):
            capture = evidence.keep(db, Visit(page, "import", day(at)), answer(str(at), url=page.url))
            assert capture is not None
            read(db, capture, reading(text, title="A"))
            derivation.derive(db, page, "c1")
    said = pagewitness(tmp_path / "archive.db", "search", "attack likely").stdout.decode()
    assert f", but removed by {day(100)[:10]} 00:00 and back {day(200)[:10]} 00:00, not visited since" in " ".join(
        said.split()
    )
    assert "worded so since" not in said
    [hit] = lines(pagewitness(tmp_path / "archive.db", "search", "attack likely", "--json"))
    assert hit["periods"] == [{"since": day(1), "until": day(100)}, {"since": day(200), "until": None}]


def test_where_more_fits_than_is_shown_that_is_said(tmp_path: Path) -> None:
    with archive(tmp_path) as db:
        for name in "abc":
            page = evidence.known_page(db, f"https://one.example/{name}")
            capture = evidence.keep(db, Visit(page, "import", day(1)), answer(name, url=page.url))
            assert capture is not None
            read(db, capture, reading([f"An attack on {name} is likely."], title=name))
            derivation.derive(db, page, "c1")
    more = b"More results: --offset 2 shows the next page, --count the total.\n"
    assert pagewitness(tmp_path / "archive.db", "search", "attack", "--limit", "2").stdout.endswith(more)
    assert more not in pagewitness(tmp_path / "archive.db", "search", "attack", "--limit", "3").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_a_full_disk_is_one_sentence(file: Path) -> None:
    """Where the output goes, not where the archive is."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(file, "search", "likely"), env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == 4
    assert done.stderr.decode().startswith("pagewitness: The output can't be written (No space left on device)")
    assert done.stderr.count(b"\n") == 1
