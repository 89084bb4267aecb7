"""Near wordings, held against a look at every stretch of words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from pagewitness.archive.search.wordings import _SIMPLE, _fold, best_wording, sentence, sought_phrase
from pagewitness.archive.text import index_words, words


@pytest.mark.parametrize(
    ("text", "phrase", "near"),
    [
        ("It is highly likely that both groups stay.", "it is likely that both groups", "It is highly likely that both groups"),
        ("Kovo mėnesį grėsmių yra daug.", "grėsmė yra", "grėsmių yra"),
        ("Le président l’a dit.", "president la dit", "président l’a dit"),
        ("新的威胁评估报告", "威胁的评估", "威胁评估"),
        ("รายงานการประเมินภัยคุกคาม", "ประเมินภัยคุกคราม", "ประเมินภัยคุกคาม"),
    ],
)  # fmt: skip
def test_the_nearest_stretch_is_of_whole_words(text: str, phrase: str, near: str) -> None:
    """Folded as search folds; a letter of a script without blanks is a word."""
    found = best_wording(text, sought_phrase(phrase), 0.7)
    assert found
    assert text[found.start : found.end] == near
    assert 0.7 <= found.likeness < 1


def test_a_phrase_is_entirely_like_itself() -> None:
    found = best_wording("Of “Łódź – north” more.", sought_phrase("lodz north"), 1.0)
    assert found == (4, 16, 1.0)


@pytest.mark.parametrize("phrase", ["·", "™", "…", ""])
def test_nothing_is_near_a_phrase_without_a_letter(phrase: str) -> None:
    """Also where the text has its sign."""
    for text in (f"{phrase}\n", f"a {phrase} b", "Ω", ""):
        assert best_wording(text, sought_phrase(phrase), 0.9) is None


def test_what_is_less_like_than_asked_is_not_near() -> None:
    assert best_wording("It is likely to rain.", sought_phrase("it is likely that groups"), 0.8) is None


PARTS = st.sampled_from(["likely", "unlikely", "very", "like", "it", "grėsmė", "grėsmių", "威胁", "评", "x"])
TEXTS = st.lists(PARTS, max_size=8).map(" ".join)


@given(TEXTS, st.lists(PARTS, min_size=1, max_size=4).map(" ".join), st.sampled_from([0.5, 0.7, 0.8, 1.0]))
def test_no_stretch_is_more_like_than_the_nearest(text: str, phrase: str, least: float) -> None:
    """Of the stretches that have enough of the phrase's words."""
    spelt, places = index_words.spelt(text)
    near = sought_phrase(phrase)
    stretches = [spelt[first[0] : last[1]] for number, first in enumerate(places) for last in places[number:]]
    alike = [
        Indel.normalized_similarity(near.spelt, one)
        for one in stretches
        if near.is_enough(part for part in near.parts if part.pattern.search(one))
    ]
    expected = max((one for one in alike if one >= least), default=None)
    found = best_wording(text, near, least)
    assert (found.likeness if found else None) == expected
    if found:
        spelt_so = index_words.spelt(text[found.start : found.end])[0]
        assert Indel.normalized_similarity(near.spelt, spelt_so) == found.likeness


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("One is. Two are so! Three?", "are", "Two are so!"),
        ("One is. Two are so! Three?", "is. Two", "One is. Two are so!"),
        ("It says “no.” Then it goes.", "Then", "Then it goes."),
        ("威胁很大。我们评估了。", "评估", "我们评估了。"),
        ("Version 2.5 is here", "2.5", "Version 2.5 is here"),
    ],
)
def test_the_sentence_around_a_stretch(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    first, last = sentence(text, start, start + len(part))
    assert text[first:last] == whole


def test_a_word_is_looked_for_by_its_beginning() -> None:
    """Four letters at least. Shorter words, those that carry an estimate and letters without blanks are taken whole."""
    parts = sought_phrase("Likely grėsmė, it is 威胁").parts
    assert [(part.beginning, part.whole) for part in parts] == [
        ("likely", True), ("gres", False), ("it", True), ("is", True), ("威胁", True),
    ]  # fmt: skip


def test_simple_letters_fold_to_letters_and_all_else_to_none() -> None:
    """So a text of these is folded letter by letter, and cut into words after that."""
    for letter in map(chr, range(0x3000)):
        if _SIMPLE.fullmatch(letter):
            kinds = {bool(re.match(words.SPACED_LETTER, one)) for one in words.fold(index_words.widths(letter))}
            assert kinds == {bool(re.match(words.SPACED_LETTER, letter))}, letter


@given(st.text(st.sampled_from([letter for letter in map(chr, range(0x2300)) if _SIMPLE.fullmatch(letter)])))
def test_a_text_of_simple_letters_is_folded_as_any_other(text: str) -> None:
    assert text.translate(_fold) == words.fold(index_words.widths(text))
