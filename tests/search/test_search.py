"""Search over everything that the pages ever said."""

from __future__ import annotations

from contextlib import suppress

import pytest
from helpers import answer, check_whole, day, read, reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.derived import Hit
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Source, Visit
from pagewitness.archive.search.facets import facet
from pagewitness.archive.search.find import Filters, count, search
from pagewitness.archive.store import agenda, evidence, sources
from pagewitness.archive.store.database import Sqlite


def show(db: Sqlite, name: str, *texts: list[str], language: str = "en", source: str | None = None) -> None:
    """A page that showed these texts, one a day."""
    url = f"https://example.org/{name}"
    agenda.follow(db, [url], source, 86400, day(0))
    page = evidence.known_page(db, url)
    for number, blocks in enumerate(texts):
        capture = evidence.keep(db, Visit(page, "import", day(number)), answer(f"{name} {number}"))
        assert capture is not None
        read(db, capture, reading(blocks, title=name, language=language))
    derivation.derive(db, page, "c1")


def names(hits: list[Hit]) -> list[str]:
    return [hit.url.rpartition("/")[2] for hit in hits]


STANDING = ["The report has a standing paragraph that does not change at all.", "It is about the sea and its cables."]


def test_words_of_different_paragraphs_fit_when_they_stand_at_one_moment(db: Sqlite) -> None:
    """The words of a query need not share a paragraph, but they have to share a moment."""
    show(db, "together", ["Minsk is quiet.", "The Kremlin is not.", *STANDING])
    show(db, "apart", ["Minsk is quiet.", *STANDING], ["The Kremlin is not.", *STANDING])
    assert names(search(db, "minsk kremlin")) == ["together"]
    assert sorted(names(search(db, "minsk OR kremlin"))) == ["apart", "together"]


def test_an_excluded_word_takes_away_the_time_in_which_it_stood(db: Sqlite) -> None:
    """A word that was once there does not exclude the page for ever."""
    show(db, "page", ["An exercise is held.", "Near the border.", *STANDING], ["An exercise is held.", *STANDING])
    (hit,) = search(db, "exercise -border")
    assert (hit.first_seen, hit.last_seen, hit.current) == (day(1), day(1), True)
    assert search(db, "exercise border -border") == []


def test_a_hit_says_since_when_and_until_when(db: Sqlite) -> None:
    """What is gone is found, with the first and last observation that had it and the newest revision that did."""
    show(db, "page", ["Fishing crews report.", *STANDING], ["Fishing crews report.", *STANDING], STANDING)
    (hit,) = search(db, "fishing")
    assert (hit.first_seen, hit.last_seen, hit.current, hit.revision) == (day(0), day(1), False, 1)
    assert hit.snippet == "Fishing crews report."
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["Fishing"]


def test_a_hit_says_since_when_what_it_shows_is_worded_so(db: Sqlite) -> None:
    """The words were there before, in another sentence."""
    show(db, "page", ["The office counted 41 vessels.", *STANDING], ["The office counted 47 vessels.", *STANDING])
    (hit,) = search(db, "office vessels")
    assert (hit.first_seen, hit.shown_since, "47" in hit.snippet) == (day(0), day(1), True)


def test_the_revision_of_a_hit_has_the_text_that_it_shows(db: Sqlite) -> None:
    """Also where the page still matches in another wording: what is shown is of its own time."""
    show(db, "page", ["Vessels report within ninety days.", *STANDING], ["Vessels report in sixty days.", *STANDING])
    filters = Filters(at=day(0))
    (hit,) = search(db, "days", filters)
    assert ("ninety" in hit.snippet, hit.revision, hit.shown_until) == (True, 1, day(1))
    (hit,) = search(db, "sixty days")
    assert (hit.revision, hit.shown_until) == (2, None)


def test_what_came_back_is_one_hit_with_both_spans(db: Sqlite) -> None:
    """A paragraph that left and returned is current again; the time between does not count."""
    text = ["Fishing crews report.", *STANDING]
    show(db, "page", text, STANDING, text)
    (hit,) = search(db, "fishing")
    assert (hit.first_seen, hit.last_seen, hit.current) == (day(0), day(2), True)
    assert search(db, "fishing", Filters(at=day(1))) == []


def test_filters(db: Sqlite) -> None:
    """Source, language, dates, current and gone."""
    show(db, "old", ["Threat one.", *STANDING], STANDING, source="Office of the State")
    show(db, "new", STANDING, STANDING, ["Threat two.", *STANDING], source="Bureau")
    show(db, "lt", ["Grėsmė threat."], language="lt")

    def found(**filters: object) -> list[str]:
        return sorted(names(search(db, "threat", Filters(**filters))))  # type: ignore[arg-type]

    assert found() == ["lt", "new", "old"]
    assert found(source="office") == found(source="ÖFFÍCE") == ["old"]
    assert found(language="lt") == ["lt"]
    assert found(current=True) == ["lt", "new"]
    assert found(current=False) == ["old"]
    assert found(since=day(1)) == ["lt", "new"]
    db.execute("update pages set followed = 0")
    assert found(since=day(1)) == ["new"], "nobody visits the other: what it has said since is unknown"
    db.execute("update pages set followed = 1")
    assert found(until=day(1)) == ["lt", "old"]
    assert found(at=day(0.5)) == ["lt", "old"]
    with pytest.raises(NotFound, match="ministry"):
        found(source="ministry")
    sources.know(db, [Source("Bureau", "Bureau of Inquiries", "LT")])
    assert found(country="lt") == found(source="inquiries") == ["new"]
    with pytest.raises(NotFound, match="of the country 'EE'"):
        found(country="EE")


def test_the_paragraph_shown_stood_in_the_time_asked_for(db: Sqlite) -> None:
    """An estimate is never shown for a time at which the page said another."""
    show(db, "page", ["Borduria will likely attack.", *STANDING], ["Borduria is unlikely to attack soon.", *STANDING])
    for filters in (Filters(at=day(0.5)), Filters(until=day(0.5))):
        (hit,) = search(db, "borduria", filters)
        assert hit.snippet == "Borduria will likely attack."
    (hit,) = search(db, "borduria")
    assert hit.snippet == "Borduria is unlikely to attack soon."


def test_case_and_diacritics_do_not_count(db: Sqlite) -> None:
    """Words are found as people type them."""
    show(db, "page", ["Łódź, Þórr and the grėsmių Straße; Øresund."])
    for typed in ("lodz", "ŁÓDŹ", "gresmiu", "strasse", "oresund", "thorr"):
        assert names(search(db, typed)) == ["page"], typed


def test_stems_fill_up_behind_the_words_as_typed(db: Sqlite) -> None:
    """Other forms of a word are found, after the word itself."""
    show(db, "form", ["Many threats."])
    show(db, "word", ["One threat."])
    assert names(search(db, "threat")) == ["word", "form"]
    show(db, "lt", ["Daug grėsmių."], language="lt")
    show(db, "ru", ["Новые угрозы."], language="ru")
    assert names(search(db, "grėsmė")) == ["lt"]
    assert names(search(db, "угроза")) == ["ru"]


def test_estimative_words_phrases_and_prefixes_are_never_stemmed(db: Sqlite) -> None:
    """*likely* finds neither *like* nor *unlikely*, and the other way round."""
    show(db, "likely", ["It is likely."])
    show(db, "unlikely", ["It is unlikely."])
    show(db, "like", ["They like it, and liked it."])
    assert names(search(db, "likely")) == ["likely"]
    assert names(search(db, "like")) == ["like"]
    assert names(search(db, "unlikely")) == ["unlikely"]
    assert sorted(names(search(db, "lik*"))) == ["like", "likely"]
    assert names(search(db, '"is likely"')) == ["likely"]
    assert search(db, '"liking it"') == []


def test_a_word_with_punctuation_is_a_phrase(db: Sqlite) -> None:
    """`vsd.lt` and `2022/2023` are looked for as they are."""
    show(db, "page", ["See vsd.lt for 2022/2023."])
    show(db, "other", ["In 2023, lt and vsd; 2022."])
    assert names(search(db, "vsd.lt")) == ["page"]
    assert names(search(db, "2022/2023")) == ["page"]


def test_the_best_paragraph_is_shown_cut_around_the_words(db: Sqlite) -> None:
    """A long block is cut at blanks, with ellipses, and the marks are on the words."""
    long = "Nothing to see here. " * 30 + "The cable was cut by an anchor. " + "More of nothing. " * 30
    show(db, "page", ["A cable.", long])
    (hit,) = search(db, "cable anchor")
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 260
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["cable", "anchor"]


def test_limit_keeps_the_best(db: Sqlite) -> None:
    """At most as many hits as asked for."""
    for number in range(5):
        show(db, f"page{number}", [f"Threat {number}."])
    assert len(search(db, "threat", limit=3)) == 3


def test_offset_goes_on_where_the_limit_ended(db: Sqlite) -> None:
    """In the same order."""
    for number in range(5):
        show(db, f"page{number}", [f"Threat {'and more ' * number}."])
    everything = names(search(db, "threat"))
    assert names(search(db, "threat", limit=2)) + names(search(db, "threat", limit=9, offset=2)) == everything
    assert search(db, "threat", offset=5) == []
    assert search(db, "threat", limit=10**20, offset=4) == search(db, "threat", offset=4)
    assert search(db, "threat", offset=10**20) == []


def test_order_by_date_begins_with_what_began_to_stand_last(db: Sqlite) -> None:
    """Whatever its rank."""
    show(db, "old", ["Threat.", *STANDING])
    show(db, "new", STANDING, ["Among many other words there is a threat.", *STANDING])
    assert names(search(db, "threat")) == ["old", "new"]
    assert names(search(db, "threat", order="date")) == ["new", "old"]


def test_filters_of_pages(db: Sqlite) -> None:
    """Kind, and a part of the title, in any case and without diacritics."""
    show(db, "Grėsmių vertinimas", ["A threat."])
    show(db, "Paper", ["A threat."])
    db.execute("update pages set kind = 'pdf' where title = 'Paper'")
    assert [hit.title for hit in search(db, "threat", Filters(kind="pdf"))] == ["Paper"]
    assert [hit.title for hit in search(db, "threat", Filters(title="GRESMIU"))] == ["Grėsmių vertinimas"]
    assert search(db, "threat", Filters(title="nothing")) == []
    assert search(db, "threat", Filters(language="xx")) == []


def test_counts_and_facets_add_up(db: Sqlite) -> None:
    """Without a limit."""
    show(db, "one", ["Many threats."], source="A")
    show(db, "two", ["A threat."], source="B")
    show(db, "three", ["Grėsmė, a threat."], source="B", language="lt")
    assert count(db, "threat") == 3
    assert count(db, "threat", Filters(current=False)) == 0
    assert facet(db, "threat", Filters(), "source") == [("B", 2), ("A", 1)]
    assert facet(db, "threat", Filters(), "lang") == [("en", 2), ("lt", 1)]
    assert facet(db, "threat", Filters(), "year") == [("2024", 3)]


def test_pages_that_show_the_same_paragraph_name_the_first(db: Sqlite) -> None:
    """So that it need not be read twice; each is a hit."""
    show(db, "one", ["A threat to the sea."])
    show(db, "two", ["A threat to the sea."])
    first, second = search(db, "threat")
    assert (first.same_as, second.same_as) == (None, first.url)


def test_near_counts_the_words_between(db: Sqlite) -> None:
    """In one paragraph, in either order, phrases as one."""
    show(db, "close", ["The cable was badly cut."])
    show(db, "far", ["The cable lies there. An anchor that was dropped in the night has cut it."])
    show(db, "apart", ["The cable.", "It was cut."])
    assert names(search(db, "cable NEAR/2 cut")) == ["close"]
    assert names(search(db, "cut NEAR/2 cable")) == ["close"]
    assert search(db, "cable NEAR/1 cut") == []
    assert sorted(names(search(db, "cab* NEAR/20 cut"))) == ["close", "far"]
    assert names(search(db, 'cable NEAR/0 "was badly"')) == ["close"]


def test_scripts_without_blanks_are_found_by_any_run_of_letters(db: Sqlite) -> None:
    """Chinese, Japanese, Korean and Thai, also beside other words, in other widths, and by one letter; marks say where."""
    show(db, "zh", ["国家安全威胁评估报告 2024，AI技术"], language="zh")
    show(db, "ja", ["日本の安全保障に対する脅威はＡＩです。データ"], language="ja")
    show(db, "ko", ["북한의 위협은 크다"], language="ko")
    show(db, "th", ["ภัยคุกคามด้านความมั่นคง"], language="th")
    found = {
        "威胁": "zh", "威胁评估": "zh", "胁": "zh", '"评估报告 2024"': "zh", "ai技术": "zh", "国家 报告": "zh", "脅威": "ja",
        "データ": "ja", "ﾃﾞｰﾀ": None, "위협": "ko", "북한": "ko", "คุกคาม": "th", "มั่นคง": "th", "มันคง": None, "威评": None,
        "胁威": None, "AI": None,
    }  # fmt: skip
    for typed, name in found.items():
        if name:
            (hit,) = search(db, typed)
            assert names([hit]) == [name], typed
            marked = [hit.snippet[start:end] for start, end in hit.marks]
            assert "".join(marked).lower() == typed.replace('"', "").replace(" ", "").lower() or " " in typed
    assert sorted(names(search(db, "AI"))) == ["ja", "zh"]
    assert search(db, "威评") == search(db, "胁威") == search(db, "มันคง") == []
    assert names(search(db, "安全 -威胁")) == ["ja"]


def test_a_stem_counts_in_its_own_language_only(db: Sqlite) -> None:
    """*not* is no form of *notes* in English, whatever it is elsewhere."""
    show(db, "en", ["It is not so."])
    show(db, "other", ["Noten und Notizen."], language="de")
    assert names(search(db, "notes")) == ["other"]
    assert names(search(db, "noten", Filters(language="de"))) == ["other"]
    assert search(db, "noten", Filters(language="en")) == []


def test_what_is_excluded_is_excluded_in_any_form(db: Sqlite) -> None:
    """Unless it is quoted."""
    show(db, "page", ["A threat at the borders."])
    assert search(db, "threat -border") == []
    assert names(search(db, 'threat -"border"')) == ["page"]


HOSTILE = [
    "'", '"', '""', "a'b", "a AND NOT b", "NEAR(a b)", "a NEAR/2 b", "words:a", "{a b}:c", "^a", "a^b", "a+b", "-", "*", "a**",
    "col:\"x\"", "\\", "a;drop table blocks", "%", "_", "a\0b", "é", "​", "😀",
    "a." * 999, "a OR " * 60 + "a", "(" * 20 + "a" + ")" * 20, "-(b -(c -(d e)))" + " a", "威" * 1500, "a NEAR/3 " * 30 + "b",
    "\ue000en", "words : b", "language:en", "ส" * 500 + "ั", "ⅷ", "नमस्ते",
    "สวัสดี", "中文", "ﬁ", "İ", "a" * 1999, "(a OR (b c)) -d*", "𞤀𞤁", "\U0001e900",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_answered_or_refused(db: Sqlite, text: str) -> None:
    """What a user types never reaches the database's own query syntax."""
    show(db, "page", ["It is a b c.", "NEAR words."])
    with suppress(QueryError):
        search(db, text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_no_text_breaks_search(db: Sqlite, text: str) -> None:
    """Whatever the letters: hits, no hits, or a QueryError."""
    if not db.value("select 1 from pages"):
        show(db, "page", ["It is a page.", "О море.", "中文 字"])
    with suppress(QueryError):
        search(db, text)


def test_the_indexes_are_whole_after_it_all(db: Sqlite) -> None:
    """Searching and observation leave both indexes as they should be."""
    show(db, "page", ["One."], ["Two."], ["One."])
    check_whole(db)


def test_the_fold_in_sql_is_the_fold_in_python(db: Sqlite) -> None:
    """The generated column spells the letters as `words.FOLDED_LETTERS` does."""
    from pagewitness.archive.text.words import FOLDED_LETTERS

    letters = "".join(FOLDED_LETTERS)
    show(db, "page", [letters])
    assert db.value("select words from blocks") == "".join(FOLDED_LETTERS.values())
