"""The same page is the same reading in whatever encoding it comes, and however that is declared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import pagewitness
from languages import ENCODINGS, TEXTS, WRONG, holds, page

from pagewitness.scraper.clean import clean, stripped_form
from pagewitness.scraper.clean.encoding.decode import decode


def variants(language: str) -> list[tuple[str, str]]:
    """A page of a language in every encoding that can hold it: label, and the page's text."""
    texts = (page(language), page(language, plain=True))
    return [
        (label, text) for label, codec in ENCODINGS.items() if (text := next((t for t in texts if holds(codec, t)), ""))
    ]


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("declared", ["in the header", "in the page", "nowhere"])
def test_the_same_page_in_any_encoding_is_the_same_stripped_page(language: str, declared: str) -> None:
    """And equal stripped pages are equal readings."""
    assert len(variants(language)) >= 6
    for label, text in variants(language):
        body = text.replace("<title>", f"<meta charset={label}><title>" if declared == "in the page" else "<title>")
        header = f"text/html; charset={label}" if declared == "in the header" else "text/html"
        found = stripped_form(body.encode(ENCODINGS[label]), header)
        assert found == stripped_form(text.encode(), "text/html; charset=utf-8"), label


@pytest.mark.parametrize("language", ["lt", "pl", "cs", "ru", "uk", "fr"])
def test_a_wrong_declaration_is_not_believed_where_the_letters_are_of_no_language(language: str) -> None:
    for label, text in variants(language):
        for wrong in WRONG:
            found, said = decode(text.encode(ENCODINGS[label]), f"text/html; charset={wrong}")
            assert found == text, (label, wrong)
            assert said["declared"] == wrong or label == "utf-16"  # which has a byte order mark


def test_a_few_odd_letters_do_not_deny_a_declaration() -> None:
    """A name in letters of another language is no reason to doubt what the page says about itself."""
    for label, name in (
        ("windows-1257", "Šėta"),
        ("iso-8859-2", "Łódź"),
        ("windows-1250", "Őrség"),
        ("koi8-r", "Фонд"),
    ):
        text = f"<p>The harbour of {name} was closed for two weeks because of the ice.</p>"
        assert decode(text.encode(ENCODINGS[label]), f"text/html; charset={label}")[0] == text


def test_a_letter_that_is_cut_makes_utf_8_no_other_encoding() -> None:
    body = page("lt").encode()
    cut = body.replace(b"</main>", "ž".encode()[:1] + b"</main>")
    for header in ("text/html", "text/html; charset=utf-8", "text/html; charset=windows-1257"):
        text, said = decode(cut, header)
        assert said["used"] == "utf-8"
        assert TEXTS["lt"][1] in text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_wide_letters_need_no_mark(codec: str, language: str) -> None:
    """Not in plain text either; and bytes that are no text don't become one."""
    text = "\n".join(TEXTS["ru"]) if language == "ru" else "The harbours were closed because of the ice.\n" * 4
    for header in (None, "text/plain", "text/html; charset=utf-8"):
        assert decode(text.encode(codec), header)[0] == text
    assert clean(text.encode(codec), "text/plain", None).not_credible is None
    assert clean(b"\0\1\2" * 2000, "text/plain", None).not_credible == "it is binary, not a page"


@pytest.mark.parametrize("codec", ["cp1252", "cp1250", "cp1251", "cp1257"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf_8_that_was_decoded_as_another_encoding_is_undone(language: str, codec: str) -> None:
    """Where it happened to the whole page; as cp1252, which is the rule, also twice."""
    text = page(language)
    garbled = misread(text, codec)
    found, said = decode(garbled.encode(), None)
    assert (found, said["mojibake"]) == (text, codec)
    if codec == "cp1252":
        assert decode(misread(garbled, codec).encode(), None)[0] == text


def misread(text: str, codec: str) -> str:
    """A text as it looks when its UTF-8 is decoded as another encoding; undefined bytes as the letters of that number."""
    return "".join(
        chr(byte) if (letter := bytes([byte]).decode(codec, "replace")) == "\ufffd" else letter
        for byte in text.encode()
    )


@pytest.mark.parametrize("language", TEXTS)
def test_a_document_that_quotes_mojibake_keeps_it(language: str) -> None:
    quoted = "Ä— Å¡ Å« Ä… Ä™ ÄÆ Å¾ Ä¯ Ã¤ Ã¶ Ã¼"
    text = page(language).replace("</main>", f"<p>{quoted}</p></main>")
    found, said = decode(text.encode(), None)
    assert found == text
    assert "mojibake" not in said


def test_a_few_signs_of_mojibake_in_an_english_page_are_what_it_says() -> None:
    text = "<p>It was spelled cafÃ© in the report, and naÃ¯ve.</p>"
    assert decode(text.encode(), None)[0] == text


def test_what_no_alphabet_knows_is_left_to_a_detector() -> None:
    """Also where the page declares nothing."""
    texts = {
        "shift_jis": "先の冬、フェリーは二週間にわたって北の港に入れなかった。氷がいつもより厚かったからである。",
        "gb18030": "去年冬天，由于冰层比往年更厚，渡轮有两个星期无法驶入北方的港口。破冰船日夜工作。",
        "euc-kr": "지난겨울 얼음이 평소보다 두꺼워 여객선이 두 주 동안 북쪽 항구에 들어가지 못했다.",
    }
    for codec, text in texts.items():
        assert decode((f"<p>{text}</p>" * 5).encode(codec), None)[0] == f"<p>{text}</p>" * 5


def test_what_was_declared_sniffed_and_used_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page("lt", "iso-8859-1").encode("cp1257"))
    shown = json.loads(pagewitness(tmp_path / "a.db", "clean", str(file), "--json").stdout)
    assert shown["encodings"] == {"declared": "iso-8859-1", "sniffed": "cp1257", "used": "cp1257"}
    assert shown["title"] == TEXTS["lt"][0]
