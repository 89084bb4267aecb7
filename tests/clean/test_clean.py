"""Cleaning: the document and nothing else, purely, whatever the bytes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean, clean_text, cleaner_name, cleaner_version, html_name
from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.scoring import ScoredPage
from pagewitness.scraper.clean.encoding.decode import decode

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted([*PAGES.glob("*.html"), *PAGES.glob("*.plain")])
TYPES = {".html": "text/html", ".plain": "text/plain"}
SENTENCE = "The harbours were quiet in the winter, and the ferries stopped twice because of the ice. "
# What hostile pages are put together from.
SCRAPS = [
    b"<p>", b"</p>", b"<div", b">", b"<h1>", b"<table><tr><td>", b"</table>", b"<html lang='", b"'", b'"',
    b"<!--", b"-->", b"<script>", b"<title>", b"text of a page", b"\xff", b"\0", b"\x80",
    b"&#0;", b"&#xD800;", b"&lt;", b"<a href=#>",
    b"OK", b"<br>", b"<meta charset=utf-16>", b"<svg><title>", b"<select><option>", b"Cookies", b"<button>Accept",
    b"<time datetime='9999-99-99'>", b"<![CDATA[", b"<?xml", b"</html>", b"<body>", b"<template>", b"\xc3",
]  # fmt: skip


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_text_kept_is_the_document(case: Path) -> None:
    """Consent dialogs, controls, breadcrumbs, menus, related links and the title's twin go; nothing else does."""
    reading = clean(case.read_bytes(), TYPES[case.suffix], None)
    assert [block.text for block in reading.document] == case.with_suffix(".txt").read_text("utf-8").splitlines()
    assert reading.not_credible is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_text_is_a_block_a_line(case: Path) -> None:
    assert clean_text(case.read_bytes(), None) + "\n" == case.with_suffix(".txt").read_text("utf-8")


def test_a_page_says_what_it_is() -> None:
    reading = clean((PAGES / "report-en.html").read_bytes(), "text/html", None)
    assert reading.title == "Harbour traffic is likely to fall again"
    assert (reading.language, reading.author) == ("en", "Coastal Office")
    assert (reading.published, reading.modified) == ("2024-02-19T06:00:00+02:00", "2024-03-01")
    assert {block.kind for block in reading.document} == {"h1", "h2", "h3", "p", "caption", "row", "li", "quote"}


def test_what_was_dropped_says_why() -> None:
    reading = clean((PAGES / "report-en.html").read_bytes(), "text/html", None)
    by = {block.text: block.by for block in reading.blocks if not block.document}
    assert by["Allow all cookies"] == "consent: onetrust"
    assert by["Print"] == "control: print (en: print)"
    assert by["© 2024 Coastal Office"].startswith("model: 0.")
    assert by["Related reports"] == "control: related (en: related reports)"


def test_the_language_is_read_from_the_text_where_the_page_does_not_say() -> None:
    lines = (PAGES / "report-lt.txt").read_text("utf-8").splitlines()
    assert clean(page("".join(f"<p>{line}</p>" for line in lines)), None, None).language == "lt"


def test_reading_is_pure() -> None:
    """The same bytes give the same reading: again, in any order, and with anything read in between."""
    bodies = [case.read_bytes() for case in CASES] * 4
    first = {body: clean(body, None, "https://a.example/") for body in bodies}
    random.Random(7).shuffle(bodies)
    for body in bodies:
        assert clean(body, None, "https://a.example/") == first[body]


def test_another_process_reads_the_same() -> None:
    program = (
        "import sys; from pagewitness.scraper.clean import clean;"
        "print(repr(clean(open(sys.argv[1], 'rb').read(), None, None)))"
    )
    case = PAGES / "report-en.html"
    for seed in ("0", "1"):
        found = subprocess.run(
            [sys.executable, "-c", program, str(case)], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PATH": ""},
        )  # fmt: skip
        assert found.stdout.strip() == repr(clean(case.read_bytes(), None, None))


def test_importing_the_cleaner_loads_no_parser() -> None:
    program = (
        "import sys; from pagewitness.scraper import clean; from pagewitness.scraper.work import workers; clean.cleaner_name();"
        "print([name for name in ('trafilatura', 'lxml', 'py3langid', 'numpy', 'bs4') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_cleaners_name_names_trafilatura() -> None:
    assert "trafilatura-" in cleaner_name()
    assert clean(b"", None, None).cleaner == html_name()
    assert cleaner_name().startswith(f"{html_name()} pdf-")


def test_the_cleaners_name_knows_the_libraries_that_have_a_say() -> None:
    """One that is called otherwise than its distribution would be left out in silence."""
    named = (*cleaner_version.LIBRARIES, cleaner_version.PDF_LIBRARY)
    assert [name for name in named if not cleaner_version._version(name)] == []


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(SCRAPS), max_size=40).map(b"".join)))
def test_any_bytes_give_a_reading(body: bytes) -> None:
    for content_type in (None, "text/html", "text/plain; charset=utf-16"):
        reading = clean(body, content_type, None)
        assert isinstance(reading, Reading)
        assert all(block.text for block in reading.blocks)
        repr(reading).encode("utf-8")


@pytest.mark.parametrize("depth", [254, 300, 1000, 5000])
def test_deep_nesting_loses_no_text(depth: int) -> None:
    body = page("<h1>A deep page</h1>" + "<div>" * depth + f"<p>{SENTENCE * 3}</p>" + "</div>" * depth)
    assert SENTENCE.strip() in clean_text(body, None)


def test_double_line_breaks_part_paragraphs_and_single_ones_do_not() -> None:
    body = page(f"<h1>Breaks</h1><div>{SENTENCE}<br>{SENTENCE}<br> <br>{SENTENCE}</div>")
    assert [len(block.text) // len(SENTENCE.strip()) for block in clean(body, None, None).document[1:]] == [2, 1]


def test_a_title_in_the_head_alone_is_put_first() -> None:
    body = page(f"<p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p>", "<title>Ice in the harbours | Coastal Office</title>")
    assert clean_text(body, None).splitlines()[0] == "Ice in the harbours"


def test_a_page_that_is_all_in_noscript_is_read() -> None:
    body = page(f"<div id=app></div><noscript><h1>For robots</h1><p>{SENTENCE * 3}</p></noscript>")
    assert clean_text(body, None).splitlines() == ["For robots", (SENTENCE * 3).strip()]


def test_a_note_in_noscript_is_not_shown() -> None:
    body = page(f"<noscript>Please enable JavaScript.</noscript><h1>Ice</h1><p>{SENTENCE * 3}</p>")
    assert "JavaScript" not in [block.text for block in clean(body, None, None).blocks]


def test_a_word_of_a_control_stays_in_a_sentence() -> None:
    body = page(f"<h1>Print</h1><p>{SENTENCE}</p><p>Print the list and share it. {SENTENCE}</p><p>{SENTENCE}</p>")
    assert "Print the list and share it." in clean_text(body, None)


@pytest.mark.parametrize(
    ("body", "content_type", "clause"),
    [
        (b"", None, "it is empty"),
        (b"  \n ", "text/html", "it is empty"),
        (page("<div id=root></div><script>go()</script>"), "text/html", "it shows no text"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml word/document.xml", None, "it is a Word document, not a page"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", None, "it is an e-book (EPUB), not a page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, None, "it is an Office document (OLE2), not a page"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "it is a picture, not a page"),
        (page("<h1>404 Not Found</h1><hr>nginx/1.2"), None, "it looks like an error page"),
        (page("<h1>Puslapis nerastas</h1><p>Atsiprašome.</p>"), None, "it looks like an error page"),
        (page("<p>Wait.</p>", "<title>Just a moment...</title>"), None, "it looks like a bot wall"),
        (page("<p>Please enable JavaScript to go on.</p>"), None, "it looks like a page that needs JavaScript"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_suspect(body: bytes, content_type: str | None, clause: str) -> None:
    assert clean(body, content_type, None).not_credible == clause


def test_a_long_document_may_speak_of_errors() -> None:
    text = f"<p>{SENTENCE * 8}</p>" * 4
    body = page(f"<h1>Reading the log</h1>{text}<p>The page was not found. Please enable JavaScript.</p>")
    assert clean(body, None, None).not_credible is None


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encodings"),
    [
        ("ąčę".encode(), None, "ąčę", ("utf-8", None)),
        ("ąčę".encode(), "text/html; charset=iso-8859-1", "ąčę", ("utf-8", "iso-8859-1")),
        ("ąčę".encode("cp1257"), "text/html; charset=windows-1257", "ąčę", ("cp1257", "windows-1257")),
        (b'<html lang="lt">' + "ąčę".encode("cp1257"), None, '<html lang="lt">ąčę', ("cp1257", None)),
        (b"<meta charset=latin2>" + "łąż".encode("l2"), None, "<meta charset=latin2>łąż", ("iso8859-2", "latin2")),
        ("\ufeffąčę".encode("utf-16-le"), None, "ąčę", ("utf-16-le", "utf-16-le (byte order mark)")),
        (b"caf\xe9", "text/html; charset=rot13", "café", ("cp1252", "rot13")),
        ("ąčęėį".encode()[:-1] + b"<p>", "text/html; charset=utf-8", "ąčęė\ufffd<p>", ("utf-8", "utf-8")),
    ],
)  # fmt: skip
def test_bytes_are_decoded_as_browsers_do(
    body: bytes, content_type: str | None, text: str, encodings: tuple[str, str | None]
) -> None:
    found, said = decode(body, content_type)
    assert (found, (said["used"], said["declared"])) == (text, encodings)


@pytest.mark.parametrize(
    ("tops", "chance", "stays"),
    [
        pytest.param((4,), 0.6, False, id="behind the only one"),
        pytest.param((2, 4), 0.6, True, id="behind one of two"),
        pytest.param((4,), 0.9, True, id="likely by itself"),
    ],
)
def test_little_behind_the_only_back_to_top_is_the_foot_of_the_page(
    tops: tuple[int, ...], chance: float, stays: bool
) -> None:
    """Unless it is likely to be the document: corrections and notes are there too."""
    texts = ["Back to top" if at in tops else f"{SENTENCE} {at}" for at in range(5)] + ["Office, 12 Harbour Street"]
    pieces = [Piece("p", text, "main", 1.0 if text == "Back to top" else 0.0, "") for text in texts]
    _, blocks = decide(ScoredPage(Walk(pieces, []), [0.9] * 5 + [chance]), ())
    assert blocks[-1].document == stays


def test_the_rows_of_a_table_stay_together() -> None:
    """Also the one of its heads, that has no figures."""
    rows = "".join(f"<tr><td>Harbour {number}</td><td>{number}1</td><td>{number}4</td></tr>" for number in range(4))
    table = f"<table><tr><th>Sector</th><th>2022</th><th>2024</th></tr>{rows}</table>"
    text = "<p>" + "The ferries of the harbours stopped twice because of the ice. " * 4 + "</p>"
    lines = clean_text(f"<h1>Ice in the north</h1>{text}{table}{text}".encode(), None).splitlines()
    assert lines[2:7] == ["Sector | 2022 | 2024", *(f"Harbour {number} | {number}1 | {number}4" for number in range(4))]


def test_figures_set_high_stay_apart_from_those_beside_them() -> None:
    body = "<h1>Ice</h1><p>The ferries carried 10<sup>6</sup> tons in 2024<sup>1</sup>, on the 1<sup>st</sup> line.</p>"
    assert clean_text(body.encode(), None).splitlines()[1] == "The ferries carried 10⁶ tons in 2024¹, on the 1st line."


def test_the_mark_of_a_note_is_no_part_of_the_word_before_it() -> None:
    """So that the word is found; 10⁶ and km² stay whole."""
    body = (
        "<h1>Ice</h1><p>All ships were checked<sup><a href='#n1'>1</a></sup> by the office.<sup>2</sup> It took 3 km"
        "<sup>2</sup> of ice, and all of the winter, before the harbours were open again.</p>"
    )
    told = "All ships were checked ¹ by the office. ² It took 3 km² of ice, and all of the winter, before the harbours"
    assert clean_text(body.encode(), None).splitlines()[1] == f"{told} were open again."


def test_bytes_of_no_text_are_no_page() -> None:
    """Random ones served as HTML; but a page in any encoding of text, or with a control character, is one."""
    noise = random.Random(5).randbytes(5000)
    for body in (noise, noise.replace(b"\0", b"\1")):
        assert clean(body, "text/html", None).not_credible == "it is binary, not a page"
    text = "<h1>Лёд на севере</h1><p>Паромы дважды останавливались из-за льда, и гавани были пусты.\x0b</p>"
    for encoding in ("koi8-r", "windows-1251", "utf-8", "utf-16"):
        assert clean(text.encode(encoding), f"text/html; charset={encoding}", None).not_credible is None


def test_a_sentence_with_a_slash_that_ends_with_the_title_is_no_breadcrumb() -> None:
    sentence = "This edition replaces the 2023/24 Threat Assessment."
    title = "Threat Assessment"
    reading = clean(page(f"<main><h1>{title}</h1><p>{SENTENCE * 3}</p><p>{sentence}</p></main>"), "text/html", None)
    assert sentence in [block.text for block in reading.document]


def test_a_chapter_may_be_called_what_a_control_is_called_too() -> None:
    for heading in ("Social media", "Recent changes", "Телеграм", "Partage"):
        body = f"<main><h1>A report</h1><p>{SENTENCE * 3}</p><h2>{heading}</h2><p>{SENTENCE * 2}</p></main>"
        assert heading in [block.text for block in clean(page(body), "text/html", None).document]


def test_a_heading_of_one_word_is_a_control_only_before_links() -> None:
    """Finnish for page tools; before a paragraph it may be what the page is about."""
    text = f"<h1>Ice in the north</h1><p>{SENTENCE * 6}</p><h2>Sivutyökalut</h2>"
    links = "<ul><li><a href='/a'>Vanhat versiot sivusta</a></li><li><a href='/b'>Linkit tälle sivulle</a></li></ul>"
    for rest, stays in ((links, False), (f"<p>{SENTENCE * 3}</p>", True)):
        assert ("Sivutyökalut" in clean_text((text + rest).encode(), None).splitlines()) == stays
