"""Rules of a source: what they keep, strip and rename of a page, and that changing them reads only its pages again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import SENTENCES, archive, day, environment, html, lines, pagewitness, warc

from pagewitness.archive.model import Source
from pagewitness.archive.store import agenda, evidence, sources
from pagewitness.scraper.clean import clean, cleaner_name, html_name

TITLE = "Assessment of the port"
SHARE, TEASER, CREDIT = (
    "Tell a friend about this assessment today.",
    "Read our other assessment of the railway.",
    "A. Example",
)
PAGE = f"""<!doctype html><html lang="en"><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>
<div class="report css-1a2b3c4d"><p>{SENTENCES[0].format(TITLE)}</p><p>{SENTENCES[1].format(TITLE)}</p>
<div class="note-9f8e7d6c"><p>{SHARE}</p></div>
<div class="photo">{CREDIT}</div></div>
<div class="teaser"><p>{TEASER}</p><p>It has as many sentences as this one, and they are as long.</p></div>
</body></html>""".encode()


def kept(**rules: object) -> list[tuple[str, str]]:
    """The document by some rules: kinds and texts."""
    return [(block.kind, block.text) for block in clean(PAGE, None, None, json.dumps(rules)).document]


def texts(**rules: object) -> list[str]:
    return [text for _, text in kept(**rules)]


def test_what_is_stripped_is_no_document() -> None:
    assert {SHARE, TEASER} <= set(texts())
    assert SHARE not in texts(strip=[".note-9f8e7d6c"])
    assert TEASER in texts(strip=[".note-9f8e7d6c"])


def test_names_that_a_build_made_up_are_found_in_the_next_build_too() -> None:
    assert SHARE not in texts(strip=[".note-00112233"])


def test_what_is_kept_is_all_of_the_document_but_for_what_is_stripped_in_it() -> None:
    found = texts(keep=["div.report"], strip=[".note-9f8e7d6c"])
    assert found == [TITLE, SENTENCES[0].format(TITLE), SENTENCES[1].format(TITLE), CREDIT]
    assert texts(keep=["div.nowhere"]) == texts(), "a selector that fits nothing keeps nothing away"


def test_a_phrase_is_a_whole_block_or_its_beginning() -> None:
    assert SHARE not in texts(phrases=[SHARE.upper()])
    assert SHARE not in texts(phrases=["Tell a friend*"])
    assert SHARE in texts(phrases=["Tell a friend"])


def test_kinds_are_those_that_the_rules_say() -> None:
    assert ("caption", CREDIT) in kept(keep=["div.report"], kinds={"caption": [".photo"]})


def test_each_block_says_which_rule_decided() -> None:
    by = {
        block.text: block.by
        for block in clean(PAGE, None, None, json.dumps({"strip": [".teaser"], "phrases": [SHARE]})).blocks
    }
    assert (by[TEASER], by[SHARE]) == ("rule: strip .teaser", f"rule: phrase {SHARE}")


def test_rules_are_a_part_of_the_cleaners_name() -> None:
    assert cleaner_name("") == cleaner_name()
    assert html_name('{"strip": [".a"]}').startswith(f"{html_name()} rules-")
    assert cleaner_name('{"strip": [".a"]}') != cleaner_name('{"strip": [".b"]}')
    assert clean(PAGE, None, None, '{"strip": [".a"]}').cleaner == html_name('{"strip": [".a"]}')


def test_a_pure_text_and_a_page_without_matches_are_read_as_without_rules() -> None:
    plain = "A heading\n\nA paragraph that is long enough to be one.\n"
    rules = json.dumps({"keep": ["article"], "strip": [".x"]})
    assert clean(plain.encode(), None, None, rules).document == clean(plain.encode(), None, None).document
    assert clean(html(TITLE), None, None, rules).document == clean(html(TITLE), None, None).document


def read(body: str, **rules: object) -> list[str]:
    """The document of a page with this body, without its title."""
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{body}</body></html>"
    return [block.text for block in clean(page.encode(), None, None, json.dumps(rules)).document][1:]


LONG = SENTENCES[0].format(TITLE)


@pytest.mark.parametrize("selector", [".b1a2c3d", "#b1a2c3d", ".x-9f8e7d6c.report", "div.css-1a2b3c4d > p"])
def test_names_are_rewritten_and_nothing_else(selector: str) -> None:
    """A name of nothing but made-up parts is one, too; figures in texts and places stay what they are."""
    body = f'<div class="b1a2c3d css-1a2b3c4d" id="b1a2c3d"><p class="x-9f8e7d6c report">{SHARE}</p></div><p>{LONG}</p>'
    assert read(body, strip=[selector]) == [LONG]
    zero, year = "It has 0 figures in it, and a few words more.", "In 2024 it had some, and a few words more."
    assert read(f"<p>{zero}</p><p>{year}</p><p>{LONG}</p>", strip=['p:contains("2024")']) == [zero, LONG]


def test_text_beside_what_is_kept_is_no_document() -> None:
    body = f"<div>Ask us about it, if you like.<div class=report><p>{LONG}</p></div>And write to us, if you do.</div>"
    assert read(body, keep=[".report"]) == [LONG]


def test_what_is_kept_is_so_though_it_looks_like_a_dialog() -> None:
    body = f'<div class="cookie-notice"><p>We use cookies. {LONG}</p><button>Accept all</button></div>'
    assert not any("cookies" in text for text in read(body))
    assert any("cookies" in text for text in read(body, keep=[".cookie-notice"]))


def test_what_is_stripped_inside_a_block_leaves_the_block_whole() -> None:
    """A reference's mark in a sentence, and a cell of a table."""
    sentence = "<p>The threat is very<sup class=ref>note 7</sup> likely to rise, as we said in March of last year.</p>"
    assert read(sentence, strip=["sup.ref"]) == ["The threat is very likely to rise, as we said in March of last year."]
    row = "<table><tr><td>2023</td><td>47 incidents</td><td class=share>Tweet this row</td></tr></table>"
    assert read(f"<p>{LONG}</p>{row}", keep=["body"], strip=[".share"])[-1] == "2023 | 47 incidents"


def test_a_page_of_which_rules_leave_nothing_is_suspect() -> None:
    page = clean(PAGE, None, None, json.dumps({"strip": ["body"], "phrases": ["Assessment*"]}))
    assert not page.document
    assert page.not_credible


# --- through the command line ----------------------------------------------------------------------------------------

SOURCE = """country = "LT"

[kastovia]
title = "Security Service of Kastovia"
languages = ["en"]

[[kastovia.entries]]
url = "https://service.example/reports/"
verified = true

[kastovia.rules]
ignore = ["v"]
{rules}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The folder of a user's settings, with a source of their own."""
    folder = tmp_path / "config" / "pagewitness" / "sources"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(SOURCE.format(rules=""), encoding="utf-8")
    return folder / "mine.toml"


def test_changing_a_rule_reads_only_its_pages_again(tmp_path: Path, settings: Path) -> None:
    """And the history reads as if the rule had always been there; a dry run says so and writes nothing."""
    env, file = environment(XDG_CONFIG_HOME=str(tmp_path / "config")), tmp_path / "archive.db"
    records = [
        {"url": url, "at": f"2024-0{month}-01T00:00:00Z", "body": PAGE.replace(b"today", word), "id": f"<{url}{month}>"}
        for url in ("https://service.example/reports/port?v=1", "https://other.example/port")
        for month, word in ((1, b"today"), (2, b"tomorrow"))
    ]
    (tmp_path / "some.warc").write_bytes(warc(records))
    assert pagewitness(file, "follow", "kastovia", env=env).returncode == 0
    assert pagewitness(file, "import", str(tmp_path / "some.warc"), env=env).returncode == 0
    assert pagewitness(file, "add", "https://service.example/reports/port?v=2", env=env).returncode == 0
    ours = {page["url"]: page for page in lines(pagewitness(file, "pages", "--json", env=env))}
    port = ours["https://service.example/reports/port?v=2"]
    assert (port["source"], port["revisions"]) == ("kastovia", 2), (
        "v tells no pages apart, and the host's source is known"
    )
    settings.write_text(SOURCE.format(rules='strip = [".note-9f8e7d6c"]'), encoding="utf-8")
    dry = lines(pagewitness(file, "reclean", "--dry-run", "--json", env=env))
    done = lines(pagewitness(file, "reclean", "--json", env=env))
    changed = [(one["url"], one["revisions_before"], one["revisions_after"]) for one in done[:-1] if one["readings"]]
    assert changed == [("https://service.example/reports/port?v=2", 2, 1)]
    assert [one["revisions_after"] for one in dry[:-1]] == [one["revisions_after"] for one in done[:-1]]
    shown = pagewitness(file, "show", "service.example/reports/port", env=env).stdout.decode()
    assert "Tell a friend" not in shown
    assert lines(pagewitness(file, "log", "other.example", "--json", env=env))[-1]["number"] == 2


def test_a_rule_that_is_wrong_is_told_before_anything_is_done(tmp_path: Path, settings: Path) -> None:
    env, file = environment(XDG_CONFIG_HOME=str(tmp_path / "config")), tmp_path / "archive.db"
    settings.write_text(SOURCE.format(rules='strip = ["["]'), encoding="utf-8")
    done = pagewitness(file, "follow", "vsd", env=env)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(
        f"pagewitness: {settings}, line 13: kastovia.rules.strip: '[' is not a supported CSS selector"
    )
    assert not file.exists()


def test_rules_are_tried_on_a_file(tmp_path: Path) -> None:
    rules = 'strip = [".teaser", ".gone"]\nphrases = ["Tell a friend*", "Nobody said this"]'
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "page.html").write_bytes(PAGE)
    arguments = ["clean", str(tmp_path / "page.html"), "--explain", "--rules", str(tmp_path / "rules.toml")]
    done = pagewitness(tmp_path / "none.db", *arguments)
    assert "[rule: strip .teaser]" in done.stdout.decode()
    assert done.stderr.decode().splitlines() == [
        f"The rule '{one}' matches nothing on this page." for one in (".gone", "Nobody said this")
    ]


def test_sources_are_listed_followed_and_unfollowed(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    listed = lines(pagewitness(file, "sources", "--json"))
    assert len(listed) > 40
    assert not file.exists()
    refused = pagewitness(file, "follow", "kapo")
    assert (refused.returncode, "--unverified" in refused.stderr.decode()) == (3, True)
    assert not file.exists()
    assert pagewitness(file, "follow", "vsd", "nsm").returncode == 0
    (vsd,) = lines(pagewitness(file, "sources", "vsd", "--json"))
    assert {entry["url"]: entry["followed"] for entry in vsd["entries"]} == {
        entry["url"]: entry["verified"] for entry in vsd["entries"]
    }
    pages = lines(pagewitness(file, "pages", "--json"))
    assert {page["source"] for page in pages} == {"vsd", "nsm"}
    assert pagewitness(file, "unfollow", "vsd").returncode == 0
    left = [page for page in lines(pagewitness(file, "pages", "--json")) if page["next_visit"]]
    assert {page["source"] for page in left} == {"nsm"}
    assert pagewitness(file, "follow", "vsdd").returncode == 3


def test_follow_says_which_pages_join_a_source(tmp_path: Path, settings: Path) -> None:
    """A dry run says it without writing anything, also where there is no archive yet."""
    env, file = environment(XDG_CONFIG_HOME=str(tmp_path / "config")), tmp_path / "archive.db"
    entry, port, mine = (f"https://service.example/{path}" for path in ("reports/", "port", "mine"))
    told = {
        "source": "kastovia", "interval": 86400.0, "followed": [entry], "again": [], "joined": [], "unverified": [],
        "feeds": [], "editions": [], "obstacles": {}, "dry_run": True,
    }  # fmt: skip
    assert lines(pagewitness(file, "follow", "kastovia", "--dry-run", "--json", env=env)) == [told]
    assert not file.exists()
    assert pagewitness(file, "add", port).returncode == 0  # while nobody knows of the source
    assert pagewitness(file, "add", mine, "--source", "Mine").returncode == 0
    before = pagewitness(file, "pages", "--json", env=env).stdout
    assert lines(pagewitness(file, "follow", "kastovia", "--dry-run", "--json", env=env)) == [told | {"joined": [port]}]
    dry = pagewitness(file, "follow", "kastovia", "--dry-run", env=env).stdout.decode().splitlines()
    assert dry == [
        "kastovia: Security Service of Kastovia",
        "  Would follow, visited every 24 h:",
        f"  {entry}",
        "      landing page",
        "  1 existing page would join this source; its rules would now apply to it.",
        "Dry run: nothing was written.",
    ]
    assert pagewitness(file, "pages", "--json", env=env).stdout == before
    assert lines(pagewitness(file, "follow", "kastovia", "--json", env=env)) == [
        told | {"joined": [port], "dry_run": False}
    ]
    again = pagewitness(file, "follow", "kastovia", env=env).stdout.decode()
    assert again.splitlines()[1:3] == ["  Already followed, due now:", f"  {entry}"]
    assert "join" not in again
    pages = lines(pagewitness(file, "pages", "--json", env=env))
    assert {page["url"]: page["source"] for page in pages} == {entry: "kastovia", port: "kastovia", mine: "Mine"}


def test_a_page_that_is_imported_is_its_hosts_sources(tmp_path: Path) -> None:
    """From its first reading on; one that an older version left without a source joins it with the next command."""
    source = Source("a", "Agency", "LT", rules='{"strip": [".x"]}', hosts=("h.example",))
    with archive(tmp_path) as db:
        sources.know(db, [source])
        page = evidence.known_page(db, "https://h.example/a")
        assert (page.source, page.rules, page.followed) == ("a", source.rules, False)
        db.execute("update pages set source_id = null")
        sources.know(db, [source])
        assert evidence.page(db, page.id).source == "a"


def test_two_sources_of_one_host_are_no_quarrel(tmp_path: Path) -> None:
    """The first has it, however often they are reported."""
    one, other = (Source(name, name, "XX", hosts=hosts, ignored=(what,)) for name, hosts, what in
                  (("a", ("h.example",), "v"), ("b", (), "w")))  # fmt: skip
    with archive(tmp_path) as db:
        page = evidence.known_page(db, "https://h.example/x?v=1&w=2")
        for _ in range(3):
            sources.know(db, [one, other])
            assert evidence.page(db, page.id).key == "//h.example/x?w=2"
        assert evidence.page(db, page.id).source == "a"


def test_pages_that_would_become_one_stay_what_they_are(tmp_path: Path) -> None:
    """Each is found by its own address."""
    with archive(tmp_path) as db:
        pages = [evidence.known_page(db, f"https://h.example/x?v={v}") for v in (1, 2)]
        sources.know(db, [Source("a", "a", "XX", hosts=("h.example",), ignored=("v",))])
        assert [evidence.find_page(db, page.url) for page in pages] == [evidence.page(db, page.id) for page in pages]
        assert evidence.known_page(db, "https://h.example/y?v=1") == evidence.known_page(db, "https://h.example/y?v=2")


def test_pages_join_the_source_of_their_host_and_lose_its_rules_with_it(tmp_path: Path) -> None:
    """But not those that a user gave another source."""
    source = Source("a", "Agency", "XX", rules='{"strip": [".x"]}', hosts=("h.example", "xn--inios-tib.lt"))
    urls = ["https://h.example/a", "https://žinios.lt/b", "https://h.example/c"]
    with archive(tmp_path) as db:
        agenda.follow(db, urls[:1], None, 86400, day(0))
        agenda.follow(db, urls[2:], "Mine", 86400, day(0))
        evidence.known_page(db, urls[1])
        sources.know(db, [source])
        found = [evidence.known_page(db, url) for url in urls]
        assert [(page.source, page.rules) for page in found] == [("a", source.rules)] * 2 + [("Mine", "")]
        sources.know(db, [])
        assert [evidence.known_page(db, url).rules for url in urls] == ["", "", ""]


def test_a_page_that_is_added_is_its_hosts_sources(tmp_path: Path) -> None:
    """Also in an archive that is new."""
    assert pagewitness(tmp_path / "a.db", "add", "https://www.vsd.lt/en/anything").returncode == 0
    (page,) = lines(pagewitness(tmp_path / "a.db", "pages", "--json"))
    assert page["source"] == "vsd"


def test_a_host_with_several_sources_belongs_to_one_and_follow_says_so(tmp_path: Path) -> None:
    """To one of the user's own, else to the first by name."""
    settings = tmp_path / "settings.toml"
    settings.write_text("")
    (tmp_path / "sources").mkdir()
    text = 'country = "INT"\n' + "".join(
        f'[{name}]\n[[{name}.entries]]\nurl = "https://shared.example/{name}"\nverified = true\n' for name in "cab"
    )
    (tmp_path / "sources" / "own.toml").write_text(text)
    on = tmp_path / "archive.db"
    own = ("--settings", str(settings), "follow")
    said = pagewitness(on, *own, "a", "b", "c").stdout.decode()
    sentence = "shared.example belongs to the source a. Other pages that you add there join a, unless you add them with"
    assert [f"{sentence} --source {name}." in " ".join(said.split()) for name in "abc"] == [False, True, True]
    assert pagewitness(on, "--settings", str(settings), "add", "https://shared.example/new").returncode == 0
    rows = lines(pagewitness(on, "pages", "--json"))
    assert {(row["url"][-1], row["source"]) for row in rows} == {("a", "a"), ("b", "b"), ("c", "c"), ("w", "a")}
