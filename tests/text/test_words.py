"""Words: the forms in which texts are kept and compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagewitness.archive.store import schema_derived
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words, words

TEXT = st.text(max_size=40)


# --- the form that is kept --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two\n\twords ", "two words"),
        ("e\u0301", "é"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("bell\x07 nul\x00 lone\ud800", "bell nul lone"),
        ("no\u00a0break\u2003space", "no break space"),
        ("“quotes” — dashes…", "“quotes” — dashes…"),
        ("", ""),
    ],
)
def test_a_block_is_kept_without_what_nobody_sees(text: str, kept: str) -> None:
    """NFC, no invisible or control characters, white space folded; quotes and dashes as they are."""
    assert words.normalised(text) == kept


@given(TEXT)
def test_normalising_is_done_once(text: str) -> None:
    """What is normalised stays as it is, and is NFC."""
    once = words.normalised(text)
    assert words.normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)


# --- same words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“likely”", '"likely"'),
        ("it’s", "it's"),
        ("2020–2024", "2020-2024"),
        ("wait…", "wait..."),
        ("ﬁnal", "final"),
        ("co\u00adoperate", "cooperate"),
        ("• a point", "a point"),
        ("3. a point", "a point"),
        ("(b) a point", "a point"),
        ("– a point", "a point"),
        ("a \u00a0 b", "a b"),
    ],
)
def test_other_clothes_are_no_other_words(one: str, other: str) -> None:
    """Quotes, dashes, hyphenation, compatibility letters, bullets and list numbers may differ."""
    assert words.plain(one) == words.plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Likely", "likely"), ("likely.", "likely"), ("likely, so", "likely so"), ("8.50 of it", "50 of it"), ("not", "")],
)
def test_case_punctuation_and_numbers_in_the_text_count(one: str, other: str) -> None:
    """They can change what is said."""
    assert words.plain(one) != words.plain(other)


def test_digests_tell_their_parts_apart() -> None:
    """Moving a letter from one part to the next gives another digest."""
    assert words.digest_of("ab", "c") != words.digest_of("a", "bc")
    assert len(words.digest_of("\ud800")) == 64


# --- tokens, folding, stems -------------------------------------------------------------------------------------------


def test_words_are_runs_of_letters_and_digits() -> None:
    """In every script; underscores and apostrophes separate."""
    assert words.tokens("Grėsmių 2024-ųjų vertinimas_x, it's загроза") == [
        "Grėsmių", "2024", "ųjų", "vertinimas", "x", "it", "s", "загроза"
    ]  # fmt: skip
    assert words.count_words(["one two", "", "three"]) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("威胁评估报告", 3), ("威胁评估报告。威", 4), ("これはペンです", 4), ("ประเมินภัยคุกคาม", 4), ("Łódź – grėsmių", 2),
        ("위협 평가", 2), ("2024年", 2), ("", 0),
    ],
)  # fmt: skip
def test_scripts_without_blanks_are_counted_by_letters(text: str, count: int) -> None:
    """Two of Han and kana are a word, four of Thai; Korean has blanks."""
    assert words.count_words([text]) == count


def test_folding_gives_what_people_type() -> None:
    """Lower case, without diacritics, also of letters that Unicode does not decompose."""
    assert (
        words.fold("Łódź, grėsmių, Ærø, Straße, Œuvre, Þór, Đorđe")
        == "lodz, gresmiu, aero, strasse, oeuvre, thor, dorde"
    )
    assert words.folded_tokens("Ünïcode Łódź") == ["unicode", "lodz"]


@given(TEXT)
def test_folding_is_done_once(text: str) -> None:
    """What is folded stays as it is."""
    once = words.fold(text)
    assert words.fold(words.fold(once)) == words.fold(once)


def test_the_database_folds_the_same_letters(db: Sqlite) -> None:
    """The generated column that the index reads and the table in Python are one."""
    folded = schema_derived.folding(":text")
    for letter, plain in words.FOLDED_LETTERS.items():
        assert db.value(f"select {folded}", text=f"a{letter}b") == f"a{plain}b"
        assert words.fold(letter) == plain


@pytest.mark.parametrize("word", sorted(words.NEVER_STEMMED))
def test_estimative_words_are_found_only_as_themselves(word: str) -> None:
    """English stemming takes likely for like."""
    for language in ("en", "lt", None):
        assert words.stem(word, language) == words.fold(word)
        assert words.stem(word.upper(), language) == words.fold(word.upper().lower())


def test_stems_join_the_forms_of_a_word() -> None:
    """In the languages that have a stemmer; elsewhere a word is its own stem."""
    assert words.stem("threats", "en") == words.stem("threat", "en")
    assert words.stem("grėsmių", "lt") == words.stem("grėsmės", "lt")
    assert words.stem("draudi", "lv") == "draudi"
    assert words.stem("Threats", "xx") == words.stem("Threats", None) == "threats"
    assert words.stem("like", "en") != words.stem("likely", "en")


def test_the_stems_of_a_text_are_distinct_and_sorted() -> None:
    """As one string, for the index."""
    assert words.stems("Threats and threat and likely", "en") == "and likely threat"


def test_runs_of_letters_without_blanks_are_cut_into_pairs() -> None:
    """Combining marks are kept as letters that the index does not split at; other texts need no cutting."""
    assert index_words.bigrams("威胁评估 2024") == " 威胁 胁评 评估 估  2024"
    assert index_words.bigrams("AI威胁") == "AI 威胁 胁 "
    assert index_words.bigrams("ดี") == " ด\U000f0e35 \U000f0e35 "
    assert index_words.bigrams("ＡＩ") == "AI"
    assert index_words.bigrams("Łódź, grėsmių") is None
    assert words.stems("威胁 threats", "en") == "threat"


def test_what_is_sought_is_a_part_of_what_is_looked_for() -> None:
    """The last letter of a run may continue; one that stands alone is a beginning."""
    assert index_words.sought("威胁评估") == (["威胁", "胁评", "评估"], False)
    assert index_words.sought("评") == (["评"], True)
    assert index_words.sought("AI 评") == (["ai", "评"], True)
    assert index_words.sought("威胁 AI") == (["威胁", "胁", "ai"], False)
    assert [text for _, _, text in index_words.looked_for("AI威胁")] == ["ai", "威胁", "胁"]


def test_a_stem_knows_its_language() -> None:
    """For the second index."""
    assert words.stem_keys("threats", "en") == "threat\ue000en"
    assert words.stem_keys("threats", None) == "threats\ue000"


@settings(max_examples=40)
@given(TEXT)
def test_any_text_has_stems(text: str) -> None:
    """Whatever is on the page; each stem is a word of its own."""
    for language in ("en", "lt", None):
        assert all(words.tokens(stem) == [stem] for stem in words.stems(text, language).split())


@pytest.mark.parametrize(
    ("one", "other"), [("3 × 10⁶", "3 × 106"), ("5²", "52"), ("CO₂", "CO²"), ("2024¹", "20241"), ("a₁₂", "a12")]
)
def test_raised_and_lowered_figures_are_figures_of_their_own(one: str, other: str) -> None:
    assert words.plain(one) != words.plain(other)


def test_other_compatible_letters_are_the_same() -> None:
    assert words.plain("ﬁle № ５ ½") == words.plain("file No 5 1⁄2")


def test_the_index_reads_lowered_figures_as_plain_ones_and_raised_ones_as_words() -> None:
    assert index_words.bigrams("CO₂") == "CO2"
    assert index_words.bigrams("3 × 10⁶ km²") == "3 × 10 6  km 2 "
    assert [token for _, _, token in index_words.looked_for("CO₂ 10⁻⁶ km² 106")] == ["co2", "10", "6", "km", "2", "106"]


def test_half_width_kana_are_the_same_words() -> None:
    """Their marks for voiced sounds are letters of their own."""
    assert index_words.bigrams("ｻｲﾊﾞｰ攻撃") == index_words.bigrams("サイバー攻撃")
    half, full = (index_words.looked_for(one) for one in ("ｻｲﾊﾞｰ", "サイバー"))
    assert [token for _, _, token in half] == [token for _, _, token in full]
    assert [end for _, end, _ in half] == [2, 4, 5, 5]
