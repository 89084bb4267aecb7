"""Links that lead elsewhere though their words stayed: told once confirmed, and not of what servers vary."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.link_targets import LinkKey, packed_links, repointed, same_place, unpacked_links
from pagewitness.archive.store import bodies

A, B, C = "https://a.example/r2024.pdf", "https://a.example/r2024-revised.pdf", "https://a.example/other.pdf"
KEY = (1, "", 0)


def told(*addresses: str | None) -> list[tuple[int, str, str]]:
    """The changes of a link that leads to these addresses at successive observations; None if it is not there."""
    seen = [{KEY: address} if address else {} for address in addresses]
    return [(one.at, one.before, one.after) for one in repointed(seen)]


@pytest.mark.parametrize(
    ("addresses", "changes"),
    [
        ((A, A, B, B), [(2, A, B)]),
        ((A, B, B, C, C), [(1, A, B), (3, B, C)]),
        ((A, B, B, A, A), [(1, A, B), (3, B, A)]),
        ((A, A, B), []),
        ((A, B, A), []),
        ((A, B, C, A), []),
        ((A, A, B, B, A, A, B, B), []),
        ((A, None, B, B), []),
    ],
    ids=["a change", "two", "there and back", "unconfirmed", "one answer", "random", "alternating", "another link"],
)
def test_a_new_target_counts_once_the_next_observation_confirms_it(
    addresses: tuple[str | None, ...], changes: list[tuple[int, str, str]]
) -> None:
    assert told(*addresses) == changes


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/r.pdf", "https://www.a.example/r.pdf", True),
        ("https://a.example/r/", "https://a.example/r", True),
        ("https://a.example/f/3f2a9b1c/report.pdf", "https://a.example/f/9e8d7c6b/report.pdf", True),
        ("https://a.example/report.3f2a9b1c.pdf", "https://a.example/report.9e8d7c6b.pdf", True),
        ("https://web.archive.org/web/20200306151504/https:/a.example/r", "https://a.example/r", True),
        ("https://a.example/f/3f2a9b1c", "https://a.example/f/9e8d7c6b", False),
        ("https://a.example/r-20240501.pdf", "https://a.example/r-20240601.pdf", False),
        ("https://a.example/get?id=1", "https://a.example/get?id=2", False),
        ("https://a.example/law#art-5", "https://a.example/law#art-6", False),
    ],
)
def test_what_varies_while_a_link_leads_to_the_same_place(one: str, other: str, same: bool) -> None:
    assert (same_place(one) == same_place(other)) == same


def test_links_of_the_same_words_are_told_apart_by_the_line_before() -> None:
    texts = ["Report A", "Download", "Report B", "Download", "Read both reports of the year."]
    targets = {1: (("Download", A),), 3: (("Download", B),), 4: (("both reports", C),)}
    blocks = [VisibleBlock("p", text, targets=targets.get(at, ())) for at, text in enumerate(texts)]
    ids = {text: number for number, text in enumerate(dict.fromkeys(texts), 1)}
    assert unpacked_links(packed_links(blocks, ids)) == {(2, "", 1): A, (2, "", 3): B, (4, "both reports", 0): C}


def test_a_link_that_says_little_is_another_one_under_another_heading() -> None:
    def key(heading: str) -> set[tuple[int, str, int]]:
        blocks = [VisibleBlock("h3", heading), VisibleBlock("p", "Read more", targets=(("Read more", A),))]
        return set(unpacked_links(packed_links(blocks, {"News": 1, "Other news": 2, "Read more": 3})))

    assert key("News") != key("Other news")


@pytest.mark.parametrize(
    "address", ["https://a.example/cdn-cgi/l/email-protection#7f", "https://a.example/about/office@a.example"]
)
def test_a_mail_address_leads_to_no_page(address: str) -> None:
    """A proxy hides it in one answer and writes it out in the next."""
    block = VisibleBlock("p", "Write to the Office.", targets=(("the Office", address),))
    assert packed_links([block], {block.text: 1}) is None


def stored(*blocks: VisibleBlock) -> dict[LinkKey, str]:
    """The links of a reading, whose texts are numbered from 1."""
    ids = {text: number for number, text in enumerate(dict.fromkeys(block.text for block in blocks), 1)}
    return unpacked_links(packed_links(blocks, ids))


def link(text: str, zone: str = "main", document: bool = True) -> VisibleBlock:
    """A line that is one link."""
    return VisibleBlock("p", text, zone, 1.0, document, targets=((text, A),))


@pytest.mark.parametrize(
    ("zone", "document", "kept"),
    [
        ("main", True, True), ("main", False, True), ("aside", False, True), ("footer", True, True),
        ("footer", False, False), ("nav", False, False), ("hidden", False, False),
    ],
)  # fmt: skip
def test_links_of_the_document_and_those_beside_it_are_kept(zone: str, document: bool, kept: bool) -> None:
    assert bool(stored(link("The annual report of the service", zone, document))) is kept


@pytest.mark.parametrize(("words", "heading"), [("Read the report", 1), ("Read the whole report", 0)])
def test_three_words_say_little_and_four_say_which_link_it_is(words: str, heading: int) -> None:
    assert [*stored(VisibleBlock("h2", "News"), link(words))] == [(2, "", heading)]


def test_at_the_top_of_a_page_nothing_is_above_a_link() -> None:
    assert [*stored(link("Read more"))] == [(1, "", 0)]
    assert [*stored(link("Download"), VisibleBlock("p", "Report"), link("Download"))] == [(1, "", 0), (1, "", 2)]


def test_links_that_nothing_tells_apart_are_left_out() -> None:
    twice = VisibleBlock("p", "Report and report", targets=(("report", A), ("report", B), ("Report", C)))
    assert stored(twice) == {(1, "Report", 0): C}


def test_five_thousand_links_of_a_reading_are_kept() -> None:
    many = VisibleBlock("p", "A list of all reports", targets=tuple((f"{at}", A) for at in range(5_001)))
    assert len(stored(many)) == 5_000


def test_words_are_stored_as_they_are_written() -> None:
    packed = packed_links([link("Übersicht")], {"Übersicht": 1})
    assert packed is not None
    assert bodies.unpack(packed).decode() == f'[[1,"","{A}",0]]'
    words = VisibleBlock("p", "Zur Übersicht", targets=(("Übersicht", A),))
    packed = packed_links([words], {words.text: 1})
    assert packed is not None
    assert "Übersicht" in bodies.unpack(packed).decode()
