"""Search, held against a slow evaluation that is plainly right: page by page, moment by moment, word by word."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers import archive, check_whole, day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.search import facets, find, match_pass, ranking, temporal_match
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words, words

WORDS = ("threat", "threats", "like", "威胁评", "grėsmės", "likely")
LANGUAGES = ("en", "lt", None)
END = day(1000)


# --- worlds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paragraph:
    """What it says, and between which of its page's visits it was on the page (None: it still is)."""

    text: str
    language: str | None
    spans: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class Document:
    """A page with so many visits, the credible ones among them, and its paragraphs."""

    source: str
    kind: str
    credible: tuple[bool, ...]
    paragraphs: tuple[Paragraph, ...]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A page. The first and the last visit are credible, and so is each at which a paragraph came or went."""
    visits = draw(st.sampled_from([3, 4, 2, 1]))
    paragraphs = []
    for _ in range(draw(st.integers(1, 4))):
        text = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4)))
        since = draw(st.integers(0, visits - 1))
        until = draw(st.integers(since + 1, visits) if since + 1 < visits else st.none())
        until = None if until == visits else until
        spans: tuple[tuple[int, int | None], ...] = ((since, until),)
        if until is not None and until + 1 < visits and draw(st.booleans()):
            spans += ((until + 1, None),)
        paragraphs.append(Paragraph(text, draw(st.sampled_from(LANGUAGES)), spans))
    turns = {edge for one in paragraphs for span in one.spans for edge in span}
    credible = tuple(number in turns or draw(st.booleans()) for number in range(visits))
    return Document(draw(st.sampled_from("AB")), draw(st.sampled_from(["html", "pdf"])), credible, tuple(paragraphs))


def write(db: Sqlite, world: list[Document]) -> None:
    """Put a world into the tables of an archive, as `derivation` would."""
    for name in {one.source for one in world}:
        db.execute("insert into sources (name) values (:name)", name=name)
    db.execute("insert into pages (id, url, key, host) values (0, '', '', '')")
    db.execute("insert into frames values (1, 0, x'')")
    db.execute("insert into bodies values (1, '', 0, 1, 0)")
    for page, one in enumerate(world, 1):
        db.execute(
            """insert into pages (id, url, key, host, title, kind, source_id) values (:id, :url, :url, '', :title, :kind,
                   (select id from sources where name = :source))""",
            id=page, url=f"https://example.org/{page}", title=f"Pagė {page}", kind=one.kind, source=one.source,
        )  # fmt: skip
        for language in {paragraph.language for paragraph in one.paragraphs}:
            db.execute(
                """insert into readings (page_id, cleaner, page_digest, language, layout)
                   values (:page, 'c', :page_digest, :language, x'')""",
                page=page, page_digest=language or "", language=language,
            )  # fmt: skip
        for number, credible in enumerate(one.credible):
            _visit(db, page, number, credible)
        for number, paragraph in enumerate(one.paragraphs):
            _paragraph(db, page, number, paragraph)


def _visit(db: Sqlite, page: int, number: int, credible: bool) -> None:
    values = {"id": page * 16 + number, "page": page, "at": day(number)}
    db.execute(
        """insert into captures (id, page_id, captured_at, url, status, headers, body_id)
           values (:id, :page, :at, '', 200, '[]', 1)""",
        **values,
    )
    db.execute(
        "insert into visits values (:id, :page, '', 'import', :at, 'captured', 200, null, :id, null, null, '')",
        **values,
    )
    db.execute(
        """insert into observations (visit_id, page_id, observed_at, capture_id, verdict, revision)
           values (:id, :page, :at, :id, :verdict, :id)""",
        verdict="changed" if credible else "suspect", **values,
    )  # fmt: skip
    reading = db.value("select min(id) from readings where page_id = :page", page=page)
    db.execute(
        """insert into revisions values (:id, :page, :id, :at, :number, 'change', 'c', :reading, '', 0, '', '[]')""",
        number=number + 1, reading=reading, **values,
    )  # fmt: skip


def _paragraph(db: Sqlite, page: int, number: int, one: Paragraph) -> None:
    block = (page << BLOCK_BITS) + number + 1
    db.execute(
        """insert into blocks (id, form, kind, language, text, stems, bigrams)
           values (:id, :form, 'p', :language, :text, :stems, :bigrams)""",
        id=block, form=str(number), language=one.language, text=one.text,
        stems=words.stem_keys(one.text, one.language), bigrams=index_words.bigrams(one.text),
    )  # fmt: skip
    for since, until in one.spans:
        db.execute(
            "insert into presence values (:block, :since, :since_at, :until, :until_at)",
            block=block, since=page * 16 + since, since_at=day(since),
            until=None if until is None else page * 16 + until, until_at=None if until is None else day(until),
        )  # fmt: skip


# --- queries, each as its text and as what it means -------------------------------------------------------------------

Carries = Callable[[Paragraph, bool], bool]  # (paragraph, in any form?) -> whether it carries a leaf
Means = Callable[[list[Paragraph], bool, str | None], bool]  # (what stands, in any form?, language) -> whether it fits


@dataclass(frozen=True)
class Query:
    """A query: its text; what it means; whether it only excludes; the leaves that must be there."""

    text: str
    means: Means
    excludes: bool
    leaves: tuple[Carries, ...]


def _tokens(text: str) -> list[str]:
    """The words of a paragraph, folded; letters that stand without blanks one by one."""
    spaced = "".join(f" {letter} " if letter in "威胁评估" else letter for letter in text)
    return [words.fold(one) for one in spaced.split()]


def _run(tokens: list[str], sought: list[str], prefix: bool = False) -> list[int]:
    """Where some words are side by side."""
    return [
        place
        for place in range(len(tokens) - len(sought) + 1)
        if tokens[place : place + len(sought) - 1] == sought[:-1]
        and (
            tokens[place + len(sought) - 1].startswith(sought[-1])
            if prefix
            else tokens[place + len(sought) - 1] == sought[-1]
        )
    ]


def _leaf(text: str, carries: Carries) -> Query:
    def means(standing: list[Paragraph], stemmed: bool, language: str | None) -> bool:
        return any(carries(one, stemmed) for one in standing if language in (None, one.language))

    return Query(text, means, False, (carries,))


def _word(word: str) -> Query:
    def carries(one: Paragraph, stemmed: bool) -> bool:
        if _run(_tokens(one.text), _tokens(word)):
            return True
        if not stemmed or one.language is None or (not word.isascii() and word[0] in "威评"):
            return False
        stem = words.stem(word, one.language)
        return any(words.stem(other, one.language) == stem for other in one.text.split() if other[0] not in "威评")

    return _leaf(word, carries)


def _phrase(several: list[str]) -> Query:
    text = " ".join(several)
    return _leaf(f'"{text}"', lambda one, _: bool(_run(_tokens(one.text), _tokens(text))))


def _prefix(word: str) -> Query:
    return _leaf(f"{word}*", lambda one, _: bool(_run(_tokens(one.text), _tokens(word), prefix=True)))


def _near(first: str, second: str, distance: int) -> Query:
    def carries(one: Paragraph, _: bool) -> bool:
        tokens = _tokens(one.text)
        return any(
            abs(here - there) - 1 <= distance for here in _run(tokens, [first]) for there in _run(tokens, [second])
        )

    return _leaf(f"{first} NEAR/{distance} {second}", carries)


def _not(part: Query) -> Query:
    # What is excluded is so in every language and in any form.
    return Query(f"-({part.text})", lambda standing, _, __: not part.means(standing, True, None), True, ())


def _both(parts: list[Query]) -> Query:
    return Query(
        " ".join(f"({one.text})" if not one.excludes else one.text for one in parts),
        lambda standing, stemmed, language: all(one.means(standing, stemmed, language) for one in parts),
        False,
        tuple(leaf for one in parts for leaf in one.leaves),
    )


def _either(parts: list[Query]) -> Query:
    return Query(
        " OR ".join(f"({one.text})" for one in parts),
        lambda standing, stemmed, language: any(one.means(standing, stemmed, language) for one in parts),
        False,
        tuple(leaf for one in parts for leaf in one.leaves),
    )


LATIN = [word for word in WORDS if word.isascii()]
LEAVES = (
    st.sampled_from(WORDS).map(_word)
    | st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(_phrase)
    | st.sampled_from(["th", "like", "威"]).map(_prefix)
    | st.builds(_near, st.sampled_from(LATIN[:2]), st.sampled_from(LATIN[2:]), st.integers(0, 2))
)


@st.composite
def _joined(draw: st.DrawFn, parts: st.SearchStrategy[Query]) -> Query:
    """A conjunction, with exclusions here and there."""
    wanted = draw(st.lists(parts, min_size=1, max_size=3))
    unwanted = draw(st.lists(parts.map(_not), max_size=2))
    return _both(draw(st.permutations([*wanted, *unwanted])))


QUERIES = st.recursive(
    LEAVES, lambda parts: _joined(parts) | st.lists(parts, min_size=2, max_size=3).map(_either), max_leaves=6
)

DATES = st.integers(-1, 7).map(lambda number: day(number / 2))


def filters_of(one: str, other: str) -> list[Filters]:
    """Each filter, and those together that meet in the code; two dates to ask about."""
    first, last = sorted((one, other))
    return [
        Filters(), Filters(current=True), Filters(current=False), Filters(at=one), Filters(since=one), Filters(until=one),
        Filters(since=first, until=last), Filters(since=one, current=False), Filters(until=one, current=True),
        Filters(at=one, current=False), Filters(language="en"), Filters(source="a", at=other), Filters(kind="pdf", until=other),
        Filters(title="page 1"), Filters(language="lt", since=other),
    ]  # fmt: skip


# --- the slow evaluation ----------------------------------------------------------------------------------------------


def _stands(one: Paragraph, at: str) -> bool:
    return any(day(since) <= at and (until is None or at < day(until)) for since, until in one.spans)


def _moments(page: Document, query: Query, stemmed: bool, language: str | None) -> list[tuple[str, str]]:
    """When a page fitted: looked at between any two of its visits, and after the last."""
    edges = [*(day(number) for number in range(len(page.credible))), END]
    found: list[tuple[str, str]] = []
    for since, until in pairwise(edges):
        if query.means([one for one in page.paragraphs if _stands(one, since)], stemmed, language):
            if found and found[-1][1] == since:
                found[-1] = (found[-1][0], until)
            else:
                found.append((since, until))
    return found


def _seen(page: Document, since: str, until: str) -> str:
    return max(
        (day(number) for number, credible in enumerate(page.credible) if credible and since <= day(number) < until),
        default=since,
    )


def slowly(number: int, page: Document, query: Query, filters: Filters, stemmed: bool) -> tuple[str, str, bool] | None:
    """(first seen, last seen, current) of a page, or None where it does not fit."""
    if (
        (filters.source and page.source != "A")
        or filters.kind not in (None, page.kind)
        or (filters.title and number != 1)
    ):
        return None
    moments = _moments(page, query, stemmed, filters.language)
    current = bool(moments) and moments[-1][1] == END
    if filters.current is not None and current != filters.current:
        return None
    kept = [
        (since, until)
        for since, until in moments
        if (not filters.at or since <= filters.at < until)
        and (not filters.current or until == END)
        and (not filters.since or _seen(page, since, until) >= filters.since)  # nobody visits these pages
        and (not filters.until or since <= filters.until)
    ]
    return (kept[0][0], _seen(page, *kept[-1]), current) if kept else None


# --- side by side -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty() -> Iterator[Sqlite]:
    with TemporaryDirectory() as folder, archive(Path(folder)) as db:
        yield db


class _Undone(Exception):
    pass


@contextmanager
def written(db: Sqlite, world: list[Document]) -> Iterator[None]:
    """A world in an archive, which is empty again afterwards."""
    try:
        with db.transaction():
            write(db, world)
            yield
            raise _Undone
    except _Undone:
        pass


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(documents(), min_size=1, max_size=4), QUERIES, DATES, DATES,
    st.sampled_from([0, 1, 2, 10_000]), st.sampled_from([0, 1, 10_000]), st.integers(1, 3), st.sampled_from([1, 3, 512]),
)  # fmt: skip
def test_search_finds_what_a_look_at_each_moment_finds(
    empty: Sqlite,
    world: list[Document],
    query: Query,
    one: str,
    other: str,
    common: int,
    wide: int,
    batch: int,
    looked: int,
) -> None:
    """The same pages with the same times.

    Whichever leaves count as common, however many pages are looked at at once, and whatever part of them is asked for.
    """
    with written(empty, world), pytest.MonkeyPatch.context() as patch:
        patch.setattr(match_pass, "COMMON", common)
        patch.setattr(match_pass, "WIDE", common + wide)
        for module, names in {
            find: ("BATCH", "ONE_BY_ONE"),
            ranking: ("FIRST", "NEXT", "BEST", "AT_ONCE", "FEW_BLOCKS"),
        }.items():
            for name in names:
                patch.setattr(module, name, batch)
        patch.setattr(find, "LOOKED", looked)
        patch.setattr(temporal_match, "FEW_PAGES", batch)
        for filters in filters_of(one, other):
            if not filters.source or any(page.source == "A" for page in world):
                compare(empty, world, query, filters)
        compare_orders(empty, world, query)


def expected_hits(
    world: list[Document], query: Query, filters: Filters, stemmed: bool
) -> dict[int, tuple[str, str, bool]]:
    return {n: found for n, page in enumerate(world, 1) if (found := slowly(n, page, query, filters, stemmed))}


def compare(db: Sqlite, world: list[Document], query: Query, filters: Filters) -> None:
    """The hits, their times, their paragraphs and their number, and that words as typed come first."""
    typed = expected_hits(world, query, filters, False)
    expected = expected_hits(world, query, filters, True) | typed
    hits = find.search(db, query.text, filters)
    assert {hit.page_id: (hit.first_seen, hit.last_seen, hit.current) for hit in hits} == expected
    assert [hit.page_id in typed for hit in hits] == sorted((hit.page_id in typed for hit in hits), reverse=True)
    assert find.count(db, query.text, filters) == len(expected)
    if len(hits) > 1:
        parts = [find.search(db, query.text, filters, limit, offset) for limit, offset in ((1, 0), (2, 1))]
        assert [hit.page_id for part in parts for hit in part] == [hit.page_id for hit in hits[:3]]
    for hit in hits:
        assert any(
            one.text == hit.snippet and carries(one, hit.page_id not in typed)
            for one in world[hit.page_id - 1].paragraphs
            for carries in query.leaves
        )


def compare_orders(db: Sqlite, world: list[Document], query: Query) -> None:
    """The same hits page by page of results, by date, and in the counts of facets."""
    hits = find.search(db, query.text)
    paged = [one for n in (0, 1) for one in find.search(db, query.text, Filters(), 1 + 2 * n, n)]
    assert [one.page_id for one in paged] == [one.page_id for one in hits]
    dated = find.search(db, query.text, order="date")
    assert [hit.first_seen for hit in dated] == sorted((hit.first_seen for hit in hits), reverse=True)
    for by, value in {"source": "source", "lang": "language"}.items():
        assert dict(facets.facet(db, query.text, Filters(), by)) == Counter(getattr(hit, value) for hit in hits)
    assert dict(facets.facet(db, query.text, Filters(), "year")) == Counter(hit.first_seen[:4] for hit in hits)


def test_worlds_leave_nothing_behind(empty: Sqlite) -> None:
    """The archive that the worlds were written to is empty and whole."""
    check_whole(empty)
    assert json.dumps([tuple(row) for row in empty.rows("select count(*) from blocks")]) == "[[0]]"
