"""Selection: what people type for a page and for one of its revisions."""

from __future__ import annotations

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive import times
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import selection

TODAY = day(100)
ASSESSMENT = "https://one.example/assessment"


@pytest.fixture
def page(db: Sqlite) -> Page:
    """A page with revisions on days 1, 2 and 5 (the first returned on day 3), and others beside it."""
    texts = {1: "It is unlikely.", 2: "It is likely.", 3: "It is unlikely.", 5: "It is very likely."}
    found = evidence.known_page(db, ASSESSMENT)
    for at, text in texts.items():
        capture = evidence.keep(db, Visit(found, "import", day(at)), answer(text, record_id=f"<urn:{at}>"))
        assert capture is not None
        read(
            db,
            capture,
            reading(["# Threats", "These words stay, and so the texts are near.", text], title="Threats 2024"),
        )
    derivation.derive(db, found, "c1")
    for url in ("https://one.example/annual", "https://one.example/annual/part", "https://two.example/x@2"):
        evidence.known_page(db, url)
    return found


@pytest.mark.parametrize(
    "text",
    [
        ASSESSMENT,
        "HTTP://ONE.example/assessment#x",
        "assessment",
        "ASSESS",
        "threats 2024",
        "one.example/ass",
        " assessment ",
    ],
)
def test_a_page_is_its_address_or_any_part_that_fits_one(db: Sqlite, page: Page, text: str) -> None:
    """Of the address or of the title, whatever the case."""
    assert selection.page_named(db, text).id == page.id


def test_an_exact_address_wins_over_others_that_contain_it(db: Sqlite, page: Page) -> None:
    assert selection.page_named(db, "https://one.example/annual").url == "https://one.example/annual"


def test_a_part_that_fits_several_lists_them(db: Sqlite, page: Page) -> None:
    """With exit code 2, in a list that does not grow without end."""
    with pytest.raises(QueryError, match="matches several pages") as caught:
        selection.page_named(db, "annual")
    assert caught.value.exit_code == 2
    assert str(caught.value).splitlines()[1:] == ["  https://one.example/annual", "  https://one.example/annual/part"]
    for number in range(30):
        evidence.known_page(db, f"https://many.example/{number}")
    with pytest.raises(QueryError) as caught:
        selection.page_named(db, "many")
    assert len(str(caught.value).splitlines()) == selection.LISTED + 2


@pytest.mark.parametrize(
    "text", ["grėsmių", "GRESMIU", "Zagrożeń", "zagrozen", "vertinimas/2024-š", "2024-š", "%C5%A1"]
)
def test_a_part_fits_whatever_its_case_and_diacritics(db: Sqlite, page: Page, text: str) -> None:
    """In titles, and in addresses with or without escapes."""
    found = evidence.known_page(db, "https://lt.example/Vertinimas/2024-%C5%A1")
    db.execute("update pages set title = 'Nacionalinių Grėsmių / Zagrożeń' where id = :id", id=found.id)
    assert selection.page_named(db, text).id == found.id


@pytest.mark.parametrize("text", ["unknown", "%", "https://one.example/assessment/x"])
def test_what_fits_no_page_is_not_found(db: Sqlite, page: Page, text: str) -> None:
    """With exit code 3; wildcards have no meaning."""
    with pytest.raises(NotFound) as caught:
        selection.page_named(db, text)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "why"), [("", "An empty argument"), ("  ", "An empty argument"), ("assessment@1", "omit @1")]
)
def test_where_a_page_is_to_be_named_nothing_else_will_do(db: Sqlite, page: Page, text: str, why: str) -> None:
    """That is wrong usage."""
    with pytest.raises(QueryError, match=why):
        selection.page_named(db, text)


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("1", 1), ("3", 3), ("first", 1), ("last", 3),
        (day(1), 1), (day(2.5), 2), ("2024-01-03", 2), ("2024-01-04", 1), ("2024-01-05", 1),
        ("2024-01-06", 3), ("2024-01", 3), ("2024", 3), ("1d", 3), ("97d", 1),
    ],
)  # fmt: skip
def test_a_reference_is_a_number_a_word_or_a_date(db: Sqlite, page: Page, reference: str, number: int) -> None:
    """A date means the current revision at its end, also one that had returned; four digits are a year."""
    assert selection.is_reference(reference)
    assert selection.revision_named(db, page, reference, TODAY).number == number
    assert selection.page_and_revision(db, f"{ASSESSMENT}@{reference}", None, TODAY)[1].number == number
    assert selection.page_and_revision(db, "assessment", reference, TODAY)[1].number == number


@pytest.mark.parametrize(
    ("reference", "number"),
    [("7", 7), ("r7", 7), ("R2024", 2024), ("1002", 1002), ("r1002", 1002), ("2101", 2101), ("1899", 1899),
     ("1900", None), ("2100", None), ("10020", 10020), ("r", None), ("rr1", None), ("7d", None)],
)  # fmt: skip
def test_a_number_may_have_an_r_before_it_and_four_digits_only_where_they_are_no_year(
    reference: str, number: int | None
) -> None:
    """As `blame` prints it: `r1002`."""
    assert selection.number_in(reference) == number


def test_every_revision_of_a_page_with_thousands_can_be_named(db: Sqlite, page: Page) -> None:
    """Also the 1,002nd, and the 2,024th behind an r."""
    db.execute("pragma foreign_keys = off")  # the rows below have no visits
    db.many(
        """insert into revisions (page_id, visit_id, capture_id, reading_id, number, cause, captured_at, title, words,
               digest, blocks, cleaner)
           select page_id, :visit, capture_id, reading_id, :number, cause, captured_at, title, words, digest, blocks, cleaner
           from revisions where page_id = :page and number = 1""",
        ({"page": page.id, "number": number, "visit": 10_000 + number} for number in range(4, 2101)),
    )
    for reference, number in (("1002", 1002), ("r1002", 1002), ("r2024", 2024), ("last", 2100), ("1000", 1000)):
        assert selection.revision_named(db, page, reference, TODAY).number == number
        assert selection.page_at(db, f"{ASSESSMENT}@{reference}")[1] == reference


@pytest.mark.parametrize("reference", ["0", "4", "r4", "1002", "99999", "2023", "2024-01-01", "200d"])
def test_a_revision_that_there_is_not_is_not_found(db: Sqlite, page: Page, reference: str) -> None:
    with pytest.raises(NotFound):
        selection.revision_named(db, page, reference, TODAY)


@pytest.mark.parametrize("reference", ["2023", "2024-01-01", "200d"])
def test_a_date_before_the_first_revision_tells_since_when_the_page_is_known(
    db: Sqlite, page: Page, reference: str
) -> None:
    with pytest.raises(
        NotFound,
        match=f"first captured on 2024-01-02 00:00 UTC: there is no record of what it said {times.when(reference)}",
    ):
        selection.revision_named(db, page, reference, TODAY)


def test_a_full_time_means_the_capture_then_or_last_before_for_its_bytes(db: Sqlite, page: Page) -> None:
    """Suspect or not; everything else means the capture that first showed the revision."""
    wall = evidence.keep(db, Visit(page, "import", day(4)), answer("a wall", record_id="<urn:4>"))
    assert wall is not None
    read(db, wall, reading(["Accept."], not_credible="it is a wall"))
    derivation.derive(db, page, "c1")
    assert [selection.capture_id_of(db, "assessment", at, TODAY) for at in (day(4), "2024-01-05T07", day(3), day(4.9))] == [
        wall, wall, 3, wall
    ]  # fmt: skip
    assert selection.capture_id_of(db, f"{ASSESSMENT}@{day(4)}", None, TODAY) == wall
    assert [selection.capture_id_of(db, "assessment", at, TODAY) for at in ("2024-01-05", "1", "last", None)] == [
        1,
        1,
        4,
        4,
    ]
    with pytest.raises(NotFound, match="no capture from"):
        selection.capture_id_of(db, "assessment", day(0), TODAY)
    with pytest.raises(QueryError, match="--at"):
        selection.capture_id_of(db, f"{ASSESSMENT}@{day(4)}", day(4), TODAY)


@pytest.mark.parametrize("reference", ["x", "-1", "1.5", "newest", "2024-13"])
def test_what_is_no_reference_is_reported(db: Sqlite, page: Page, reference: str) -> None:
    assert not selection.is_reference(reference)
    with pytest.raises(QueryError):
        selection.revision_named(db, page, reference, TODAY)


def test_without_a_reference_it_is_the_revision_current_now(db: Sqlite, page: Page) -> None:
    """Which is not always the newest: an earlier one may have returned."""
    assert selection.page_and_revision(db, "assessment", None, TODAY)[1].number == 3
    capture = evidence.keep(db, Visit(page, "import", day(9)), answer("again", record_id="<urn:9>"))
    assert capture is not None
    read(db, capture, reading(["# Threats", "These words stay, and so the texts are near.", "It is unlikely."]))
    derivation.derive(db, page, "c1")
    assert selection.page_and_revision(db, "assessment", None, TODAY)[1].number == 1
    assert selection.revision_named(db, page, "last", TODAY).number == 3


def test_an_address_may_hold_an_at_sign(db: Sqlite, page: Page) -> None:
    """A page whose address ends like a reference is that page."""
    found, reference = selection.page_at(db, "https://two.example/x@2")
    assert (found.url, reference) == ("https://two.example/x@2", None)


@pytest.mark.parametrize("after", ["", "newest"])
def test_what_is_no_revision_behind_a_page_is_reported(db: Sqlite, page: Page, after: str) -> None:
    """As wrong usage; what is no page either is not found."""
    with pytest.raises(QueryError, match=f"'{after}' after @ is not a revision"):
        selection.page_at(db, f"assessment@{after}")
    with pytest.raises(NotFound):
        selection.page_at(db, f"nowhere@{after}")


def test_two_references_are_one_too_many(db: Sqlite, page: Page) -> None:
    with pytest.raises(QueryError, match="--at"):
        selection.page_and_revision(db, f"{ASSESSMENT}@1", "2", TODAY)


def test_a_page_without_revisions_is_reported(db: Sqlite, page: Page) -> None:
    """And what to ask instead."""
    with pytest.raises(NotFound, match="log --all"):
        selection.page_and_revision(db, "https://one.example/annual", None, TODAY)
