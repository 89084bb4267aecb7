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


SENTENCES = {
    "he": "המשרד בודק את הדף הזה בכל רבעון ואומר מה מצא לגבי הנמלים באזור, ומי נפגע מכך.",
    "ar": "تراجع الوزارة هذه الصفحة كل ثلاثة أشهر وتقول ما وجدته حول موانئ المنطقة ومن تضرر منها.",
    "ru": "Ведомство пересматривает эту страницу каждый квартал и сообщает, что оно установило о портах региона.",
    "lt": "Departamentas kas ketvirtį peržiūri šį puslapį ir skelbia, ką nustatė apie regiono uostus ir jų žalą.",
    "pl": "Urząd przegląda tę stronę co kwartał i informuje, co ustalił o portach w regionie i kto poniósł szkodę.",
    "el": "Η υπηρεσία εξετάζει αυτή τη σελίδα κάθε τρίμηνο και λέει τι διαπίστωσε για τα λιμάνια της περιοχής.",
    "ja": "省庁は四半期ごとにこのページを見直し、地域の港について何を見つけたかを述べています。",
    "zh": "该部门每季度审查此页面，并说明其对该地区港口的发现以及谁受到了损害。",
    "ko": "부처는 분기마다 이 페이지를 검토하고 지역 항구에 대해 무엇을 발견했는지 말한다.",
}
DECLARED = {
    "he": {"windows-1255": "cp1255", "ISO-8859-8": "iso8859-8", "iso-8859-8-i": "iso8859-8", "logical": "iso8859-8"},
    "ar": {"windows-1256": "cp1256", "iso-8859-6": "iso8859-6", "ASMO-708": "iso8859-6", "arabic": "iso8859-6"},
    "ru": {"cyrillic": "iso8859-5", "csKOI8R": "koi8-r", "csibm866": "cp866", "ibm855": "cp855"},
    "lt": {"iso885913": "iso8859-13", "l4": "iso8859-4", "cp775": "cp775"},
    "pl": {"iso_8859-2:1987": "iso8859-2", "ibm852": "cp852", "852": "cp852", "x-mac-ce": "mac_latin2"},
    "el": {"greek8": "iso8859-7", "ECMA-118": "iso8859-7", "cp737": "cp737", "ibm-869": "cp869"},
    "ja": {"csISO2022JP": "iso2022_jp", "ms932": "cp932", "csEUCPkdFmtJapanese": "euc_jp"},
    "zh": {"gb_2312": "gb2312", "csGB2312": "gb2312", "hz-gb-2312": "hz"},
    "ko": {"iso-ir-149": "euc_kr", "ks_c_5601-1989": "euc_kr", "iso-2022-kr": "iso2022_kr"},
}  # fmt: skip


@pytest.mark.parametrize(("language", "label"), [(one, label) for one, labels in DECLARED.items() for label in labels])
def test_a_declared_encoding_that_fits_is_believed(language: str, label: str) -> None:
    text = f"<title>x</title><p>{SENTENCES[language] * 2}</p>"
    codec = DECLARED[language][label]
    assert decode(text.encode(codec), f"text/html; charset={label}")[0] == text
    inside = f'<html lang={language}><meta http-equiv="Content-Type" content="text/html; charset={label}">{text}'
    assert decode(inside.encode(codec), "text/html")[0] == inside


@pytest.mark.parametrize(
    ("language", "codec"), [("he", "cp1255"), ("ar", "cp1256"), ("ru", "cp1251"), ("el", "cp1253")]
)
@pytest.mark.parametrize("header", ["text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
def test_letters_and_words_tell_scripts_of_one_byte_apart(language: str, codec: str, header: str) -> None:
    """Hebrew in windows-1255 would be small Russian letters in windows-1251, but no words."""
    text = f"<p>{SENTENCES[language] * 2}</p>"
    assert decode(text.encode(codec), header)[0] == text


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=windows-1257>",
        "<META CHARSET=' WINDOWS-1257 '>",
        '<?xml version="1.0" encoding="windows-1257"?>',
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1257>",
        "<meta name=description content='charset=koi8-r'><meta charset=windows-1257>",
        '<meta content="text/html; charset=windows-1257" http-equiv=content-type>',
    ],
)
@pytest.mark.parametrize("header", ["text/html", "text/html; charset=no-such", "text/html; charset=utf-8"])
def test_the_page_says_its_encoding_where_the_header_does_not(head: str, header: str) -> None:
    text = f"<!doctype html>{head}<p>Šis puslapis – uostų žala</p>"
    assert decode(text.encode("cp1257"), header)[0] == text


def test_a_byte_order_mark_is_above_a_header_and_a_header_above_a_page() -> None:
    text = f"<meta charset=windows-1250><p>{SENTENCES['lt']}</p>"
    assert decode(b"\xef\xbb\xbf" + text.encode(), "text/html; charset=windows-1257")[0] == text
    assert decode(text.encode("cp1257"), "text/html; charset=windows-1257")[0] == text


def test_utf_7_is_no_encoding_of_pages() -> None:
    assert decode(b"+ADw-p+AD4-", "text/html; charset=utf-7")[0] == "+ADw-p+AD4-"
