"""The query grammar: what people type means one thing, or is refused with the place marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.errors import QueryError
from pagewitness.archive.query import Both, Either, Not, Term, parse, terms


def words_of(text: str) -> list[str]:
    return [term.text for term in terms(parse(text))]


def test_words_stand_together() -> None:
    """Words side by side all have to stand there."""
    assert parse("minsk kremlin") == Both((Term(0, "minsk"), Term(1, "kremlin")))
    assert parse("minsk AND kremlin") == parse("minsk kremlin")


def test_or_joins_its_neighbours_only() -> None:
    """`a OR b c` is one of a and b, and c."""
    assert parse("a OR b c") == Both((Either((Term(0, "a"), Term(1, "b"))), Term(2, "c")))


def test_phrases_prefixes_and_exclusions() -> None:
    """A phrase is quoted, a prefix ends with a star, a minus excludes what follows it."""
    assert parse('"union state"') == Term(0, "union state", quoted=True)
    assert parse("belarus*") == Term(0, "belarus", prefix=True)
    assert parse("a -b") == Both((Term(0, "a"), Not(Term(1, "b"))))
    assert parse("a -(b c)") == Both((Term(0, "a"), Not(Both((Term(1, "b"), Term(2, "c"))))))


def test_parentheses_group_at_the_borders_of_words() -> None:
    """A parenthesis inside a word belongs to the word."""
    assert words_of("NATO (2024)") == ["NATO", "2024"]
    assert words_of("f(x)") == ["f(x)"]
    assert words_of("(f(x) OR y)") == ["f(x)", "y"]


def test_punctuation_alone_is_nothing() -> None:
    """A dash between words, as it is pasted from a text, does not matter."""
    assert words_of("war – peace & rest") == ["war", "peace", "rest"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ('a "b', '▸"b'), ("(a", "▸(a"), ("a)", "a▸)"), ("()", "(▸)"), ("a OR", "a OR▸"), ("OR a", "▸OR a"),
        ("a OR OR b", "▸OR b"), ("a*b", "▸a*b"), ("*", "▸*"), ("a - b", "▸- b"), ("--a", "▸-a"), ('a ""', '▸""'),
        ("a AND", "AND▸"), ("a OR -b", "-b▸"),
    ],
)  # fmt: skip
def test_a_malformed_query_is_one_sentence_with_the_place_marked(text: str, marked: str) -> None:
    """Nothing malformed is guessed at."""
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert marked in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "   ", "-a", "-a -b", "a " * 65, "x" * 3000, "(" * 40 + "a" + ")" * 40, "–"])
def test_empty_excluding_and_endless_queries_are_refused(text: str) -> None:
    """A query that asks for nothing, or for too much, says so."""
    with pytest.raises(QueryError):
        parse(text)


@given(st.text(alphabet="ab\"()-*OR AND\0é中 .'\\:^{}+~", max_size=60))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    """No input raises anything else, and what is parsed asks for something."""
    try:
        node = parse(text)
    except QueryError:
        return
    assert list(terms(node))
