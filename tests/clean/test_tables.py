"""The tables of knowledge: every entry catches its example, near misses stay, and the languages that were promised."""

from __future__ import annotations

import re

import pytest

from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.lexicon.dialogs import button_entry, is_category, names_cookies, notice_entry
from pagewitness.scraper.clean.lexicon.labels import breadcrumb_of, chain, control_of
from pagewitness.scraper.clean.lexicon.phrases import begun, compiled, first_of, longest, words_of
from pagewitness.scraper.clean.lexicon.tables import TableEntry, entries, lexicon_table, table_languages

EUROPEAN = {
    "bg", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "is",
    "it", "lb", "lt", "lv", "mk", "mt", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv",
}  # fmt: skip
OTHERS = {"ru", "uk", "be", "tr", "ar", "zh", "ja", "ko"}
KINDS = {"print", "download", "share", "skip", "here", "top", "follow", "soft.more", "soft.related", "soft.menu"}
SENTENCE = "The harbours were quiet in the winter, and the ferries stopped twice because of the ice. "


@pytest.mark.parametrize("kind", ["consent", "controls"])
def test_there_is_a_table_for_each_language(kind: str) -> None:
    assert set(table_languages(kind)) == EUROPEAN | OTHERS


@pytest.mark.parametrize("language", sorted({entry.language for entry in entries("controls")}))
def test_each_entry_of_a_control_catches_its_example(language: str) -> None:
    for entry in entries("controls"):
        if entry.language == language:
            _catches_controls(entry)


def _catches_controls(entry: TableEntry) -> None:
    """By itself, with only the names of services and of icons beside it, and never by an example that is the entry."""
    assert entry.example.casefold() != entry.spelling.casefold() or entry.language in ("zh", "ja", "ko", "ar")
    known = compiled([entry, *(other for other in entries("controls") if other.table.endswith(("brands", "formats")))])
    if entry.table == "trail" or entry.table == "here":
        assert breadcrumb_of(entry.example)
        assert longest(words_of(entry.example), 0, known)[1]
    else:
        assert chain(entry.example, known, soft=True)
        assert control_of(entry.example, soft=True).startswith("control: ")


@pytest.mark.parametrize("language", sorted({entry.language for entry in entries("consent")}))
def test_each_entry_of_a_consent_dialog_catches_its_example(language: str) -> None:
    for entry in entries("consent"):
        if entry.language == language:
            _catches_consent(entry)


def _catches_consent(entry: TableEntry) -> None:
    alone, words = compiled([entry]), words_of(entry.example)
    if entry.table == "words":
        assert first_of(words, alone)
        assert names_cookies(entry.example)
    elif entry.table == "notice":
        assert begun(words, 0, alone)
        assert notice_entry(entry.example)
    elif entry.table == "categories":
        assert longest(words, 0, alone)[1] == len(words)
        assert is_category(entry.example)
    else:
        assert first_of(words, alone)
        found = button_entry(entry.example)
        assert found
        assert found.table == entry.table


@pytest.mark.parametrize("language", ["any", *table_languages("controls")])
def test_near_misses_of_controls_stay_whatever_they_stand_in(language: str) -> None:
    keeps = lexicon_table("controls" if language == "any" else f"controls/{language}")["keeps"]
    caught = {text: control_of(text, soft=True) or breadcrumb_of(text) for text in keeps if text != "X"}
    assert not any(caught.values()), caught


@pytest.mark.parametrize("language", table_languages("consent"))
def test_sentences_on_cookies_are_neither_buttons_nor_the_beginnings_of_notices(language: str) -> None:
    for text in lexicon_table(f"consent/{language}")["keeps"]:
        assert button_entry(text) is None, text
        assert notice_entry(text) is None, text


@pytest.mark.parametrize("language", table_languages("controls"))
def test_each_language_has_the_kinds_of_controls(language: str) -> None:
    found = {entry.table for entry in entries("controls") if entry.language == language}
    assert found >= KINDS - {"soft.related", "follow"} if language in ("lb", "mt", "be") else found >= KINDS


@pytest.mark.parametrize("language", table_languages("consent"))
def test_each_language_has_the_parts_of_a_consent_dialog(language: str) -> None:
    found = {entry.table for entry in entries("consent") if entry.language == language}
    assert found >= {"accept", "reject", "settings", "weak", "categories", "words", "notice"}


def test_each_name_of_a_consent_dialog_is_found_by_its_example() -> None:
    tables = [
        *lexicon_table("consent")["vendors"].values(),
        lexicon_table("consent")["generic"],
        lexicon_table("consent")["not"],
    ]
    for expression, example in ((key, value) for one in tables for key, value in one.items()):
        assert re.fullmatch(expression, example, re.IGNORECASE), expression


@pytest.mark.parametrize("vendor", lexicon_table("consent")["vendors"])
def test_a_dialog_is_known_by_its_makers_names(vendor: str) -> None:
    for example in lexicon_table("consent")["vendors"][vendor].values():
        body = f"<div class='{example}'><p>Lorem ipsum dolor.</p></div><main><h1>Ice</h1><p>{SENTENCE * 3}</p></main>"
        by = {block.text: block.by for block in clean(body.encode(), "text/html", None).blocks}
        assert by["Lorem ipsum dolor."] == f"consent: {vendor}"


def test_each_ligature_is_silent_in_its_element_and_part_of_a_label() -> None:
    names = [
        (name, group["example"]) for group in lexicon_table("icons")["ligatures"].values() for name in group["names"]
    ]
    for name, example in names:
        body = f"<h1>Ice</h1><p>{SENTENCE * 3}<i class='material-icons'>{name}</i></p>"
        assert clean(body.encode(), "text/html", None).document[-1].text == (SENTENCE * 3).strip(), name
        assert control_of(f"{name} {example.split(' ', 1)[1]}"[:60], soft=True), name


@pytest.mark.parametrize("name", ["icons", "signs", "zones"])
def test_each_name_of_an_element_is_found_by_its_example(name: str) -> None:
    groups = [lexicon_table("icons")["classes"]] if name == "icons" else list(lexicon_table(name).values())
    for expression, example in ((key, value) for group in groups for key, value in group.items()):
        assert re.fullmatch(expression, example, re.IGNORECASE), expression
