"""The catalogue of publishers: what it holds, how a user's own files join it, and what is said about a file that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pagewitness.config import ConfigError, catalogue, countries
from pagewitness.config.rules import Rules
from pagewitness.config.toml_lines import line_of

GOOD = """
country = "LT"

[vsd]
title = "State Security Department"
languages = ["lt", "en"]
every = "12h"

[[vsd.entries]]
url = "https://www.vsd.lt/en/reports/summary/"
verified = true

[[vsd.entries]]
url = "https://archive.vsd.lt/"

[vsd.rules]
keep = ["article.report"]
strip = [".share", "#related > ul"]
phrases = ["Download the report*"]
kinds = {caption = [".photo-credit"]}
ignore = ["v"]
"""


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_catalogue_is_whole_and_says_what_nobody_has_seen() -> None:
    """Every source can be followed, or says by itself that it can't be without asking for what is unverified."""
    sources = catalogue.load_catalogue()
    assert len(sources) > 40
    assert {"vsd", "kapo", "supo", "odni", "mi5", "enisa", "dsa"} <= sources.keys()
    assert list(sources) == sorted(sources, key=lambda name: (sources[name].country, name))
    assert all(source.title and source.languages and source.entries for source in sources.values())
    assert any(not entry.verified for source in sources.values() for entry in source.entries)


def test_a_file_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    (source,) = catalogue.read_sources(write(tmp_path, GOOD))
    assert (source.name, source.country, source.languages, source.every) == ("vsd", "LT", ("lt", "en"), 43200.0)
    assert [entry.verified for entry in source.entries] == [True, False]
    assert source.rules == Rules(
        ("article.report",), (".share", "#related > ul"), ("Download the report*",), {"caption": (".photo-credit",)},
        ("v",),
    )  # fmt: skip


def test_rules_that_alter_no_text_are_no_part_of_the_cleaners_name() -> None:
    assert Rules(ignore=("v",)).of_cleaning == ""
    assert Rules(strip=(".a",)).of_cleaning == '{"strip": [".a"]}'


def test_a_users_source_takes_the_place_of_ours(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert catalogue.load_catalogue(tmp_path)["vsd"].title == "State Security Department"
    assert catalogue.load_catalogue()["vsd"].title != "State Security Department"
    assert catalogue.load_catalogue(tmp_path / "missing").keys() == catalogue.load_catalogue().keys()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('country = "LT"', 'country = "Lithuania"', "line 2: country: the file must begin with a country"),
        (
            'country = "LT"',
            'country = "XX"',
            "line 2: country: the file must begin with a country: two capital letters as in ISO",
        ),
        ('country = "LT"', 'country = "XX"', "; 'XX' is not one."),
        ('country = "LT"', 'country = "UK"', "'UK' is not one: did you mean 'GB'?"),
        ('country = "LT"', 'country = "lt"', "'lt' is not one: did you mean 'LT'?"),
        ('country = "LT"', "country = 7", "line 2: country: the file must begin with a country"),
        ("languages", "langauges", "line 6: vsd.langauges: a source has no key 'langauges'; did you mean 'languages'?"),
        ('["lt", "en"]', '["Lithuanian"]', "line 6: vsd.languages: 'Lithuanian' is not an ISO 639 language code"),
        ('"12h"', '"often"', "line 7: vsd.every: every = 'often' is not a duration"),
        ('"12h"', '"0"', "line 7: vsd.every: every = '0' is too short: from 1m to 366d."),
        ('"12h"', "0", "line 7: vsd.every: every = 0 is too short: from 1m to 366d."),
        ('"12h"', "59.9", "line 7: vsd.every: every = 59.9 is too short"),
        ('"12h"', '"-1h"', "line 7: vsd.every: every = '-1h' is not a duration"),
        ('"12h"', "-3600", "line 7: vsd.every: every = -3600 is not a duration"),
        ('"12h"', "inf", "line 7: vsd.every: every = inf is not a duration"),
        ('"12h"', "true", "line 7: vsd.every: every = True is not a duration"),
        ('"12h"', '"367d"', "line 7: vsd.every: every = '367d' is too long: from 1m to 366d."),
        ('"12h"', f'"{"9" * 400}d"', "is too long: from 1m to 366d."),
        (
            "https://www.vsd.lt/en/reports/summary/",
            "www.vsd.lt",
            "line 10: vsd.entries.url: 'www.vsd.lt' is not an http",
        ),
        (
            "https://www.vsd.lt/en/reports/summary/",
            "http://[bad/",
            "line 10: vsd.entries.url: 'http://[bad/' is not an http",
        ),
        ("https://www.vsd.lt/", "http://a.example:99999/", "line 10: vsd.entries.url: 'http://a.example:99999/en"),
        ("https://www.vsd.lt/", "https://me:secret@vsd.lt/", "line 10: vsd.entries.url: an address with a user name"),
        ("verified = true", 'verified = "yes"', "line 11: vsd.entries.verified: verified = 'yes' is neither"),
        ('".share"', '"..share"', "line 18: vsd.rules.strip: '..share' is not a supported CSS selector"),
        (
            '".share"',
            '"svg|a"',
            "line 18: vsd.rules.strip: 'svg|a' is not a supported CSS selector (Undefined namespace",
        ),
        ('".share"', f'"{":not(" * 3000}a"', "letters: use fewer names"),
        ('"Download the report*"', '"*"', "line 19: vsd.rules.phrases: '*' is not a phrase"),
        ("strip =", "strips =", "line 18: vsd.rules.strips: rules have no key 'strips'; did you mean 'strip'?"),
        ("caption =", "captions =", "line 20: vsd.rules.kinds.captions: 'captions' is not a kind of line"),
        ("[vsd]", "[VSD]", "line 4: VSD: a source's name consists of small letters"),
        ("[vsd.rules]", "[[vsd.rules]]", "line 16: vsd.rules: 'rules' is a table"),
        ('ignore = ["v"]', 'ignore = "v"', "line 21: vsd.rules.ignore: 'ignore' is not a list of texts"),
        ('country = "LT"', "country = LT", "own.toml is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as told:
        catalogue.read_sources(file)
    assert said in str(told.value)
    assert str(file) in str(told.value)
    assert str(told.value)[-1] in ".?"
    assert "?." not in str(told.value)


@pytest.mark.parametrize("every", ["1m", "366d", "60", "90s", 86400])
def test_an_interval_that_makes_sense_is_taken(tmp_path: Path, every: object) -> None:
    (source,) = catalogue.read_sources(write(tmp_path, GOOD.replace('"12h"', repr(every).replace("'", '"'))))
    assert source.every
    assert 60 <= source.every <= 366 * 86400


@pytest.mark.parametrize("country", ["LT", "ZW", "EU", "INT", "XK"])
def test_countries_are_those_of_iso_3166_and_three_more(tmp_path: Path, country: str) -> None:
    (source,) = catalogue.read_sources(write(tmp_path, GOOD.replace('"LT"', f'"{country}"')))
    assert source.country == country
    assert len(countries.CODES) == 249 + 3


def test_one_name_stands_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.toml")
    write(tmp_path, GOOD, "b.toml")
    with pytest.raises(ConfigError, match=r"b\.toml: the source 'vsd' is already defined in .*a\.toml"):
        catalogue.load_catalogue(tmp_path)


def test_sources_are_found_by_words_and_by_name() -> None:
    sources = catalogue.load_catalogue()
    assert [one.name for one in catalogue.matching(sources.values(), "finland")] == ["supo"]
    assert [one.name for one in catalogue.matching(sources.values(), "SECURITY Lithuania")] == ["vsd"]
    assert catalogue.matching(sources.values(), "no such words at all") == []
    assert catalogue.source_named(sources, "VSD ").name == "vsd"
    with pytest.raises(ConfigError, match="no source 'vsdd'; did you mean 'vsd'"):
        catalogue.source_named(sources, "vsdd")


def test_rules_alone_are_read_to_be_tried(tmp_path: Path) -> None:
    assert catalogue.read_rules(write(tmp_path, 'strip = [".a"]')).strip == (".a",)
    assert catalogue.read_rules(write(tmp_path, '[rules]\nstrip = [".a"]')).strip == (".a",)
    with pytest.raises(ConfigError, match=r"own\.toml, line 2: '\[' is not a supported CSS selector"):
        catalogue.read_rules(write(tmp_path, '[rules]\nstrip = ["["]'))


@pytest.mark.parametrize(
    ("path", "line"), [(("a",), 1), (("a", "b"), 2), (("a", "c", 0, "d"), 4), (("a", "c", 1, "d"), 6), (("x",), 1)]
)
def test_the_line_of_a_key_is_found(path: tuple[str | int, ...], line: int) -> None:
    assert line_of('[a]\nb = 1\n[[a.c]]\nd = 2\n[[a.c]]\n"d" = 3\n', path) == line


@pytest.mark.parametrize("marks", ['"""', "'''"])
def test_lines_inside_a_text_of_several_lines_are_neither_keys_nor_tables(marks: str) -> None:
    """Whatever they look like; comments and short strings with such marks begin none."""
    text = f"[a]\n# {marks}\nb = \"'''\" # {marks}\nnote = {marks}\nevery = 1\n[b]\n\"{marks}\nevery = 3\n[b]\nc = 4\n"
    assert line_of(text, ("a", "every")) == 8
    assert line_of(text, ("b",)) == 9
    assert line_of(text, ("b", "c")) == 10
