"""One assessment inside every kind of chrome that was met: with telling and with anonymous class names, in two languages."""

from __future__ import annotations

import pytest

from pagewitness.scraper.clean import clean_text

TITLE = "Kastovia lets Velmaria's neighbour show independence in military matters but keeps its policy in hand"
FIRST = (
    "By supporting the military interests of Kastovia, the ruler of Lodria seeks to project an image of a partner on an "
    "equal footing. However, it is very likely that this equality is often only imaginary, for what Lodria announces is "
    "often at odds with what Kastovia does, while Kastovia itself confirms the claims of joint decisions."
)
SECOND = (
    "For example, it was announced that the forces deployed before the invasion were there for training suggested by "
    "Lodria. When Kastovia sent mobilised troops in autumn, both presented this as a regional grouping that protects "
    "their borders, but the joint activity that was observed remained highly symbolic."
)
CAPTION = "The defence ministers of Kastovia and Lodria sign an agreement on deployment. A. Example / Agency"
BOX = "Agreements signed in recent years that legalise the presence of Kastovia's forces in Lodria"
DOCUMENT = [TITLE, FIRST, SECOND, CAPTION, BOX]

CHROME = {
    "en": {
        "here": "You are:", "home": "Home", "reports": "Reports", "download": "Download PDF", "print": "Print",
        "settings": "Cookie settings", "allow": "Allow all cookies", "reject": "Reject all", "save": "Save settings",
        "mandatory": "Mandatory cookies help make a website usable by enabling basic functions like page navigation.",
        "statistic": "Statistic cookies help website owners to understand how visitors interact with websites.",
        "contact": "Contacts", "up": "Back to top",
    },
    "lt": {
        "here": "Jūs esate čia:", "home": "Pradžia", "reports": "Ataskaitos", "download": "Atsisiųsti PDF",
        "print": "Spausdinti", "settings": "Slapukų nustatymai", "allow": "Leisti visus slapukus",
        "reject": "Atmesti visus", "save": "Išsaugoti nustatymus",
        "mandatory": "Būtinieji slapukai padeda svetainei veikti ir leidžia naudotis pagrindinėmis jos funkcijomis.",
        "statistic": "Statistiniai slapukai padeda suprasti, kaip lankytojai naudojasi svetaine.",
        "contact": "Kontaktai", "up": "Į viršų",
    },
}  # fmt: skip
NAMES = [
    "site-nav",
    "breadcrumb",
    "page-tools",
    "article-title",
    "article-body",
    "photo-caption",
    "info-box",
    "print-link",
    "cookie-dialog",
    "cookie-text",
    "cookie-buttons",
    "site-footer",
]


def page(said: dict[str, str], named: bool, button: str = "button") -> bytes:
    """The assessment as a page of HTML; `button` is the tag of the dialog's buttons."""
    (nav, crumb, tools, title, body, photo, box, prints, dialog, text, buttons, footer) = (
        NAMES if named else [f"css-{number:x}q{number * 7 % 10}" for number in range(11, 11 + len(NAMES))]
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} | Agency</title></head><body>
<div class="{nav}"><a href="/">{said["home"]}</a> <a href="/reports">{said["reports"]}</a></div>
<div class="{tools}"><a href="/a.pdf"><i class="material-icons">download</i> {said["download"]}</a></div>
<div class="{crumb}">{said["here"]} <a href="/">{said["home"]}</a> <a href="/reports">{said["reports"]}</a></div>
<div class="{title}">{TITLE}</div><h1>{TITLE}</h1>
<div class="{body}"><p>{FIRST}</p><p>{SECOND}</p>
<figure><img src="/p.jpg" alt=""><figcaption class="{photo}">{CAPTION}</figcaption></figure>
<div class="{box}"><h3>{BOX}</h3></div></div>
<a class="{prints}" href="#" onclick="window.print()">{said["print"]} <i class="material-icons">print</i></a>
<div class="{dialog}"><h2>{said["settings"]}</h2><p class="{text}">{said["mandatory"]}</p>
<p class="{text}">{said["statistic"]}</p>
<div class="{buttons}"><{button}>{said["allow"]}</{button}> <{button}>{said["reject"]}</{button}>
<{button}>{said["save"]}</{button}></div></div>
<a href="#top">{said["up"]}</a>
<div class="{footer}"><a href="/contact">{said["contact"]}</a> © 2024</div></body></html>""".encode()


@pytest.mark.parametrize("named", [True, False], ids=["telling names", "anonymous names"])
@pytest.mark.parametrize("language", sorted(CHROME))
def test_the_document_is_kept_whole_and_nothing_else(language: str, named: bool) -> None:
    """Title once, both paragraphs, the caption with its credit, the heading of the box."""
    assert clean_text(page(CHROME[language], named), "https://agency.example/reports/lodria").splitlines() == DOCUMENT


@pytest.mark.parametrize("button", ["span", "div"])
@pytest.mark.parametrize("language", sorted(CHROME))
def test_a_dialog_whose_buttons_are_made_by_a_script_is_one(language: str, button: str) -> None:
    """Neither a name nor a button tells it: two labels of different kinds do, beside words about cookies."""
    told = page(CHROME[language], named=False, button=button)
    assert clean_text(told, "https://agency.example/reports/lodria").splitlines() == DOCUMENT


def test_a_text_that_lists_the_answers_to_a_banner_is_no_dialog() -> None:
    """It is in the main part, and is what the page is about."""
    answers = "<p>A banner offers <span>Accept all</span> and <span>Reject all</span>: we counted who chose which.</p>"
    body = f"<html><body><main><h1>Cookie banners</h1><p>{FIRST}</p>{answers}<p>{SECOND}</p></main></body></html>"
    assert "Accept all" in clean_text(body.encode(), None)
