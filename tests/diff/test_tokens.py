"""What counts as one token, so that no diff cuts through a word or a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.diff.tokens import Vocabulary, joined, keys_of_words, tokenise


def cores(text: str) -> list[str]:
    return [token.core for token in tokenise(text) if token.core]


@pytest.mark.parametrize(
    "whole",
    [
        "3.5", "1,200", "12 300", "12 %", "0.5%", "$1,200", "€5", "2024-03-07", "07.03.2024", "3/7/2024", "2023/2024", "12:30",
        "5G", "1st", "3.5m", "don’t", "l'Union", "well-known", "COVID-19", "U.S", "vsd.lt", "dpo@example.org",
        "https://example.org/a?b=1", "grėsmių", "हिन्दी", "col·laborar",
    ],
)  # fmt: skip
def test_numbers_dates_and_words_are_whole(whole: str) -> None:
    """Also in a sentence, and before a full stop or a bracket, which are their own."""
    assert cores(whole) == [whole]
    assert cores(f"See {whole}.") == ["See", whole, "."]
    assert cores(f"({whole}), or") == ["(", whole, ")", ",", "or"]


@pytest.mark.parametrize(
    "date",
    [
        "3 March 2024", "3rd of March 2024", "March 3, 2024", "March 3rd", "3 March", "March 2024", "Dec. 2024", "3. März 2024",
        "3 mars 2024", "1er mai", "3 de marzo de 2024", "marzo de 2024", "3 marzo 2024", "3 de março de 2024", "3 maart 2024",
        "3 marca 2024", "3. března 2024", "2024 m. kovo 3 d.", "2024 m. kovo", "2024. gada 3. martā", "3. märts 2024",
        "3. maaliskuuta 2024", "3 marts 2024", "3. desember 2024", "3 марта 2024", "3 грудня 2024", "2024年3月7日", "2024年",
    ],
)  # fmt: skip
def test_a_date_that_names_its_month_is_whole(date: str) -> None:
    """In every language whose month names are known."""
    assert cores(f"By {date}, or so") == ["By", date, ",", "or", "so"]
    assert cores(f"({date}) 5") == ["(", date, ")", "5"]


@pytest.mark.parametrize(
    "text", ["12 out of 15", "3 des pages", "3 set 5 2", "you may 5 times", "3 mail", "in 2024 may be"]
)
def test_words_that_are_months_in_another_language_are_words(text: str) -> None:
    """Where no year is beside them."""
    assert cores(text) == text.split()


def test_one_date_in_two_forms_is_one_token_in_other_clothes() -> None:
    """As two paragraphs that differ in nothing else are the same."""
    keys = {key for date in ("3 March 2024", "March 3, 2024", "2024 m. kovo 3 d.") for _, _, key in tokenise(date)[:-1]}
    assert len(keys) == 1


def test_numbers_beside_each_other_stay_apart() -> None:
    """A year and a number are no number of seven digits; cells of a table neither."""
    assert cores("In 2024 500 cases") == ["In", "2024", "500", "cases"]
    assert cores("33 | 370 | 4") == ["33", "|", "370", "|", "4"]


def test_scripts_without_blanks_fall_back_to_characters() -> None:
    """Each with its marks."""
    assert cores("威胁评估") == ["威", "胁", "评", "估"]
    assert cores("ในน้ำ") == ["ใ", "น", "น้", "ำ"]
    assert cores("脅威は2024年") == ["脅", "威", "は", "2024年"]
    assert keys_of_words("威胁, Likely") == ["威", "胁", "likely"]


def test_typography_does_not_tell_tokens_apart() -> None:
    """Their keys are the same, their text is not."""
    one, other = tokenise("“don’t”"), tokenise('"don\'t"')
    assert [token.key for token in one] == [token.key for token in other]
    assert [token.core for token in one] != [token.core for token in other]


@given(st.text() | st.text("a1.,%-'’ \n\u3000威น้é\u0301$€/:"))
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    """To the letter, with all its blanks."""
    assert joined(tokenise(text)) == text


def test_a_vocabulary_has_no_surrogates() -> None:
    """Not every library takes them."""
    spelt = Vocabulary().spell(str(number) for number in range(60_000))
    assert len(set(spelt)) == 60_000
    spelt.encode()
