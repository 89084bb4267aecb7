"""`pagewitness clean`: what it shows of a file, within which limits, and what it says about everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import environment, pagewitness

from pagewitness.archive.errors import PagewitnessError
from pagewitness.scraper.cli.clean import _body

PAGES = Path(__file__).parents[1] / "pages"
REPORT = str(PAGES / "report-en.html")
TITLE = "Harbour traffic is likely to fall again"
SLOW = b"<h1>Slow</h1>" + b"<p>A <b>word</b> or two</p>" * 100_000


def test_the_document_of_a_file_is_shown(tmp_path: Path) -> None:
    """For people, without an archive and without making one."""
    done = pagewitness(tmp_path / "a.db", "clean", REPORT)
    assert done.returncode == 0
    assert done.stdout.decode().startswith(f"# {TITLE}\n")
    assert b"cookie" not in done.stdout.lower()
    assert not list(tmp_path.iterdir())


def test_a_stream_is_read_from_standard_input(tmp_path: Path) -> None:
    done = pagewitness(tmp_path / "a.db", "clean", "-", "--json", stdin=(PAGES / "scraped-en.plain").read_bytes())
    assert json.loads(done.stdout)["title"] == TITLE


def test_explain_gives_the_reason_of_every_block(tmp_path: Path) -> None:
    """Of those that are kept, and of those that are not."""
    explained = json.loads(pagewitness(tmp_path / "a.db", "clean", "--json", "--explain", REPORT).stdout)
    assert explained["blocks"][0] == {"kind": "h1", "text": TITLE, "by": "title"}
    assert all(block["by"] for block in explained["blocks"])
    assert {"text": "Print", "by": "control: print (en: print)"} in explained["dropped"]
    assert (
        b"- Print  [control: print (en: print)]" in pagewitness(tmp_path / "a.db", "clean", "--explain", REPORT).stdout
    )


def test_a_page_that_takes_too_long_is_one_sentence(tmp_path: Path) -> None:
    """The limits of the settings hold; with exit code 1."""
    file = tmp_path / "slow.html"
    file.write_bytes(SLOW)
    done = pagewitness(tmp_path / "a.db", "clean", str(file), env=environment(PAGEWITNESS_CLEAN_SECONDS="0.5"))
    assert (done.returncode, done.stdout) == (1, b"")
    said = done.stderr.decode()
    assert said.count("\n") == 1
    # On a machine so busy that it gets less than a fifth of a processor, the clock on the wall is first.
    over = ("took more than 0.5 s", "waited more than 2.5 s for the processor")
    assert any(f"{file} can't be read: cleaning {one}; the limits are [clean] seconds" in said for one in over)


def test_a_page_that_is_too_large_is_one_sentence(tmp_path: Path) -> None:
    """A stream without an end is no danger."""
    env = environment(PAGEWITNESS_NETWORK_MAX_BYTES="1000")
    for arguments in ([REPORT], ["/dev/zero"]):
        done = pagewitness(tmp_path / "a.db", "clean", *arguments, env=env)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"larger than 1,000 bytes, the limit in [network] max_bytes" in done.stderr


@pytest.mark.parametrize(
    ("file", "code", "hint"),
    [
        ("https://example.org/page?a=b", 2, "curl -sL 'https://example.org/page?a=b' | pagewitness clean -"),
        ("none.html", 3, "The file none.html does not exist"),
        (".", 3, "Is a directory"),
        ("a\0b", 3, "path of a saved page"),
    ],
)
def test_what_is_no_file_is_one_sentence(file: str, code: int, hint: str) -> None:
    """For an address, the message says what to do."""
    with pytest.raises(PagewitnessError) as caught:
        _body(file, 1000)
    assert caught.value.exit_code == code
    assert hint in str(caught.value)
