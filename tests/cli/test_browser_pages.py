"""Pages that a browser is to show, on the command line: how they are chosen, and what is said where there is no browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, answer, day, environment, html, pagewitness, read, reading
from loopback import Loopback, Reply

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Rendering, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import open_archive
from pagewitness.config import ConfigError
from pagewitness.config.publishers import Fetch
from pagewitness.config.source_files import read_sources


def said(file: Path, *arguments: str, code: int = 0, **settings: str) -> str:
    """What a command prints, on both of its streams."""
    done = pagewitness(file, *arguments, env=environment(**settings))
    assert done.returncode == code, done
    return (done.stdout + done.stderr).decode()


def test_without_a_browser_its_pages_fail_with_the_remedy_and_others_are_visited(tmp_path: Path) -> None:
    file, missing = tmp_path / "a.db", tmp_path / "chrome"
    with Loopback({path: Reply(body=html(path), headers=HTML) for path in ("/app", "/page")}) as site:
        said(file, "add", site.url("/page"))
        said(file, "add", "--browser", site.url("/app"))
        run = said(file, "run", code=1, PAGEWITNESS_BROWSER_PATH=str(missing))
        assert "/app" not in site.paths
        again = said(file, "add", "--no-browser", site.url("/app"))
        assert f"Already followed, due now: {site.url('/app')} (without a browser from now on)" in again
        said(file, "run", PAGEWITNESS_BROWSER_PATH=str(missing))
    remedy = "apt-get install chromium, or set [browser] path"
    lacking = f"reading this page needs Chromium, and [browser] path = '{missing}' is no program: {remedy}"
    assert f"{site.url('/app')}: {lacking}" in run
    assert f"{site.url('/page')}: revision 1" in run


def test_show_gives_what_was_sent_what_the_browser_made_and_its_picture(tmp_path: Path) -> None:
    file, dom = tmp_path / "a.db", html("App")
    with open_archive(str(file), create=True) as db:
        page = evidence.known_page(db, "https://example.org/app")
        made = replace(answer("<div id=root>"), rendering=Rendering(dom, b"PNG", "{}"))
        capture = evidence.keep(db, Visit(page, "run", day(1)), made)
        assert capture is not None
        read(db, capture, reading(SENTENCES))
        derivation.derive(db, page, "c1")
    picture = tmp_path / "app.png"
    assert said(file, "show", "app", "--raw") == "<div id=root>"
    assert said(file, "show", "app@1", "--rendered") == dom.decode()
    assert said(file, "show", "app", "--picture", "-") == "PNG"
    assert said(file, "show", "app", "--picture", str(picture)) == f"Wrote {picture}.\n"
    assert picture.read_bytes() == b"PNG"
    refused = said(file, "show", "app", "--picture", str(tmp_path), code=2)
    assert f"{tmp_path} can't be written: Is a directory; name another file" in refused
    assert "--raw and --rendered exclude each other" in said(file, "show", "app", "--rendered", "--raw", code=2)


def test_a_source_in_a_browser_is_shown_as_such_and_its_pages_are(tmp_path: Path) -> None:
    own = tmp_path / "pagewitness" / "sources" / "own.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        'country = "LT"\n[kss]\nfetch = "browser"\n[[kss.entries]]\nurl = "https://kss.example/"\nverified = true\n'
    )
    file = tmp_path / "a.db"
    assert "visited every 24 h (your setting), in a browser" in said(
        file, "sources", "kss", XDG_CONFIG_HOME=str(tmp_path)
    )
    said(file, "follow", "kss", XDG_CONFIG_HOME=str(tmp_path))
    with open_archive(str(file)) as db:
        page = evidence.find_page(db, "https://kss.example/")
        assert page is not None
        assert page.browser


def test_a_source_says_how_its_pages_are_fetched(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = 'country = "LT"\n[kss]\nfetch = "{}"\n[[kss.entries]]\nurl = "https://kss.example/"\n'
    for word in Fetch:
        file.write_text(text.format(word))
        assert [source.fetch for source in read_sources(file)] == [word]
    file.write_text(text.format("browsr"))
    with pytest.raises(
        ConfigError, match=r"line 3: kss\.fetch: fetch = 'browsr' can't be used; did you mean 'browser'\?"
    ):
        read_sources(file)
