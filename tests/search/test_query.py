"""The query grammar: what people type means one thing, or is refused with the place marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.errors import QueryError
from pagewitness.archive.search.query import And, Near, Not, Or, Term, parse, terms


def words_of(text: str) -> list[str]:
    return [term.text for term in terms(parse(text))]


def test_words_stand_together() -> None:
    """Words side by side must all be there."""
    assert parse("minsk kremlin") == And((Term(0, "minsk"), Term(1, "kremlin")))
    assert parse("minsk AND kremlin") == parse("minsk kremlin")


def test_or_joins_its_neighbours_only() -> None:
    """`a OR b c` is one of a and b, and c."""
    assert parse("a OR b c") == And((Or((Term(0, "a"), Term(1, "b"))), Term(2, "c")))


def test_phrases_prefixes_and_exclusions() -> None:
    """A phrase is quoted, a prefix ends with a star, a minus excludes what follows it."""
    assert parse('"union state"') == Term(0, "union state", quoted=True)
    assert parse("belarus*") == Term(0, "belarus", prefix=True)
    assert parse("a -b") == And((Term(0, "a"), Not(Term(1, "b"))))
    assert parse("a -(b c)") == And((Term(0, "a"), Not(And((Term(1, "b"), Term(2, "c"))))))


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
        ('a "b', '"b'), ("(a", "(a"), ("a)", ")"), ("()", ")"), ("a OR", ""), ("OR a", "OR a"), ("a OR OR b", "OR b"),
        ("a*b", "a*b"), ("*", "*"), ("a - b", "- b"), ("--a", "-a"), ('a ""', '""'), ("a AND", ""), ("a OR -b", "a OR -b"),
        ("a NOT b", "NOT b"), ("-OR a", "OR a"), ("a NEAR b", "NEAR b"), ("NEAR(a b)", "NEAR(a b)"), ("a NEAR/x b", "NEAR/x b"),
        ("a NEAR/5", ""), ("a NEAR/2 (b c)", "(b c)"), ("a NEAR/2 A", "NEAR/2 A"), ("a NEAR/2 b NEAR/3 c", "NEAR/3 c"),
        ("a NEAR/9999 b", "NEAR/9999 b"), ("a –b", "–b"), ("a (-b)", ")"), ("“a", "“a"), ("-a", "-a"), ("威胁 (a", "(a"),
    ],
)  # fmt: skip
def test_a_malformed_query_is_one_sentence_with_a_caret_under_the_place(text: str, marked: str) -> None:
    """Nothing malformed is guessed at, and nothing that other search engines take for an operator is taken for a word."""
    with pytest.raises(QueryError) as raised:
        parse(text)
    sentence, line, caret = str(raised.value).split("\n")
    assert sentence.endswith(":")
    assert line == f"  {text}"
    wide = sum(letter in "威胁" for letter in text)
    assert caret == " " * (2 + len(text) - len(marked) + wide) + "^"


def test_a_long_query_is_shown_around_the_place() -> None:
    """In one line of a terminal."""
    with pytest.raises(QueryError) as raised:
        parse(f"{'word ' * 30}* {'word ' * 20}")
    _, line, caret = str(raised.value).split("\n")
    assert len(line) < 82
    assert line[caret.index("^")] == "*"


def test_near_joins_terms_in_one_paragraph() -> None:
    """With a number; phrases and prefixes too."""
    found = parse('a NEAR/3 "b c" NEAR/3 d* OR e')
    near = Near(0, (Term(0, "a"), Term(0, "b c", quoted=True), Term(0, "d", prefix=True)), 3)
    assert found == Or((near, Term(1, "e")))
    assert words_of("a NEAR/3 b") == ["a", "b"]


def test_operators_in_quotation_marks_or_small_letters_are_words() -> None:
    """As the error messages say."""
    assert parse('"NOT"') == Term(0, "NOT", quoted=True)
    assert words_of("not near or and nearby NEARBY") == ["not", "near", "or", "and", "nearby", "NEARBY"]


def test_typographic_quotation_marks_are_quotation_marks() -> None:
    """A phrase that is pasted from a text is a phrase."""
    for text in ("“union state”", "„union state“", "«union state»"):
        assert parse(text) == parse('"union state"')


@pytest.mark.parametrize(
    "text", ["", "   ", "-a", "-a -b", "a " * 65, "x" * 3000, "(" * 40 + "a" + ")" * 40, "–", "-:"]
)
def test_empty_excluding_and_endless_queries_are_refused(text: str) -> None:
    """A query that asks for nothing, or for too much, says so."""
    with pytest.raises(QueryError):
        parse(text)


PIECES = [
    "a",
    "b*",
    '"c d"',
    "(",
    ")",
    "-",
    " ",
    "OR",
    "AND",
    "NEAR/2",
    "NEAR",
    "NOT",
    '"',
    "“",
    "”",
    "威胁",
    "*",
    "–",
    "\0",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_pieces_are_a_query_or_a_query_error(text: str) -> None:
    """However they are put together."""
    try:
        node = parse(text)
    except QueryError:
        return
    assert list(terms(node))


@given(st.text(alphabet="ab\"()-*OR AND\0é中 .'\\:^{}+~", max_size=60))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    """No input raises anything else, and what is parsed asks for something."""
    try:
        node = parse(text)
    except QueryError:
        return
    assert list(terms(node))


@pytest.mark.parametrize("text", ["a OR", "(a OR)", "a OR OR b", "a OR AND b"])
def test_an_or_with_nothing_behind_it_is_said_to_have_nothing_behind_it(text: str) -> None:
    with pytest.raises(QueryError, match="has nothing after it"):
        parse(text)
