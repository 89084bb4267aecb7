"""The query grammar (pure): what people type, parsed only here.

    query    = either+                       all of them on the page at one moment
    either   = part ("OR" part)*             one of them
    part     = "-" part | "(" query ")" | near
    near     = term ("NEAR/n" term)*         in one paragraph, at most n words between the first and the last
    term     = word | word"*" | '"' phrase '"'

A word is anything between blanks; punctuation inside it makes it a phrase (`vsd.lt`), punctuation alone is nothing.
`OR`, `NEAR/n` and `AND` (which changes nothing) are capitals. Typographic quotation marks are quotation marks. What `-`
excludes removes the time in which it was on the page, not the page. Ambiguous input is a QueryError that marks the place;
user input never reaches the database's own query syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import NoReturn

from pagewitness.archive.errors import QueryError
from pagewitness.archive.text.caret import pointed
from pagewitness.archive.text.words import folded_tokens, tokens

MAX_LENGTH = 2000
MAX_TERMS = 64
MAX_DEPTH = 20
MAX_NEAR = 1000


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for.

    Attributes:
        number: tells the leaves of a query apart.
        text: as typed, without quotes and star.
        quoted: a phrase in quotation marks: never stemmed.
        prefix: whether it ended with a star.
    """

    number: int
    text: str
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Terms in one block, as typed, with at most `distance` words between the first and the last of them."""

    number: int
    parts: tuple[Term, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts, at one moment."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of its parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The time in which its part is not on the page."""

    part: Node


Leaf = Term | Near
Node = Leaf | And | Or | Not

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"\0": " ", "\u3000": " ", "（": "(", "）": ")"})
_LEXEME = re.compile(
    r"\s*(?:(?P<minus>-)(?=[^\s)])|(?P<open>\()|(?P<close>\))|"
    r'"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))'
)
_PUNCTUATION = re.compile(r"[^\w*-]+")  # a dash or an ampersand between words: nothing to look for
_NEAR = re.compile(r"NEAR(?:/.*|\(.*)?", re.DOTALL)
_DISTANCE = re.compile(r"NEAR/([0-9]{1,4})")
_OPERATORS = ("OR", "AND", "NOT")


def parse(text: str) -> Node:
    """The query that a text is.

    >>> parse('Belarus -"union state"')
    And(parts=(Term(number=0, text='Belarus', quoted=False, prefix=False), Not(part=Term(number=1, text='union state', quoted=True, prefix=False))))

    Raises:
        QueryError: it is malformed, empty, too long, or only excludes.
    """  # noqa: E501
    if len(text) > MAX_LENGTH:
        raise QueryError(f"The query has {len(text)} characters; the limit is {MAX_LENGTH}.")
    parser = _Parser(text)
    node = parser.query(0)
    if parser.kind:
        parser.fail("This parenthesis closes nothing")
    if node is None:
        raise QueryError('The query is empty: write a word, a "phrase" or a prefix*.')
    if not any(True for _ in leaves(node)):
        raise QueryError(pointed("The query only excludes: add a word to look for", text, 0))
    return node


def leaves(node: Node, *, excluded: bool = False) -> Iterator[Leaf]:
    """The leaves that a page must have, left to right; with `excluded` also those that it must not have."""
    if isinstance(node, Term | Near):
        yield node
    elif isinstance(node, Not):
        if excluded:
            yield from leaves(node.part, excluded=True)
    else:
        for part in node.parts:
            yield from leaves(part, excluded=excluded)


def terms(node: Node) -> Iterator[Term]:
    """The terms that a page must have, left to right, without those that the query excludes."""
    for leaf in leaves(node):
        yield from (leaf,) if isinstance(leaf, Term) else leaf.parts


class _Parser:
    """Recursive descent over the lexemes; `kind` and `value` are those of the next one, empty at the end."""

    def __init__(self, text: str) -> None:
        self._typed = text
        self._text = text.translate(_QUOTES)
        self._numbers = count()
        self._terms = count(1)
        self._next = 0
        self._start = 0
        self._closed = False
        self.kind = self.value = ""
        self._advance()

    def query(self, depth: int) -> Node | None:
        """Parts up to a closing parenthesis or the end; None if nothing is there."""
        if depth > MAX_DEPTH:
            self.fail(f"More than {MAX_DEPTH} parentheses are nested here")
        parts: list[Node] = []
        while self.kind and self.kind != "close":
            if self._is("AND"):
                if not parts:
                    self.fail("This AND has nothing before it")
                self._advance()
                if not self.kind or self.kind == "close" or self._is("AND"):
                    self.fail("The AND before this has nothing after it")
                continue
            parts.append(self._either(depth))
        if not parts:
            return None
        if all(isinstance(part, Not) for part in parts) and depth:
            self.fail("The parentheses that end here only exclude: add a word to look for")
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _either(self, depth: int) -> Node:
        if self._is("OR"):
            self.fail("This OR has nothing before it")
        start = self._start
        parts = [self._part(depth)]
        while self._is("OR"):
            self._advance()
            if not self.kind or self.kind == "close" or self._is("OR") or self._is("AND"):
                self.fail("The OR before this has nothing after it")
            parts.append(self._part(depth))
        if len(parts) == 1:
            return parts[0]
        if any(isinstance(part, Not) for part in parts):
            self._start = start
            self.fail("An OR can't join an exclusion: exclude outside of it")
        return Or(tuple(parts))

    def _part(self, depth: int) -> Node:
        if self.kind == "minus":
            self._advance()
            if self.kind == "minus":
                self.fail("This excludes an exclusion: omit the second minus")
            return Not(self._part(depth))
        if self.kind == "open":
            return self._group(depth)
        return self._near()

    def _group(self, depth: int) -> Node:
        start = self._start
        self._advance()
        node = self.query(depth + 1)
        if self.kind != "close":
            self._start = start
            self.fail("This parenthesis is never closed")
        if node is None:
            self.fail("There is nothing in these parentheses")
        self._advance()
        return node

    def _near(self) -> Leaf:
        number = next(self._numbers)
        parts, distances, start = [self._term(number)], set[int](), 0
        while self.kind == "word" and _NEAR.fullmatch(self.value):
            start = self._start
            distances.add(self._distance())
            self._advance()
            if self.kind not in ("word", "phrase") or self._is(*_OPERATORS):
                self.fail("NEAR joins words, phrases and prefixes*: write one on each side")
            parts.append(self._term(number))
        if not distances:
            return parts[0]
        self._start = start
        if len(distances) > 1:
            self.fail("This NEAR has another number than the one before it: give both the same")
        if len({tuple(folded_tokens(part.text)) for part in parts}) < len(parts):
            self.fail("This NEAR joins a word with itself")
        return Near(number, tuple(parts), distances.pop())

    def _distance(self) -> int:
        found = _DISTANCE.fullmatch(self.value)
        if not found or int(found[1]) > MAX_NEAR:
            self.fail(f"NEAR takes a number up to {MAX_NEAR}: a NEAR/5 b (the word itself goes in quotation marks)")
        return int(found[1])

    def _term(self, number: int) -> Term:
        value, quoted = self.value, self.kind == "phrase"
        if quoted and not self._closed:
            self.fail("This quotation mark is never closed")
        if not quoted:
            self._refuse_operators()
        prefix = not quoted and value.endswith("*")
        value = value.rstrip("*") if prefix else value
        if "*" in value and not quoted:
            self.fail("This star is inside a word: put it at the end")
        if not tokens(value):
            self.fail("There is no letter or digit to look for here")
        if next(self._terms) > MAX_TERMS:
            self.fail(f"Here the query goes over the limit of {MAX_TERMS} words")
        self._advance()
        return Term(number, value, quoted, prefix)

    def _refuse_operators(self) -> None:
        """Refuse operators of other search engines instead of taking them for words."""
        if self._is("NOT"):
            self.fail('NOT is written as a minus, -word (the word itself goes in quotation marks, "NOT")')
        if self._is("OR", "AND"):
            self.fail("There is an operator here instead of a word (the word itself goes in quotation marks)")
        if _NEAR.fullmatch(self.value):
            self.fail("NEAR goes between two words: a NEAR/5 b (the word itself goes in quotation marks)")
        if len(self.value) > 1 and self.value[0] in "–—−‒‐‑":
            self.fail("This begins with a dash: write -word to exclude, or a blank after the dash")

    def _is(self, *values: str) -> bool:
        return self.kind == "word" and self.value in values

    def _advance(self) -> None:
        while True:
            match = _LEXEME.match(self._text, self._next)
            if match is None:
                self.kind, self.value, self._start = "", "", len(self._text)
                return
            self.kind = next(name for name in ("minus", "open", "close", "word", "phrase") if match[name] is not None)
            self.value, self._start, self._next = match[self.kind], match.start(self.kind), match.end()
            self._closed = bool(match["end"])
            if self.kind == "phrase":
                self._start -= 1
            elif self.kind == "word":
                self._close_word()
                if _PUNCTUATION.fullmatch(self.value):
                    continue
            return

    def _close_word(self) -> None:
        """Parentheses at the end of a word close groups, unless they were opened inside it (`f(x)`)."""
        inside = 0
        for place, letter in enumerate(self.value):
            inside += (letter == "(") - (letter == ")")
            if inside < 0:
                self._next -= len(self.value) - place
                self.value = self.value[:place]
                return

    def fail(self, what: str) -> NoReturn:
        """Raise a QueryError that marks the place."""
        raise QueryError(pointed(what, self._typed, self._start))
