"""A file of sources: all that it can say, and what is said about a file that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pagewitness.config import ConfigError, countries
from pagewitness.config.publishers import Obstacle, Role, Series
from pagewitness.config.rules import Rules
from pagewitness.config.source_files import read_rules, read_sources
from pagewitness.config.toml_lines import line_of

GOOD = """
country = "LT"

[vsd]
title = "State Security Department"
names = ["AOTD"]
languages = ["lt", "en"]
every = "12h"

[[vsd.entries]]
url = "https://www.vsd.lt/en/reports/summary/"
verified = true

[[vsd.entries]]
url = "https://archive.vsd.lt/{year}/"
role = "edition"
language = "en"
year = 2026
obstacle = "abroad"
note = "one a year"

[[vsd.series]]
title = {en = "Threat Assessment"}
months = [2, 3]
note = "PDF"

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


def test_a_file_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    (source,) = read_sources(write(tmp_path, GOOD))
    assert (source.name, source.country, source.languages, source.every) == ("vsd", "LT", ("lt", "en"), 43200.0)
    assert (source.title, source.names, source.shared) == ("State Security Department", ("AOTD",), ())
    assert source.series == (Series({"en": "Threat Assessment"}, (2, 3), "PDF"),)
    summary, archive = source.entries
    assert (summary.role, summary.language, summary.verified, summary.obstacle) == (Role.LANDING, "", True, None)
    assert (archive.role, archive.language, archive.verified) == (Role.EDITION, "en", False)
    assert (archive.obstacle, archive.note, archive.year) == (Obstacle.ABROAD, "one a year", 2026)
    assert archive.newest == "https://archive.vsd.lt/2026/"
    assert source.pages == (summary,)
    assert source.rules == Rules(
        ("article.report",), (".share", "#related > ul"), ("Download the report*",), {"caption": (".photo-credit",)},
        ("v",),
    )  # fmt: skip


def test_rules_that_alter_no_text_are_no_part_of_the_cleaners_name() -> None:
    assert Rules(ignore=("v",)).of_cleaning == ""
    assert Rules(strip=(".a",)).of_cleaning == '{"strip": [".a"]}'


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
        ("languages", "langauges", "line 7: vsd.langauges: a source has no key 'langauges'; did you mean 'languages'?"),
        ('["lt", "en"]', '["Lithuanian"]', "line 7: vsd.languages: 'Lithuanian' is not an ISO 639 language code"),
        ('"12h"', '"often"', "line 8: vsd.every: every = 'often' is not a duration"),
        ('"12h"', '"0"', "line 8: vsd.every: every = '0' is too short: from 1m to 366d."),
        ('"12h"', "0", "line 8: vsd.every: every = 0 is too short: from 1m to 366d."),
        ('"12h"', "59.9", "line 8: vsd.every: every = 59.9 is too short"),
        ('"12h"', '"-1h"', "line 8: vsd.every: every = '-1h' is not a duration"),
        ('"12h"', "-3600", "line 8: vsd.every: every = -3600 is not a duration"),
        ('"12h"', "inf", "line 8: vsd.every: every = inf is not a duration"),
        ('"12h"', "true", "line 8: vsd.every: every = True is not a duration"),
        ('"12h"', '"367d"', "line 8: vsd.every: every = '367d' is too long: from 1m to 366d."),
        ('"12h"', f'"{"9" * 400}d"', "is too long: from 1m to 366d."),
        (
            "https://www.vsd.lt/en/reports/summary/",
            "www.vsd.lt",
            "line 11: vsd.entries.url: 'www.vsd.lt' is not an http",
        ),
        (
            "https://www.vsd.lt/en/reports/summary/",
            "http://[bad/",
            "line 11: vsd.entries.url: 'http://[bad/' is not an http",
        ),
        ("https://www.vsd.lt/", "http://a.example:99999/", "line 11: vsd.entries.url: 'http://a.example:99999/en"),
        ("https://www.vsd.lt/", "https://me:secret@vsd.lt/", "line 11: vsd.entries.url: an address with a user name"),
        ("verified = true", 'verified = "yes"', "line 12: vsd.entries.verified: verified = 'yes' is neither"),
        ('".share"', '"..share"', "line 29: vsd.rules.strip: '..share' is not a supported CSS selector"),
        (
            '".share"',
            '"svg|a"',
            "line 29: vsd.rules.strip: 'svg|a' is not a supported CSS selector (Undefined namespace",
        ),
        ('".share"', f'"{":not(" * 3000}a"', "letters: use fewer names"),
        ('"Download the report*"', '"*"', "line 30: vsd.rules.phrases: '*' is not a phrase"),
        ("strip =", "strips =", "line 29: vsd.rules.strips: rules have no key 'strips'; did you mean 'strip'?"),
        ("caption =", "captions =", "line 31: vsd.rules.kinds.captions: 'captions' is not a kind of line"),
        ("[vsd]", "[VSD]", "line 4: VSD: a source's name consists of small letters"),
        ("[vsd.rules]", "[[vsd.rules]]", "line 27: vsd.rules: 'rules' is a table"),
        ('ignore = ["v"]', 'ignore = "v"', "line 32: vsd.rules.ignore: 'ignore' is not a list of texts"),
        ('["AOTD"]', '["…"]', "line 6: vsd.names: '…' has no letter or digit to find it by"),
        ('"edition"', '"editon"', "line 16: vsd.entries.role: role = 'editon' can't be used; did you mean 'edition'?"),
        ('"edition"', "[]", "line 16: vsd.entries.role: role = [] can't be used; there are 'landing', 'series',"),
        ('role = "edition"', "", 'vsd.entries.url: an address with {year} needs role = "edition".'),
        ("year = 2026", "", "vsd.entries.year: an address with {year} needs the newest year that is known"),
        ("2026", "26", "line 18: vsd.entries.year: an address with {year} needs the newest year that is known"),
        ("{year}", "2026", "line 18: vsd.entries.year: a year is for an address with {year} in it."),
        ("year = 2026", "year = 2026\nverified = true", "line 19: vsd.entries.verified: an edition is never followed"),
        ('language = "en"', 'language = "English"', "line 17: vsd.entries.language: 'English' is not an ISO 639"),
        (
            '"abroad"',
            '"abrod"',
            "line 19: vsd.entries.obstacle: obstacle = 'abrod' can't be used; did you mean 'abroad'?",
        ),
        ('{en = "Threat Assessment"}', '"Threat Assessment"', "line 23: vsd.series.title: a series needs titles by"),
        ("{en =", "{english =", "line 23: vsd.series.title: 'english' is not an ISO 639 language code"),
        ("[2, 3]", "[2, 13]", "line 24: vsd.series.months: months = [2, 13] is not a list of numbers from 1 to 12"),
        ("[2, 3]", '["March"]', "line 24: vsd.series.months: months = ['March'] is not a list of numbers"),
        ("months =", "month =", "line 24: vsd.series.month: a series has no key 'month'; did you mean 'months'?"),
        ("[[vsd.series]]", "[vsd.series]", "line 22: vsd.series: write [[vsd.series]] for each report"),
        ('every = "12h"', 'quiet = "at night"', "line 8: vsd.quiet: quiet = 'at night' is not the hours of a day"),
        ('every = "12h"', 'timezone = "LT"', "line 8: vsd.timezone: timezone = 'LT' is not a time zone such as"),
        ('every = "12h"', 'country = "UK"', "line 8: vsd.country: a country is two capital letters as in ISO"),
        ('every = "12h"', 'shared = ["a.lt"]', "line 8: vsd.shared: 'a.lt' is the host of no entry; there are"),
        ('country = "LT"', "country = LT", "own.toml is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as told:
        read_sources(file)
    assert said in str(told.value)
    assert str(file) in str(told.value)
    assert str(told.value)[-1] in ".?"
    assert "?." not in str(told.value)


@pytest.mark.parametrize("every", ["1m", "366d", "60", "90s", 86400])
def test_an_interval_that_makes_sense_is_taken(tmp_path: Path, every: object) -> None:
    (source,) = read_sources(write(tmp_path, GOOD.replace('"12h"', repr(every).replace("'", '"'))))
    assert source.every
    assert 60 <= source.every <= 366 * 86400


def test_a_source_may_have_quiet_hours_of_its_own(tmp_path: Path) -> None:
    """Or none where the settings have some, which is something else than saying nothing."""
    (source,) = read_sources(
        write(tmp_path, GOOD.replace('every = "12h"', 'quiet = "08:00-18:00"\ntimezone = "Asia/Tokyo"'))
    )
    assert (source.quiet, source.timezone) == ("08:00-18:00", "Asia/Tokyo")
    (source,) = read_sources(write(tmp_path, GOOD.replace('every = "12h"', 'quiet = ""')))
    assert (source.quiet, source.timezone) == ("", "")
    assert read_sources(write(tmp_path, GOOD))[0].quiet is None


@pytest.mark.parametrize("country", ["LT", "ZW", "EU", "INT", "XK"])
def test_countries_are_those_of_iso_3166_and_three_more(tmp_path: Path, country: str) -> None:
    (source,) = read_sources(write(tmp_path, GOOD.replace('"LT"', f'"{country}"')))
    assert source.country == country
    assert len(countries.CODES) == 249 + 3


def test_a_source_may_have_a_country_of_its_own(tmp_path: Path) -> None:
    """In a file of publishers from several."""
    (source,) = read_sources(write(tmp_path, GOOD.replace('every = "12h"', 'country = "EE"')))
    assert source.country == "EE"


def test_rules_alone_are_read_to_be_tried(tmp_path: Path) -> None:
    assert read_rules(write(tmp_path, 'strip = [".a"]')).strip == (".a",)
    assert read_rules(write(tmp_path, '[rules]\nstrip = [".a"]')).strip == (".a",)
    with pytest.raises(ConfigError, match=r"own\.toml, line 2: '\[' is not a supported CSS selector"):
        read_rules(write(tmp_path, '[rules]\nstrip = ["["]'))


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


DOCS = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_documented_file_can_be_read(tmp_path: Path) -> None:
    """And the documentation names each role and obstacle."""
    text = DOCS.read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml kastovia\.toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (source,) = read_sources(write(tmp_path, example))
    assert (source.name, len(source.entries), source.shared) == ("kastovia", 2, ("www.gov.example",))
    assert [word for word in (*Role, *Obstacle) if f"| `{word}` |" not in text] == []
