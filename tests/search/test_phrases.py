"""The history of a phrase: its intervals, what proves them, and a slow look at each text that has to agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from helpers import answer, archive, day, lines, pagewitness, read, reading, undone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.search import phrases
from pagewitness.archive.search.phrases import phrase_history
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words
from pagewitness.archive.views import blame, history, selection

ONE, TWO = "https://one.example/assessment", "https://two.example/report"
STANDING = ["# Threats", "The assessment describes the year that has passed.", "It says what may come, and why."]


def show(db: Sqlite, url: str, at: float, blocks: list[str], *, wall: bool = False, status: int = 200) -> None:
    """A capture that shows some paragraphs; it is folded in."""
    page = evidence.known_page(db, url)
    made = answer(f"<{at}>", url=url, status=status, record_id=f"<urn:{url}:{at}>")
    capture = evidence.keep(db, Visit(page, "import", day(at)), made)
    assert capture is not None
    read(db, capture, reading(blocks, title=f"Title of {url}", not_credible="it is a wall" if wall else None))
    derivation.derive(db, page, "c1")


def saying(*more: str) -> list[str]:
    return [*STANDING, *more]


def ends(db: Sqlite, phrase: str, **more: Any) -> list[tuple[Any, ...]]:
    """(since, until, not before, gone by) of each interval."""
    return [(one.since, one.until, one.not_before, one.gone_by) for one in phrase_history(db, phrase, **more)]


def test_an_interval_is_reported_with_what_was_seen_just_outside(db: Sqlite) -> None:
    """The last capture before that did not have it, and the first after it without it."""
    show(db, ONE, 1, saying())
    show(db, ONE, 2, saying("An attack is likely."))
    show(db, ONE, 3, saying("An attack is likely."))
    show(db, ONE, 4, saying("An attack has been seen."))
    (found,) = phrase_history(db, "is likely")
    assert (found.since, found.until, found.not_before, found.gone_by) == (day(2), day(3), day(1), day(4))
    assert found.proved_by == (day(2), day(3))
    assert (found.url, found.title) == (ONE, f"Title of {ONE}")
    assert (found.sentence, found.wording, found.likeness) == ("An attack is likely.", "is likely", 1.0)
    assert found.sentence[slice(*found.mark)] == "is likely"


def test_what_was_there_from_the_first_capture_on_has_no_known_beginning(db: Sqlite) -> None:
    """Nor an end, while it is there."""
    show(db, ONE, 1, saying("An attack is likely."))
    show(db, ONE, 2, saying("An attack is likely."))
    (found,) = phrase_history(db, "is likely")
    assert (found.since, found.until, found.not_before, found.gone_by) == (day(1), None, None, None)
    assert (found.last_seen, found.proved_by) == (day(2), (day(1), day(2)))


def test_a_phrase_that_moves_to_another_block_at_once_stands_on(db: Sqlite) -> None:
    show(db, ONE, 1, saying("An attack is likely."))
    show(db, ONE, 2, saying("Some say: that an attack of some kind is likely."))
    show(db, ONE, 3, saying())
    assert ends(db, "is likely") == [(day(1), day(2), None, day(3))]


def test_a_phrase_that_goes_and_comes_again_has_two_intervals(db: Sqlite) -> None:
    for at, more in enumerate([("An attack is likely.",), (), ("An attack is likely.",)], 1):
        show(db, ONE, at, saying(*more))
    assert ends(db, "is likely") == [(day(1), day(1), None, day(2)), (day(3), None, day(2), None)]


def test_a_wall_neither_ends_nor_proves_anything(db: Sqlite) -> None:
    """What is not credible says nothing about the page."""
    show(db, ONE, 1, saying("An attack is likely."))
    show(db, ONE, 2, ["Accept cookies."], wall=True)
    show(db, ONE, 3, saying())
    assert ends(db, "is likely") == [(day(1), day(1), None, day(3))]


def test_a_304_shows_again_what_its_capture_proves(db: Sqlite) -> None:
    """It was on the page until then; the bytes are those of the capture."""
    show(db, ONE, 1, saying("An attack is likely."))
    page = evidence.known_page(db, ONE)
    capture = db.value("select max(id) from captures")
    evidence.note(db, Visit(page, "run", day(2), Outcome.NOT_MODIFIED, status=304, capture_id=capture))
    show(db, ONE, 3, saying())
    (found,) = phrase_history(db, "is likely")
    assert (found.until, found.proved_by, found.gone_by) == (day(2), (day(1), day(1)), day(3))


def test_a_page_that_is_removed_takes_nothing_back(db: Sqlite) -> None:
    """What it said last is current, as far as anybody knows; when it was removed is reported."""
    show(db, ONE, 1, saying("An attack is likely."))
    show(db, ONE, 2, ["Not found."], status=404)
    (found,) = phrase_history(db, "is likely")
    assert (found.until, found.last_seen, found.removed_since) == (None, day(1), day(2))


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("Grėsmių daugėja – ir Łódź’o.", "gresmiu daugeja ir LODZ o"),
        ("The “Union State”-building goes on.", "union state building"),
        ("2024年威胁评估报告", "胁评估"),
        ("2024年威胁评估报告", "评"),
        ("รายงานการประเมินภัยคุกคาม", "ประเมินภัย"),
    ],
)
def test_a_phrase_is_folded_as_search_folds(db: Sqlite, said: str, phrase: str) -> None:
    """Case, diacritics, apostrophes and dashes do not count; letters of scripts without blanks stand for themselves."""
    show(db, ONE, 1, saying(said))
    (found,) = phrase_history(db, phrase)
    assert words.fold(words.tokens(found.wording)[0]).startswith(words.fold(words.tokens(phrase)[0]))


@pytest.mark.parametrize("phrase", ["likely attack", "are likelys", "like", "year that has passed. It says"])
def test_what_stands_otherwise_is_not_the_phrase(db: Sqlite, phrase: str) -> None:
    """In another order, form, or over the border of two paragraphs."""
    show(db, ONE, 1, saying("An attack is likely."))
    assert phrase_history(db, phrase) == []


def test_filters_keep_pages_and_times(db: Sqlite) -> None:
    db.execute("insert into sources (name) values ('Agency')")
    show(db, ONE, 1, saying("An attack is likely."))
    show(db, ONE, 5, saying())
    show(db, TWO, 3, saying("An attack is likely."))
    db.execute("update pages set source_id = 1 where url = :url", url=TWO)
    assert [one.url for one in phrase_history(db, "is likely")] == [ONE, TWO]
    assert [one.url for one in phrase_history(db, "is likely", Filters(source="agen"))] == [TWO]
    assert [one.url for one in phrase_history(db, "is likely", Filters(title="one.example"))] == [ONE]
    assert [one.url for one in phrase_history(db, "is likely", Filters(since=day(2)))] == [TWO]
    assert [one.url for one in phrase_history(db, "is likely", Filters(until=day(2)))] == [ONE]
    assert phrase_history(db, "is likely", Filters(kind="pdf")) == []
    db.execute("update blocks set language = 'pt-BR' where id >> 20 = (select id from pages where url = :url)", url=TWO)
    assert [one.url for one in phrase_history(db, "is likely", Filters(language="PT"))] == [TWO]
    assert phrase_history(db, "is likely", Filters(language="p")) == []
    with pytest.raises(NotFound, match="No source"):
        phrase_history(db, "is likely", Filters(source="nobody"))


@pytest.mark.parametrize("phrase", ["", "—", "x" * 3000])
def test_a_phrase_needs_something_to_look_for(db: Sqlite, phrase: str) -> None:
    with pytest.raises(QueryError):
        phrase_history(db, phrase)


def test_boilerplate_is_found_only_by_those_who_ask(db: Sqlite) -> None:
    show(db, ONE, 1, saying("An attack is likely."))
    db.execute("update pages set kind = 'boilerplate'")
    assert phrase_history(db, "is likely") == []
    assert len(phrase_history(db, "is likely", Filters(kind="boilerplate"))) == 1


# --- near wordings ----------------------------------------------------------------------------------------------------


def test_each_near_wording_of_a_page_has_its_own_interval(db: Sqlite) -> None:
    """So the sentence's own history is seen: how it was worded, and from when to when."""
    show(db, ONE, 1, saying("It is likely that the groups will strike."))
    show(db, ONE, 2, saying("It is very likely that the groups will strike."))
    show(db, ONE, 3, saying("It is very likely that the group will strike."))
    found = phrase_history(db, "it is likely that the groups will strike", least=0.8)
    assert [(one.wording, one.since, one.until) for one in found] == [
        ("It is likely that the groups will strike", day(1), day(1)),
        ("It is very likely that the groups will strike", day(2), day(2)),
        ("It is very likely that the group will strike", day(3), None),
    ]
    assert [one.likeness == 1 for one in found] == [True, False, False]
    assert found[1].likeness > found[2].likeness >= 0.8


def test_nothing_is_nearer_than_it_has_to_be(db: Sqlite) -> None:
    show(db, ONE, 1, saying("It is very likely that the groups will strike."))
    phrase = "it is likely that the groups will strike"
    assert phrase_history(db, phrase, least=0.99) == []
    assert len(phrase_history(db, phrase, least=0.9)) == 1


# --- a slow look at each text -----------------------------------------------------------------------------------------

SAID = (
    "An attack is likely.", "A strike is likely, and so is an attack of another kind.", "Nothing is unlikely here.",
    "The threat of sabotage has grown.", "威胁评估报告说明了很多事情。", "Is it? Likely so, they say now.",
)  # fmt: skip
PHRASES = ("is likely", "likely", "attack is likely", "威胁", "胁评估报", "a", "is likely and so", "threat of sabotage")
CAPTURES = st.lists(
    st.tuples(st.booleans(), st.sets(st.integers(0, len(SAID) - 1), max_size=3)), min_size=1, max_size=7
)


@pytest.fixture(scope="module")
def empty() -> Iterator[Sqlite]:
    with TemporaryDirectory() as folder, archive(Path(folder)) as db:
        yield db


def in_order(
    db: Sqlite, captures: list[tuple[bool, set[int]]], order: list[int], phrase: str, least: float | None
) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """What is said about a phrase after captures arrived in some order, and what a slow look at each text says."""
    with undone(db):
        for number in order:
            credible, said = captures[number]
            show(db, ONE, number, saying(*(SAID[one] for one in sorted(said))), wall=not credible)
        found = [{**asdict(one), "page_id": 0} for one in phrase_history(db, phrase, least=least)]
        return found, slowly(db, phrase)
    raise AssertionError("undone")


def slowly(db: Sqlite, phrase: str) -> list[tuple[Any, ...]]:
    """The runs of credible observations whose text has the phrase: (since, until, not before, gone by, absent in)."""
    observations = db.rows(
        """select observed_at, blocks from observations join revisions on revisions.visit_id = revision
           where verdict not in ('suspect', 'pending') order by observed_at, observations.visit_id"""
    )
    texts = dict(tuple(row) for row in db.rows("select id, text from blocks"))
    has = [any(carries(texts[one], phrase) for one in json.loads(row["blocks"])) for row in observations]
    runs: list[tuple[Any, ...]] = []
    start = None
    for place, here in enumerate([*has, False]):
        if here and start is None:
            start = place
        elif not here and start is not None:
            ended = place < len(has)
            back = next((at for at in range(place, len(has)) if has[at]), len(has))
            runs.append(
                (
                    observations[start]["observed_at"], observations[place - 1]["observed_at"] if ended else None,
                    observations[start - 1]["observed_at"] if start else None, observations[place]["observed_at"] if ended else None,
                    back - place,
                )
            )  # fmt: skip
            start = None
    return runs


def carries(text: str, phrase: str) -> bool:
    """Whether a text has a phrase: word by word, letter by letter where there are no blanks."""
    mine, sought = (
        [word for part in words.fold(one).split() for word in words.tokens(part)]
        if one.isascii()
        else [letter for letter in one if letter.isalnum()]
        for one in (text if phrase.isascii() else "".join(c for c in text if not c.isascii()), phrase)
    )
    return any(mine[at : at + len(sought)] == sought for at in range(len(mine) - len(sought) + 1))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(CAPTURES, st.sampled_from(PHRASES), st.data())
def test_a_slow_look_at_each_text_agrees_in_whatever_order_captures_arrive(
    empty: Sqlite, captures: list[tuple[bool, set[int]]], phrase: str, data: st.DataObject
) -> None:
    order = list(range(len(captures)))
    found, expected = in_order(empty, captures, order, phrase, None)
    assert [
        tuple(one[name] for name in ("since", "until", "not_before", "gone_by", "visits")) for one in found
    ] == expected
    other = data.draw(st.permutations(order))
    assert in_order(empty, captures, other, phrase, None)[0] == found
    fuzzy, _ = in_order(empty, captures, order, phrase, 0.75)
    assert [one for one in fuzzy if one["likeness"] == 1] == found
    assert in_order(empty, captures, other, phrase, 0.75)[0] == fuzzy


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phrase")
    with archive(folder) as db:
        show(db, ONE, 1, saying())
        show(db, ONE, 2, saying("It rains. An attack is likely. Nothing else."))
        show(db, ONE, 3, saying("An attack is very likely."))
        show(db, TWO, 3, saying("A strike is likely, too."))
    return folder / "archive.db"


def test_the_command_has_its_fields(file: Path) -> None:
    one, two = lines(pagewitness(file, "phrase", "is likely", "--json"))
    assert {name: one[name] for name in ("url", "since", "until", "proved_by", "not_before", "gone_by")} == {
        "url": ONE, "since": day(2), "until": day(2), "proved_by": [day(2), day(2)], "not_before": day(1), "gone_by": day(3),
    }  # fmt: skip
    assert (two["url"], two["title"], two["until"], two["not_before"]) == (TWO, f"Title of {TWO}", None, None)


def test_people_are_reported_which_ends_are_known(file: Path) -> None:
    said = pagewitness(file, "phrase", "is", "likely").stdout.decode()
    assert f"Title of {ONE}" in said
    assert "appeared between 2024-01-02 00:00 and 2024-01-03 00:00" in said
    one_line = " ".join(said.split())
    assert "removed between 2024-01-03 00:00 and 2024-01-04 00:00" in one_line
    assert (
        "already in the first capture, 2024-01-04 00:00, last seen on 2024-01-04 00:00; nobody visits the page"
        in one_line
    )
    assert "    An attack [is likely].\n" in said
    assert "now:" not in said


def test_a_phrase_is_reported_in_the_sentence_of_today_too(tmp_path: Path) -> None:
    """Where that is another than the first one; or the last, where it is no longer there."""
    with archive(tmp_path) as db:
        for at, said in enumerate(
            ["It is likely to rain in 2024.", "It is very likely to rain in 2025.", "It is dry."], 1
        ):
            show(db, ONE, at, saying(said))
            if at == 2:
                (stands,) = phrase_history(db, "likely to rain")
    assert (stands.sentence, stands.last_sentence) == (
        "It is likely to rain in 2024.",
        "It is very likely to rain in 2025.",
    )
    (gone,) = lines(pagewitness(tmp_path / "archive.db", "phrase", "likely to rain", "--json"))
    assert (gone["gone_by"], gone["last_sentence"], gone["last_mark"]) == (day(3), stands.last_sentence, [11, 25])
    said = pagewitness(tmp_path / "archive.db", "phrase", "likely to rain").stdout.decode()
    assert "    finally: It is very [likely to rain] in 2025.\n" in said


def test_only_the_first_pages_are_shown_on_demand(file: Path) -> None:
    """With all intervals of each; people read that there are more."""
    (one,) = lines(pagewitness(file, "phrase", "is likely", "--limit", "1", "--json"))
    assert one["url"] == ONE
    said = pagewitness(file, "phrase", "is likely", "--limit", "1").stdout.decode()
    assert TWO not in said
    assert said.endswith("\nMore pages contain it: raise --limit or omit it.\n")
    assert "More" not in pagewitness(file, "phrase", "is likely", "--limit", "2").stdout.decode()


def test_people_are_reported_how_near_a_wording_is(file: Path) -> None:
    said = pagewitness(file, "phrase", "an attack is likely", "--fuzzy", "--likeness", "0.75").stdout.decode()
    assert "[An attack is very likely]" in said
    assert "88% similar" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["no such words"],
            0,
            "No revision in this archive contains the words 'no such words'; --fuzzy finds similar wordings.",
        ),
        (["..."], 2, "has no letter or digit to look for"),
        (["a", "--since", "2027", "--until", "2020"], 2, "--since 2027 is later than --until 2020: exchange them."),
        (["a", "--source", "nobody"], 3, "No source is called 'nobody'"),
        (["a", "--likeness", "3"], 2, "--likeness"),
    ],
)
def test_what_is_not_found_or_not_understood_is_one_sentence(
    file: Path, arguments: list[str], code: int, said: str
) -> None:
    done = pagewitness(file, "phrase", *arguments)
    assert done.returncode == code
    assert said in (done.stdout + done.stderr).decode()


def test_only_as_much_is_proved_as_is_shown(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages with a limit are the first ones without; what is behind them costs nothing."""
    for number in range(9):
        show(db, f"https://p{number}.example/", 1 + (number * 4) % 9, ["It is likely that it rains."])
    everything = phrase_history(db, "is likely")
    proved: list[int] = []
    prove = phrases._proved

    def counted(db: Sqlite, each: Any, *rest: Any) -> Any:
        proved.append(each[0])
        return prove(db, each, *rest)

    monkeypatch.setattr(phrases, "_proved", counted)
    for limit in (1, 3, 9, 20):
        proved.clear()
        assert phrase_history(db, "is likely", limit=limit) == everything[:limit]
        assert len(proved) == min(limit, 9)


# --- only what the bytes show ---------------------------------------------------------------------------------------------


def test_a_date_that_is_spelt_otherwise_ends_the_proof_of_its_spelling_and_begins_another(db: Sqlite) -> None:
    """That is no revision, but the later capture doesn't show the words."""
    show(db, ONE, 1, saying("The ban takes effect on 5 March 2026."))
    show(db, ONE, 2, saying("The ban takes effect on 5 March 2026."))
    show(db, ONE, 3, saying("The ban takes effect on 2026-03-05."))
    (before,) = phrase_history(db, "5 March 2026")
    assert (before.proved_by, before.until, before.gone_by) == ((day(1), day(2)), day(2), day(3))
    (after,) = phrase_history(db, "2026-03-05")
    assert (after.since, after.not_before, after.until) == (day(3), day(2), None)
    (ban,) = phrase_history(db, "The ban takes effect")
    assert (ban.since, ban.until, ban.proved_by) == (day(1), None, (day(1), day(3)))
    assert len(history.revisions(db, evidence.known_page(db, ONE))) == 1


def test_a_spelling_that_comes_back_is_proved_again(db: Sqlite) -> None:
    for at, spelt in enumerate(("5 March 2026", "2026-03-05", "5 March 2026", "2026-03-05"), 1):
        show(db, ONE, at, saying(f"The ban takes effect on {spelt}."))
    assert ends(db, "5 March 2026") == [(day(1), day(1), None, day(2)), (day(3), day(3), day(2), day(4))]
    assert ends(db, "2026-03-05") == [(day(2), day(2), day(1), day(3)), (day(4), None, day(3), None)]


def test_a_running_count_is_proved_by_the_captures_with_this_count_only(db: Sqlite) -> None:
    """Its other counts are not kept: each visit has another one."""
    for at in range(1, 5):
        show(db, ONE, at, saying(f"Viewed {at},204 times"))
    assert ends(db, "Viewed 1,204 times") == [(day(1), day(1), None, day(2))]
    assert db.value("select count(*) from blocks where text like 'Viewed%'") == 1


def test_a_hidden_mail_address_is_not_proved_and_the_words_beside_it_are(db: Sqlite) -> None:
    for at, mail in enumerate(("desk@agency.example", "[email\xa0protected]", "desk@agency.example"), 1):
        show(db, ONE, at, saying(f"The press office answers at {mail} only."))
    assert ends(db, "desk@agency.example only") == [(day(1), day(1), None, day(2)), (day(3), None, day(2), None)]
    assert ends(db, "The press office answers at") == [(day(1), None, None, None)]
    show(db, ONE, 4, saying("The press office answers at office@agency.example only."))
    assert [one.captured_at for one in history.revisions(db, evidence.known_page(db, ONE))] == [day(1), day(4)]


def test_punctuation_between_the_words_of_a_phrase_has_to_be_there(db: Sqlite) -> None:
    """A comma less is a revision, and the capture without it proves no phrase that has it."""
    show(db, ONE, 1, saying("Until then, a single failure stops the line."))
    show(db, ONE, 2, saying("Until then a single failure stops the line."))
    assert ends(db, "Until then, a single failure") == [(day(1), day(1), None, day(2))]
    assert ends(db, "until then a single failure") == [(day(1), None, None, None)]
    assert ends(db, "then “a single”, failure") == []


def test_a_sentence_is_called_the_last_one_only_if_the_first_is_gone(db: Sqlite) -> None:
    show(db, ONE, 1, saying("Repairs of the line go on.", "What is said of the line stays."))
    show(db, ONE, 2, saying("Repairs of the line go on.", "What is said of the line stays.", "And of the line, too."))
    (both,) = phrase_history(db, "of the line")
    assert both.last_sentence is None
    show(db, ONE, 3, saying("What is said of the line stays.", "And of the line, too."))
    (one,) = phrase_history(db, "of the line")
    assert (one.sentence, one.last_sentence) == ("What is said of the line stays.", None)


def test_the_text_of_a_moment_has_the_wording_of_that_moment(db: Sqlite) -> None:
    """The text of a revision by its number is worded as its first capture was."""
    page = evidence.known_page(db, ONE)
    show(db, ONE, 1, saying("The ban takes effect on 5 March 2026."))
    show(db, ONE, 2, saying("The ban takes effect on 2026-03-05."))
    texts = {
        name: history.blocks_of(db, selection.revision_named(db, page, name, day(9)))[-1].text
        for name in ("r1", "2024-01-02", "2024-01-03")
    }
    assert texts == {
        "r1": "The ban takes effect on 5 March 2026.",
        "2024-01-02": "The ban takes effect on 5 March 2026.",
        "2024-01-03": "The ban takes effect on 2026-03-05.",
    }
    current = selection.current_revision(db, page)
    assert [one.current for one in blame.blame(db, page, current)] == [True] * 4
    assert blame.removed(db, page, current) == [], "it is there, in another wording"
    show(db, ONE, 3, saying("The ban is lifted, and nobody has to ask."))
    (gone, *earlier) = blame.removed(db, page, selection.current_revision(db, page))
    assert (gone.text, gone.gone_by) == ("The ban takes effect on 2026-03-05.", day(3))
    assert [(one.text, one.gone_by, one.replaced_by) for one in earlier] == [
        ("The ban takes effect on 5 March 2026.", day(2), "The ban takes effect on 2026-03-05.")
    ]
