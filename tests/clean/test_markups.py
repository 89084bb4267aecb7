"""One text in the markups of many makers: tables, accordions, tabs, terms, notes and drawings are read as a browser shows them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean

LONG = (
    "<p>The office reviews this page every quarter and says what it found about the ports of the region.</p>"
    "<p>Earlier editions of this page are kept in the archive of the office, where anyone may read them.</p>"
)
MARKUPS = tomllib.loads(Path(__file__).with_name("markups.toml").read_text("utf-8"))
FINE = "The regulator may fine an operator up to 17 million euro for each incident."
PANEL = f"<p>{FINE}</p>"


def read(body: str) -> Reading:
    page = f"<!doctype html><html lang=en><title>Ice</title><main><h1>Ice</h1>{LONG}{body}{LONG}</main>"
    return clean(page.encode(), "text/html; charset=utf-8", None)


def lines(body: str) -> list[str]:
    return [block.text for block in read(body).document if block.text not in LONG and block.by != "title"]


@pytest.mark.parametrize("markup", MARKUPS["accordions"].values(), ids=MARKUPS["accordions"])
@pytest.mark.parametrize("label", ["Duties of operators", "Ūkio subjektų pareigos"])
def test_what_opens_a_section_is_its_heading(markup: str, label: str) -> None:
    found = [block for block in read(markup.format(label, PANEL)).document if block.text in (label, FINE)]
    assert [block.text for block in found] == [label, FINE]
    assert (found[0].kind[0], found[0].zone) == ("h", "main")


@pytest.mark.parametrize("markup", MARKUPS["tabs"].values(), ids=MARKUPS["tabs"])
def test_the_label_of_a_tab_heads_its_panel(markup: str) -> None:
    other = PANEL.replace("17", "4")
    said = lines(markup.format("Energy", "Transport", PANEL, other))
    assert said == ["Energy", FINE, "Transport", FINE.replace("17", "4")]


@pytest.mark.parametrize(("markup", "rows"), MARKUPS["tables"].values(), ids=MARKUPS["tables"])
def test_a_table_has_its_cells_in_their_columns(markup: str, rows: list[str]) -> None:
    assert [block.text for block in read(markup).blocks if block.kind == "row"] == rows


@pytest.mark.parametrize(("markup", "text"), MARKUPS["sentences"].values(), ids=MARKUPS["sentences"])
def test_a_sentence_is_one_line(markup: str, text: str) -> None:
    end = "" if "img" in markup else " is high."
    assert lines(f"<p>In this region the {markup}{end}</p>") == [f"In this region the {text}{end}"]


def test_a_style_sheet_of_the_page_says_what_is_struck_and_raised() -> None:
    """As in documents that an office program wrote: c3 and c5 mean nothing by themselves."""
    sheet = "<style>.c1{color:red}.c3,p .c9{text-decoration:line-through}span.c5{vertical-align:super;font-size:8pt}</style>"
    said = lines(
        sheet
        + "<p>Within <span class=c3>72</span> 24 hours, 10<span class='c1 c5'>6</span> people <span class=c1>fled</span>.</p>"
    )
    assert said == ["Within ~~72~~ 24 hours, 10⁶ people fled."]


@pytest.mark.parametrize("markup", MARKUPS["notes"].values(), ids=MARKUPS["notes"])
def test_the_way_back_from_a_note_is_not_in_its_text(markup: str) -> None:
    assert lines(markup) == ["Excluding the bank."]


@pytest.mark.parametrize(("inside", "text"), MARKUPS["shadows"].values(), ids=MARKUPS["shadows"])
def test_a_shadow_root_is_read_where_it_is_shown(inside: str, text: list[str]) -> None:
    assert [block.text for block in read(f"<x-a>{inside}</x-a>").blocks if block.text not in LONG][1:] == text


@pytest.mark.parametrize(("markup", "line"), MARKUPS["shown"].values(), ids=MARKUPS["shown"])
def test_what_a_page_shows_is_a_line(markup: str, line: str) -> None:
    assert line in [block.text for block in read(markup).blocks]


def test_a_copy_that_a_carousel_makes_is_not_read_twice() -> None:
    slide = f"<div class='slick-slide{{}}'>{PANEL}</div>"
    assert lines(slide.format(" slick-cloned") + slide.format("")) == [FINE]


HIDDEN = "The second sentence of a draft that nobody was to see so far."


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>{0}</p>",
        "<p style='display: none !important'>{0}</p>",
        "<div style='position:absolute;left:-9999px'><p>{0}</p></div>",
        "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>{0}</p>",
        "<p style='mso-hide:all'>{0}</p>",
        "<p class=print-only>{0}</p>",
    ],
)
def test_what_nothing_on_the_page_can_show_is_not_its_text(markup: str) -> None:
    assert lines(LONG + markup.format(HIDDEN) + LONG) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<h3>More on it</h3><div style='display:none'><p>{0}</p></div>",
        "<p>Short.</p><div hidden><p>{0}</p></div><button>Read on</button>",
        "<div hidden=until-found><p>{0}</p></div>",
        "<div role=tabpanel hidden><p>{0}</p></div>",
        "<div class=faq-answer style='display:none'><p>{0}</p></div>",
        "<p style='visibility:hidden'>{0}</p>",
    ],
)
def test_what_a_heading_a_button_or_a_script_may_show_is(markup: str) -> None:
    assert HIDDEN in lines(LONG + markup.format(HIDDEN) + LONG)
