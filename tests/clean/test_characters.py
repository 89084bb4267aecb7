"""Characters that mean something: raised, lowered and struck text, formulas, labels over several rows, pictures of words."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean

LONG = "<p>The office reviews this page every quarter and says what it found about the ports of the region.</p>"


def read(body: str) -> Reading:
    return clean(f"<!doctype html><html lang=en><title>Ice</title><main><h1>Ice</h1>{LONG}{body}".encode(), None, None)


def lines(body: str) -> list[str]:
    """The document without the title and the long first paragraph."""
    return [block.text for block in read(body).document][2:]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("3 × 10<sup>6</sup> becquerel", "3 × 10⁶ becquerel"),
        ("10<sup><b>−</b>6</sup>", "10⁻⁶"),
        ("10<span style='font-size:70%; vertical-align: super'>6</span>", "10⁶"),
        ("CO<sub>2</sub> and H<sub>2</sub>O", "CO₂ and H₂O"),
        ("x<sub>i</sub> + 2<sup>n+1</sup>", "xᵢ + 2ⁿ⁺¹"),
        ("x<sup>2/3</sup>", "x^(2/3)"),
        ("the 1<sup>st</sup>, le 2<sup>e</sup>, M<sup>me</sup>, Acme<sup>TM</sup>", "the 1st, le 2e, Mme, AcmeTM"),
        ("A table. <sub>Source: own figures</sub>", "A table. Source: own figures"),
        ("on $206 billion<sup><a href='#n'>[6]</a></sup> or more", "on $206 billion [6] or more"),
        ("as found<a href='#n'><sup>3</sup></a> by others", "as found ³ by others"),
    ],
)
def test_raised_and_lowered_text_is_written_as_such(markup: str, text: str) -> None:
    assert lines(f"<p>It was {markup} in all of the winter.</p>") == [f"It was {text} in all of the winter."]


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#_ftn1"><span class="MsoFootnoteReference">1</span></a>',
        '<a href="#fn1" class="footnote__citation">1</a>',
        '<a role="doc-noteref" href="/notes#1">1</a>',
        '<span class="fnref">1</span>',
        '<a href="#n1">[1]</a>',
    ],
)
def test_a_mark_of_a_note_is_no_figure(mark: str) -> None:
    said = lines(f"<p>Debt reached 97.8{mark} per cent of output.</p>")[0]
    assert said in ("Debt reached 97.8 ¹ per cent of output.", "Debt reached 97.8 [1] per cent of output.")


def test_figures_that_are_links_are_figures() -> None:
    assert lines(
        "<p>Attacks on ports rose to <a href='/f'>97</a> in the year, of <a href='#t'>312</a> in all.</p>"
    ) == ["Attacks on ports rose to 97 in the year, of 312 in all."]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<s>Incidents are reported.</s>", "~~Incidents are reported.~~"),
        ("within <del>72</del><ins>24</ins> hours", "within ~~72~~ 24 hours"),
        ("within <ins>24</ins><del>72</del> hours", "within 24 ~~72~~ hours"),
        ("in <ins>hours</ins><del>days</del>, not years", "in hours ~~days~~, not years"),
        ("<span style='color:red; text-decoration: line-through'>Within 72 hours.</span>", "~~Within 72 hours.~~"),
        ("<span class=text-strikethrough>Within 72 hours.</span>", "~~Within 72 hours.~~"),
        ("within <s>72</s>24 hours", "within ~~72~~ 24 hours"),
        ("it is un<strike>likely</strike>", "it is un~~likely~~"),
        ("<del>Not <b>one</b> <a href=/x>of them</a></del>", "~~Not one of them~~"),
    ],
)
def test_struck_text_is_kept_and_marked(markup: str, text: str) -> None:
    assert lines(f"<p>{markup}</p><p>The other rules stay as they are.</p>")[0] == text


def test_each_paragraph_of_a_struck_part_is_struck() -> None:
    assert lines("<del><p>One rule of the ports.</p><p>Two rules of the ports.</p></del>") == [
        "~~One rule of the ports.~~",
        "~~Two rules of the ports.~~",
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<math><mi>s</mi><mo>&gt;</mo><mn>15</mn></math>", "s > 15"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>y</mi><mi>i</mi></msub></math>", "x² + yᵢ"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>", "(a + b)/2"),
        ("<math><mover><mi>x</mi><mo>¯</mo></mover></math>", "x\u0304"),
        ("<math><msqrt><mi>x</mi></msqrt></math>", "√(x)"),
        ("<math><mn>8</mn><annotation>TeX</annotation></math>", "8"),
        ("<svg><text>five</text></svg>", "five"),
    ],
)
def test_formulas_and_text_in_drawings_are_read(markup: str, text: str) -> None:
    assert lines(f"<p>A risk is severe where it is {markup}, as computed.</p>") == [
        f"A risk is severe where it is {text}, as computed."
    ]


def test_a_formula_that_is_also_drawn_is_read_once() -> None:
    drawn = "<span class=katex><span class=m><math><mi>s</mi></math></span><span aria-hidden=true>s</span></span>"
    assert lines(f"<p>The score of a risk is {drawn} in this report.</p>") == [
        "The score of a risk is s in this report."
    ]


TABLE = "<table><tr><td rowspan=2>Baltic</td><td>4</td><td>2023</td></tr><tr><td>6</td><td>2024</td></tr>{}</table>"


def test_each_row_has_the_labels_that_span_it() -> None:
    assert lines(TABLE.format("<tr><td>North</td><td>1</td><td>2023</td></tr>") + LONG)[:3] == [
        "Baltic | 4 | 2023",
        "Baltic | 6 | 2024",
        "North | 1 | 2023",
    ]


def test_labels_stand_in_their_columns() -> None:
    """Also behind a cell over two columns, and in the last column; not beyond the group of rows."""
    table = (
        "<table><tbody><tr><td>A</td><td colspan=2>x</td><td rowspan=9>last</td></tr>"
        "<tr><td>B</td><td>y</td><td>z</td></tr></tbody><tbody><tr><td>C</td><td>v</td></tr></tbody></table>"
    )
    assert lines(table + LONG)[:3] == ["A | x | last", "B | y | z | last", "C | v"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p><img src=/l.png alt='Threat level: SEVERE'></p>", "Threat level: SEVERE"),
        ("<h2><span><img src=/l.svg alt='Niveau élevé'></span></h2>", "Niveau élevé"),
        ("<p>The level is <img src=/l.png alt=severe> since May.</p>", "The level is severe since May."),
        ("<figure><img src=/l.png alt='Threat level: SEVERE'></figure>", "Threat level: SEVERE"),
        ("<div class=gauge role=img aria-label='Threat level: SEVERE'></div>", "Threat level: SEVERE"),
        ("<p><svg role=img aria-label='Threat level: SEVERE'><path d=M0></svg></p>", "Threat level: SEVERE"),
        ("<table><tr><td>Ports</td><td><img src=/h.png alt=High></td></tr></table>", "Ports | High"),
    ],
)
def test_a_picture_that_stands_in_for_words_is_read(markup: str, text: str) -> None:
    assert text in lines(markup + LONG)


@pytest.mark.parametrize(
    "markup",
    [
        "<p><img src=/m.jpg alt='The minister at the port'></p>",
        "<figure><img src=/m.png alt='The minister at the port'><figcaption>A. Example</figcaption></figure>",
        "<p><img src=/m.png alt='The minister at the port'> The minister spoke of the ports.</p>",
        "<p><a href=/><img src=/m.png alt='The minister at the port'></a></p>",
        "<p><img src=/i.png alt='icon_minister'></p>",
        "<p><img src=/m.png alt='The minister at the port'></p>",
    ],
)
def test_a_picture_that_illustrates_is_not(markup: str) -> None:
    assert not any("minister at" in line or "icon" in line for line in lines(markup + LONG))


@pytest.mark.parametrize(
    "markup",
    [
        "<h2><button aria-expanded=false aria-controls=x>Fines up to 100 euro</button></h2>",
        "<button class=accordion aria-expanded=false><h2>Fines up to 100 euro</h2></button>",
        "<h2><a role=button data-toggle=collapse href='#x'>Fines up to 100 euro</a></h2>",
        "<h2><button>Fines up to 100 euro<span class=visually-hidden>, </span><span class=s-toggle>Show</span></button></h2>",
    ],
)
def test_the_heading_of_an_accordion_is_a_heading(markup: str) -> None:
    found = read(f"{markup}<div id=x hidden><p>See the law on ports and on what ships may carry.</p></div>{LONG}")
    heading = found.document[2]
    assert (heading.kind, heading.text, heading.zone, heading.links) == ("h2", "Fines up to 100 euro", "main", 0)


@pytest.mark.parametrize(
    "button", ["<button aria-expanded=false>{}</button>", "<div><button class=accordion__button>{}</button></div>"]
)
def test_a_button_right_before_the_text_that_it_opens_is_read(button: str) -> None:
    fines = button.format("Fines up to 100 euro")
    assert "Fines up to 100 euro" in lines(f"{fines}<div hidden><p>See the law on ports.</p></div>{LONG}")
    menu = "<div hidden><a href=/a>See the law on ports.</a></div>"
    assert "Fines up to 100 euro" not in lines(fines + menu + LONG)


def test_preformatted_text_has_its_lines() -> None:
    """Those that its writer wrapped are one."""
    text = (
        "SUMMARY\n  A flaw in the gateway lets an attacker run commands without\n  logging in.\n\n"
        "AFFECTED\n  Gateway 9.1 before 9.1.7\n  Gateway 10.0 before 10.0.3<br>Others"
    )
    assert lines(f"<pre>\n{text}\n</pre>{LONG}")[:6] == [
        "SUMMARY",
        "A flaw in the gateway lets an attacker run commands without logging in.",
        "AFFECTED",
        "Gateway 9.1 before 9.1.7",
        "Gateway 10.0 before 10.0.3",
        "Others",
    ]


def test_parts_of_other_documents_that_are_shown_are_read() -> None:
    assert "A line between two substations tripped." in lines(
        '<iframe srcdoc="<title>T</title><p>A line between two substations tripped.</p>"></iframe>'
    )
    shadow = (
        "<x-p><template shadowrootmode=open><p>Before it</p><slot></slot><p>After it</p></template><p>Amid it</p></x-p>"
    )
    assert lines(shadow) == ["Before it", "Amid it", "After it"]
    assert "Template" not in str(read("<template><p>Template</p></template>").blocks)


def test_what_a_reader_does_not_see_in_place_of_a_film_or_a_drawing_is_not_read() -> None:
    shown = read(
        "<video>Video text</video><canvas>Chart text</canvas><object data=r.pdf>PDF text</object>"
        "<object data=f.swf><p>The film says what the report says.</p></object>"
        "<p>Level: <meter>4 of 5</meter> <progress>70 %</progress></p>"
    )
    assert [block.text for block in shown.blocks][2:] == ["The film says what the report says.", "Level: 4 of 5 70 %"]


def test_a_page_without_a_body_tag_is_read_whole() -> None:
    """libxml2 takes `main` for a part of the head."""
    for begin in ("<main><h1>Ice</h1>", "<section><h1>Ice</h1>", "<p>Before</p><main><h1>Ice</h1>"):
        assert "ports of the region" in str(clean(f"<title>T</title>{begin}{LONG}".encode(), None, None).document)


def test_labels_that_only_a_style_sets_apart_are_words_of_their_own() -> None:
    tile = "<a class=tile href=/{0}><span class=k>Report</span><span class=t>Outlook {0}</span></a>"
    shown = [block.text for block in read(f"<div>{tile.format(1)}{tile.format(2)}</div>").blocks]
    assert shown[2:] == ["Report Outlook 1", "Report Outlook 2"]
    card = "<div><time>3 May 2024</time><a class=more href=/1>Read on</a></div>"
    assert [block.text for block in read(card).blocks][2:] == ["3 May 2024 Read on"]
    word = "<p><span class=cap>T</span><span class=rest>HE</span> <span class=a>12</span><span class=b>50</span> are one.</p>"
    assert lines(word) == ["THE 1250 are one."]


def test_a_figure_of_last_year_in_a_hidden_tab_is_no_copy() -> None:
    told = "In {} the Office opened {} inquiries into espionage at the ports and cables of the region."
    tabs = "<div role=tabpanel><p>{}</p></div><div role=tabpanel hidden><p>{}</p></div>"
    assert len(lines(tabs.format(told.format(2025, 41), told.format(2024, 38)))) == 2
    assert len(lines(tabs.format(*[told.format(2025, 41)] * 2))) == 1


def test_a_teaser_between_texts_and_a_question_to_the_reader_are_left_out() -> None:
    teaser = "<div class=x><a href=/t><h3>Our podcast on the ports</h3></a></div>"
    text = "<div class=t><p>The wells of the islands were not tested since 1998.</p></div>"
    assert "podcast" not in " ".join(lines(text + teaser + text + LONG))
    asked = "<div>Was this information useful? <a href='#'>Yes</a> <a href='#'>No</a></div>"
    assert "useful" not in " ".join(lines(LONG + asked))
    assert "Who pays? Operators pay, and nobody else does." in lines(
        "<p>Who pays? Operators pay, and nobody else does.</p>"
    )


def test_a_page_of_frames_is_not_credible() -> None:
    page = "<html><frameset><frame src=a.htm><noframes><body><p>Selaimesi ei tue kehyksiä.</p></body></noframes></frameset>"
    found = clean(page.encode(), "text/html", None)
    assert found.not_credible == "its text is in frames, which have addresses of their own"
    assert not any("<" in block.text for block in found.blocks)
