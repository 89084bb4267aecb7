"""Whatever the bytes: a reading or a CleanError, within 10 s and 500 MB, and always the same."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from bounded import Measured, is_possible, measured
from hostile_pages import MADE, PAGES, SENTENCE, made, mutated
from hypothesis import given, settings
from hypothesis import strategies as st

from pagewitness.archive.derived import Reading
from pagewitness.archive.errors import CleanError
from pagewitness.scraper.clean import clean, clean_text
from pagewitness.scraper.clean.blocks.unnest import can_be_unnested, unnested

CASES = sorted([*PAGES.glob("*.html"), *PAGES.glob("*.plain")])
# Each of these once took more than it may, or raised something else; `benchmarks/hostile.py` measures all that are made.
ONCE_FATAL = [
    "custom-x 20000 deep", "svg 20000 deep", "200k br", "1M empty i", "accepts in a tree", "accepts among empty ones",
    "8 MB in 29k paragraphs", "an attribute of 5 MB", "linked data of odd types", "combining marks", "combining marks as references",
]  # fmt: skip
LOSE_NOTHING = ["custom-x 20000 deep", "svg 20000 deep", "200k br"]
TAGS = st.sampled_from([
    "div", "p", "b", "a href=/x", "table", "tr", "td", "ul", "li", "h1", "main", "article", "button", "span hidden",
    "div class=cookie-banner", "div role=dialog", "template", "noscript", "iframe", "svg", "math", "select", "option",
    "script type=application/ld+json", "style", "title", "i class=icon aria-hidden=true", "br", "frameset", "form", "pre",
])  # fmt: skip
WORDS = st.sampled_from(
    [SENTENCE, "Accept all", "We use cookies.", "Print", "&amp;", "&#0;", "<", "]]>", "{}", "\u0301", "OK"]
)
NODES = st.recursive(
    WORDS, lambda inner: st.builds(lambda tag, parts, end: f"<{tag}>{''.join(parts)}" + f"</{tag.split()[0]}>" * end,
                                   TAGS, st.lists(inner, max_size=6), st.booleans()), max_leaves=40,
)  # fmt: skip


@pytest.fixture(scope="module")
def taken() -> dict[str, Measured]:
    return {one.name: one for one in measured((name, made, (name,)) for name in ONCE_FATAL)}


needs_linux = pytest.mark.skipif(not is_possible(), reason="the peak of memory is read from /proc")


@needs_linux
@pytest.mark.parametrize("name", ONCE_FATAL)
def test_a_hostile_page_is_bounded(name: str, taken: dict[str, Measured]) -> None:
    assert taken[name].is_bounded, taken[name]


@needs_linux
@pytest.mark.parametrize("name", LOSE_NOTHING)
def test_nesting_and_number_lose_no_text(name: str, taken: dict[str, Measured]) -> None:
    assert SENTENCE.strip() in taken[name].text


def test_what_is_too_large_is_refused_in_a_clause() -> None:
    for name in ("1M empty i", "17 MB"):
        with pytest.raises(
            CleanError, match=r"the page (is larger|has more) than the [\d,]+ (bytes|tags) that are read"
        ):
            clean(made(name), None, None)


@settings(max_examples=40, deadline=None)
@given(st.lists(NODES, max_size=8).map("".join))
def test_any_markup_gives_a_reading(markup: str) -> None:
    assert isinstance(clean(markup.encode(), "text/html", None), Reading)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 2**32))
def test_a_mutated_page_gives_a_reading(case: Path, seed: int) -> None:
    body = mutated(case.read_bytes(), random.Random(seed), [other.read_bytes() for other in CASES])
    first = clean(body, None, None)
    repr(first).encode()
    assert clean(body, None, None) == first


@cache
def report() -> Reading:
    return clean((PAGES / "report-en.html").read_bytes(), None, None)


@pytest.mark.parametrize("depth", [255, 20_000])
def test_a_page_that_is_nested_deep_keeps_its_document(depth: int) -> None:
    """Around the whole of it, and at one place in it."""
    body = (PAGES / "report-en.html").read_text("utf-8")
    wanted = (PAGES / "report-en.txt").read_text("utf-8").split()
    for deep in (body.replace("<main", "<div>" * depth + "<main"), body.replace("</h1>", "</h1>" + "<font>" * depth)):
        found = clean_text(deep.encode(), None).split()
        assert sum(word in set(found) for word in wanted) > 0.97 * len(wanted)


@pytest.mark.parametrize(
    ("around", "depth"),
    [
        *product(["div", "span", "section", "b", 'div class="page"', "table><tr><td"], [255, 3_000]),
        *[("div", 20_000), ("table><tr><td", 8_000)],  # nearly as many elements as can be unnested
    ],
)
def test_a_page_that_is_nested_deep_reads_like_the_same_page_that_is_not(around: str, depth: int) -> None:
    """Its headings, paragraphs, items and cells, and what is no document of it."""
    names = around.split("><")
    body = (PAGES / "report-en.html").read_text("utf-8")
    ends = "".join(f"</{name.split()[0]}>" for name in reversed(names))
    deep = body.replace("<article>", "<article>" + f"<{around}>" * depth).replace(
        "</article>", ends * depth + "</article>"
    )
    flat, found = report(), clean(deep.encode(), None, None)
    assert deep != body
    assert [(one.kind, one.text) for one in found.document] == [(one.kind, one.text) for one in flat.document]
    assert [(one.text, one.zone) for one in found.blocks] == [(one.text, one.zone) for one in flat.blocks]
    assert (found.title, found.published, found.author) == (flat.title, flat.published, flat.author)


def test_markup_is_unnested_without_losing_letters_or_what_is_hidden() -> None:
    deep = (
        "<!doctype html><title>A &amp; B</title>" + "<div>" * 3_000 + '<p class="x &quot;y">1 &lt; 2<br>3</p><ul><li>a</ul>'
        '<div hidden="">secret</div>' + "<i>x" * 300 + "</i>" * 300 + '<script type="application/ld+json">{"a":"<b>&"}</script>'
    )  # fmt: skip
    assert can_be_unnested(deep)
    found = unnested(deep)
    assert (found.count("<div>"), found.count("<i>") < 201, found.count("x") >= 300) == (1, True, True)
    for kept in ("<title>A &amp; B</title>", '<p class="x &quot;y">1 &lt; 2<br>3</p>', '<div hidden="">secret</div>',
                 '{"a":"<b>&"}'):  # fmt: skip
        assert kept in found


@pytest.mark.parametrize(
    "markup",
    [
        "<font>a<br>b<br>" * 20_000, "<div>" * 15_000 + "</b>x" * 15_000, "<div>" * 2_100 + "a<br>b<br>" * 20_000,
        "<div>" * 2_100 + "</b>" * 2_100 + "<p>a</p>" * 15_000, "<p>a" * 60_000,
    ],
)  # fmt: skip
def test_what_would_take_beautiful_soup_for_ever_is_not_given_to_it(markup: str) -> None:
    assert not can_be_unnested(markup)


def test_control_characters_beside_a_dialog_are_survived() -> None:
    """lxml joins no texts that have any."""
    body = f"<h1>Ice</h1><p>{SENTENCE * 3}</p><div>a&#1;<div id=onetrust-banner-sdk>We use cookies</div>&#2;b</div>"
    assert SENTENCE.strip() in clean_text(body.encode(), None)


def test_text_behind_the_end_of_the_page_is_read() -> None:
    """Browsers show it."""
    body = f"<html><body><h1>Ice</h1><p>{SENTENCE * 3}</p></body></html><p>{SENTENCE}And so it went on.</p>"
    assert clean_text(body.encode(), None).endswith("And so it went on.")


def test_the_same_bytes_are_read_the_same_in_any_process_order_and_number() -> None:
    program = (
        "import sys; from pathlib import Path; from hashlib import sha256; from pagewitness.scraper.clean import clean\n"
        "for name in sys.argv[1:]:"
        " print(name, sha256(repr(clean(Path(name).read_bytes(), None, 'https://a.example/')).encode()).hexdigest())"
    )

    def read(cases: Sequence[Path], seed: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, cases)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        return set(done.stdout.splitlines())

    here = {
        f"{case} {hashlib.sha256(repr(clean(case.read_bytes(), None, 'https://a.example/')).encode()).hexdigest()}"
        for case in CASES
    }
    assert read([*CASES, CASES[0]], "1") == read(CASES[::-1], "2") == here


def test_every_page_that_is_made_is_made_the_same() -> None:
    """So that what a benchmark says can be found again."""
    for name in ("100k classes", "UTF-16 of lone surrogates"):
        assert made(name) == made(name)
    assert len(MADE) > 150
    assert mutated(b"<p>a</p>" * 9, random.Random(1), [b"x"]) == mutated(b"<p>a</p>" * 9, random.Random(1), [b"x"])
