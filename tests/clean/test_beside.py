"""What a site puts beside a text is told from it by form and place, in languages and markups that no table knows."""

from __future__ import annotations

import pytest

from pagewitness.scraper.clean import clean

# Welsh, Basque and Faroese words, which the tables have few of or none.
TITLE = "Diogelwch porthladdoedd"
TEXT = (
    "<p>Mae'r swyddfa yn adolygu'r dudalen hon bob chwarter ac yn dweud beth a ganfu am borthladdoedd y rhanbarth, a phwy a "
    "gafodd niwed ganddynt yn ystod y flwyddyn.</p><p>Cedwir fersiynau cynharach o'r dudalen hon yn archif y swyddfa, lle gall "
    "unrhyw un eu darllen ar gais yn ystod oriau agor yr adeilad yn y dref.</p>"
)


def left(beside: str, before: bool = False) -> list[str]:
    """What is kept of something beside the text."""
    body = f"<h1>{TITLE}</h1>{beside if before else ''}{TEXT}{'' if before else beside}"
    page = f"<!doctype html><html lang=cy><title>{TITLE}</title><body><div class=a>{body}</div></body></html>"
    kept = [block.text for block in clean(page.encode(), "text/html; charset=utf-8", None).document]
    assert all(part.partition("</p>")[0] in kept for part in TEXT.split("<p>")[1:])
    return [text for text in kept if text != TITLE and text not in TEXT]


FORMS = {
    "mail to a friend": "<form><h3>{0}</h3><p>{1}</p><label>{2}</label><input><button>{2}</button></form>",
    "in a box": "<div><h3>{0}</h3><p>{1}</p><form><label>{2}</label><input><button>{2}</button></form></div>",
    "comment": "<div><h3>{0}</h3><form><p>{1}</p><textarea></textarea><button>{2}</button></form></div>",
    "question": "<form><fieldset><legend>{0}</legend><p>{1}</p><label><input type=radio> {2}</label></fieldset></form>",
}
WORDS = [
    (
        "Bidali orri hau lagun bati",
        "Idatzi esteka jasoko duen pertsonaren helbidea. Ez ditugu helbideak gordetzen.",
        "Bidali",
    ),
    (
        "Send hesa síðu til ein vin",
        "Skriva bústaðin hjá tí, sum skal fáa leinkjuna. Vit goyma ikki bústaðirnar.",
        "Send nú",
    ),
]


@pytest.mark.parametrize("markup", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("words", WORDS)
def test_a_small_form_and_its_explanation_are_beside_the_text(markup: str, words: tuple[str, str, str]) -> None:
    assert left(markup.format(*words)) == []


def test_a_form_that_holds_the_page_or_stands_amid_its_text_is_of_the_document() -> None:
    held = f"<form action=x><div><h1>{TITLE}</h1>{TEXT}<button>Bidali</button></div></form>"
    page = f"<!doctype html><html lang=cy><title>{TITLE}</title><body>{held}</body></html>"
    assert len(clean(page.encode(), "text/html; charset=utf-8", None).document) == 3
    amid = FORMS["mail to a friend"].format(*WORDS[0]) + TEXT
    assert WORDS[0][1] in left(amid)


ROWS = {
    "steps": "<div><a href=/a>« Aurrekoa: Kableak moztuta</a> <a href=/b>Hurrengoa: Droneak »</a></div>",
    "a page of several": "<p>Síða 2 / 5</p><p><a href=/a>Fyrra</a> <a href=/b>Næsta</a></p>",
    "a scale": "<div>Baloratu: <a href=#>1</a><a href=#>2</a><a href=#>3</a><a href=#>4</a><a href=#>5</a></div>",
    "sizes of letters": "<div>Letra-tamaina: <a href=#>A-</a> <a href=#>A</a> <a href=#>A+</a></div>",
    "a trail": "<div><a href=/>Hasiera</a> → <a href=/a>Jarduera</a></div>",
}  # fmt: skip


@pytest.mark.parametrize("markup", ROWS.values(), ids=ROWS)
def test_rows_of_links_are_known_by_their_signs(markup: str) -> None:
    assert left(markup, before="trail" in markup) == []


@pytest.mark.parametrize(
    "line",
    [
        "3 of 5 ports were closed.",
        "<a href=/a>Kableak</a> eta <a href=/b>droneak</a> ikusi dira portuan.",
        "3 May 2026",
    ],
)
def test_lines_that_only_look_like_them_stay(line: str) -> None:
    assert len(left(f"<p>{line}</p>{TEXT}")) == 1


ADDRESSES = [
    ("Portuen bulegoa", "Portuko kalea 1, 93001 Nida", "Tel. +370 5 123 4567", "info@b.example"),
    ("Havnastovan", "Havnargøta 1, 100 Tórshavn", "Tlf. 298 123 4567", "post@b.example", "© 2026 Havnastovan"),
]


@pytest.mark.parametrize("lines", ADDRESSES)
def test_an_address_behind_the_text_in_a_part_of_its_own_is_a_footer(lines: tuple[str, ...]) -> None:
    box = "".join(f"<p>{line}</p>" for line in lines)
    assert left(f"<div>{box}</div>") == []
    assert len(left(box)) == len(lines)  # the text continues


def test_a_teaser_between_texts_is_one_however_likely_it_seems() -> None:
    assert left(f"<div><a href=/t><h4>Kableak moztuta Baltikoan</h4></a></div>{TEXT}") == []
    heads = "".join(f"<div><a href=/{at}><h4>Kableak {at}</h4></a></div>{TEXT}" for at in range(3))
    assert len(left(heads)) > 1


def test_of_two_labels_of_one_fold_the_first_is_a_library_s_own() -> None:
    """A script takes it away once it has run, and leaves the page's: it makes no revision."""
    fold = "<details open><summary>Gweld manylion</summary><summary>Cynnwys</summary>" + TEXT + "</details>"
    page = f"<!doctype html><html lang=cy><title>{TITLE}</title><body><h1>{TITLE}</h1>{fold}</body></html>"
    kept = [block.text for block in clean(page.encode(), "text/html; charset=utf-8", None).document]
    assert "Gweld manylion" not in kept
    assert "Cynnwys" in kept
