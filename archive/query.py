"""The query grammar (pure): what people type, parsed by us and by nobody else.

    query    = either+                  all of them have to stand on the page at one moment
    either   = part ("OR" part)*        one of them
    part     = ["-"] (word | word"*" | '"' phrase '"' | "(" query ")")

A word is anything between blanks; punctuation inside it makes it a phrase (`vsd.lt`), punctuation alone is
nothing. `OR` and `AND` (which changes
nothing) are capitals. What `-` excludes takes away the time in which it stood, not the page. A malformed query is a
QueryError with the place marked; nothing that a user types reaches the database's own query syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import NoReturn

from pagewitness.archive.errors import QueryError
from pagewitness.archive.words import tokens

MAX_LENGTH = 2000
MAX_TERMS = 64
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for.

    Attributes:
        number: tells the terms of a query apart.
        text: as typed, without quotes and star.
        quoted: a phrase in quotation marks: never stemmed.
        prefix: whether it ended with a star.
    """

    number: int
    text: str
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """All of its parts, at one moment."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of its parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The time in which its part does not stand."""

    part: Node


Node = Term | Both | Either | Not

_LEXEME = re.compile(
    r"\s*(?:(?P<minus>-)(?=[^\s)])|(?P<open>\()|(?P<close>\))|"
    r'"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))'
)

_PUNCTUATION = re.compile(r"[^\w*-]+")  # a dash or an ampersand between words: nothing to look for


def parse(text: str) -> Node:
    """The query that a text is.

    >>> parse('Belarus -"union state"')
    Both(parts=(Term(number=0, text='Belarus', quoted=False, prefix=False), Not(part=Term(number=1, text='union state', quoted=True, prefix=False))))

    Raises:
        QueryError: it is malformed, empty, too long, or only excludes.
    """  # noqa: E501
    if len(text) > MAX_LENGTH:
        raise QueryError(f"The query has {len(text)} characters: {MAX_LENGTH} are the most.")
    text = text.replace("\0", " ")
    parser = _Parser(text)
    node = parser.query(0)
    if parser.kind:
        parser.fail("closes nothing")
    if node is None:
        raise QueryError('The query is empty: write a word, a "phrase" or a prefix*.')
    if not any(True for _ in terms(node)):
        raise QueryError(f"The query only excludes: add a word that has to stand there: {text.strip()}")
    return node


def terms(node: Node) -> Iterator[Term]:
    """The terms of a query that have to stand there, left to right; not those that it excludes."""
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Not):
        for part in node.parts:
            yield from terms(part)


class _Parser:
    """Recursive descent over the lexemes; `kind` and `value` are those of the next one, empty at the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._numbers = count()
        self._next = 0
        self._start = 0
        self.kind = self.value = ""
        self._advance()

    def query(self, depth: int) -> Node | None:
        """Parts up to a closing parenthesis or the end; None where there are none."""
        if depth > MAX_DEPTH:
            self.fail(f"stands in more than {MAX_DEPTH} parentheses")
        parts: list[Node] = []
        while self.kind and self.kind != "close":
            if self._is("AND"):
                if not parts:
                    self.fail("has nothing before it")
                self._advance()
                if not self.kind or self.kind == "close" or self._is("AND"):
                    self.fail("has nothing to join")
                continue
            parts.append(self._either(depth))
        if not parts:
            return None
        if all(isinstance(part, Not) for part in parts) and depth:
            self.fail("ends parentheses that only exclude")
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _either(self, depth: int) -> Node:
        if self._is("OR"):
            self.fail("has nothing before it")
        parts = [self._part(depth)]
        while self._is("OR"):
            self._advance()
            if not self.kind or self.kind == "close" or self._is("OR") or self._is("AND"):
                self.fail("has nothing behind it")
            parts.append(self._part(depth))
        if len(parts) == 1:
            return parts[0]
        if any(isinstance(part, Not) for part in parts):
            self.fail("comes after an OR that joins an exclusion: exclude outside of it")
        return Either(tuple(parts))

    def _part(self, depth: int) -> Node:
        if self.kind == "minus":
            self._advance()
            if self.kind == "minus":
                self.fail("excludes an exclusion")
            return Not(self._part(depth))
        if self.kind == "open":
            start = self._start
            self._advance()
            node = self.query(depth + 1)
            if self.kind != "close":
                self._start = start
                self.fail("is never closed")
            if node is None:
                self.fail("closes empty parentheses")
            self._advance()
            return node
        return self._term()

    def _term(self) -> Term:
        value, quoted = self.value, self.kind == "phrase"
        if quoted and not self._closed:
            self.fail("is a quotation mark that is never closed")
        prefix = not quoted and value.endswith("*")
        value = value.rstrip("*") if prefix else value
        if "*" in value and not quoted:
            self.fail("has a star inside: a star stands at the end of a word")
        if not tokens(value):
            self.fail("has no letter or digit to look for")
        number = next(self._numbers)
        if number >= MAX_TERMS:
            self.fail(f"is the word after {MAX_TERMS}, which are the most")
        self._advance()
        return Term(number, value, quoted, prefix)

    def _is(self, word: str) -> bool:
        return self.kind == "word" and self.value == word

    def _advance(self) -> None:
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
                self._advance()

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
        marked = f"{self._text[: self._start]}▸{self._text[self._start :]}".strip()
        raise QueryError(f"What begins at ▸ {what}: {_short(marked)}")


def _short(marked: str) -> str:
    place = marked.find("▸")
    return marked if len(marked) <= 160 else f"…{marked[max(0, place - 60) : place + 80]}…"
