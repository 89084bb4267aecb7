"""Documents that are about what is dropped elsewhere stay whole; banners of official sites, and dialogs, go."""

from __future__ import annotations

import pytest

from pagewitness.scraper.clean import clean

POLICIES = {
    "en": [
        "Cookie policy",
        "Cookies are small files that a website keeps in your browser, and this page says which ones we use and why.",
        "Strictly necessary cookies",
        "They keep you logged in while you read, and they are deleted when you close the browser.",
        "Managing cookies",
        "You may accept or reject cookies in the settings of your browser. If you reject all, some pages will not work.",
        "Advertising",
        "We show no advertisements and share nothing that we know about you with those who place them.",
    ],
    "lt": [
        "Slapukų politika",
        "Slapukai yra mažos rinkmenos, kurias svetainė saugo jūsų naršyklėje. Šiame puslapyje rašoma, kokius naudojame.",
        "Būtinieji slapukai",
        "Jie leidžia likti prisijungus, kol skaitote, ir ištrinami, kai uždarote naršyklę.",
        "Slapukų valdymas",
        "Slapukus galite priimti arba atmesti naršyklės nustatymuose. Atmetus visus, kai kurie puslapiai neveiks.",
        "Reklama",
        "Reklamos nerodome ir apie jus žinomų duomenų niekam neperduodame.",
    ],
    "de": [
        "Datenschutzerklärung",
        "Cookies sind kleine Dateien, die eine Website im Browser ablegt. Hier steht, welche wir verwenden und wozu.",
        "Notwendige Cookies",
        "Sie halten Sie angemeldet, solange Sie lesen, und werden gelöscht, wenn Sie den Browser schließen.",
        "Cookie-Einstellungen",
        "Sie können Cookies in den Einstellungen Ihres Browsers annehmen oder ablehnen. Dann fehlen manche Seiten.",
        "Werbung",
        "Wir zeigen keine Werbung und geben nichts weiter, was wir über Sie wissen.",
    ],
    "fr": [
        "Politique de confidentialité",
        "Les cookies sont de petits fichiers qu’un site conserve dans votre navigateur ; cette page dit lesquels.",
        "Cookies nécessaires",
        "Ils vous gardent connecté pendant votre lecture et sont effacés à la fermeture du navigateur.",
        "Gestion des cookies",
        "Vous pouvez accepter ou refuser les cookies dans les réglages de votre navigateur à tout moment.",
        "Publicité",
        "Nous n’affichons aucune publicité et ne transmettons rien de ce que nous savons de vous.",
    ],
    "ru": [
        "Политика конфиденциальности",
        "Файлы cookie — это небольшие файлы, которые сайт хранит в браузере. Здесь сказано, какие мы используем.",
        "Необходимые файлы cookie",
        "Они сохраняют ваш вход на сайт, пока вы читаете, и удаляются, когда вы закрываете браузер.",
        "Настройки файлов cookie",
        "Вы можете принять или отклонить файлы cookie в настройках браузера. Тогда часть страниц не будет работать.",
        "Реклама",
        "Мы не показываем рекламу и никому не передаём того, что знаем о вас.",
    ],
}
DIALOGS = {
    "en": ("We use cookies to make our site work.", "Accept all", "Reject all"),
    "lt": ("Šioje svetainėje naudojami slapukai.", "Sutinku su visais", "Tik būtinieji"),
    "de": ("Diese Website verwendet Cookies.", "Alle akzeptieren", "Nur notwendige"),
    "fr": ("Ce site utilise des cookies.", "Tout accepter", "Continuer sans accepter"),
    "ru": ("На сайте используются файлы cookie.", "Принять все", "Только необходимые"),
    "ar": ("يستخدم هذا الموقع ملفات تعريف الارتباط.", "قبول الكل", "رفض الكل"),
    "zh": ("本网站使用Cookie以改善您的体验。", "全部接受", "全部拒绝"),
    "ja": ("当サイトでは、クッキーを使用しています。", "すべて受け入れる", "すべて拒否する"),
    "ko": ("이 웹사이트는 쿠키를 사용합니다.", "모두 허용", "모두 거부"),
    "tr": ("Bu web sitesi çerez kullanmaktadır.", "TÜMÜNÜ KABUL ET", "Reddet"),
    "el": ("Αυτός ο ιστότοπος χρησιμοποιεί cookies.", "ΑΠΟΔΟΧΗ ΟΛΩΝ", "Απόρριψη όλων"),
}
BANNERS = [
    ("An official website of the United States government", "Here’s how you know"),
    ("An official website of the State of Georgia", "How you know"),
    ("An official website of the European Union", "How do you know?"),
    ("Eine offizielle Website der Europäischen Union", "Woran erkenne ich das?"),
    ("Oficiali Europos Sąjungos interneto svetainė", "Kaip tai patikrinti?"),
    ("Offizielle Website – Bundesrepublik Deutschland", "So erkennen Sie das"),
    ("Un sitio oficial del Gobierno de Estados Unidos", "Así es como usted puede verificarlo"),
    ("이 누리집은 대한민국 공식 전자정부 누리집입니다.", "공식 누리집 확인방법"),
]
REPORT = [
    "Harbour traffic falls",
    "The harbours were quiet in the winter, and the ferries stopped twice because of the ice, the office says.",
    "An official website of the office was copied in March, and whoever did it asked visitors for their passwords.",
    "Ships that were late in the autumn came in the spring instead, so that the year as a whole hardly differs.",
]


def policy(lines: list[str], tag: str) -> str:
    pairs = zip(lines[2::2], lines[3::2], strict=True)
    sections = "".join(f"<h2>{heading}</h2><p>{text}</p>" for heading, text in pairs)
    return f"<{tag}><h1>{lines[0]}</h1><p>{lines[1]}</p>{sections}</{tag}>"


def page(body: str, title: str) -> bytes:
    return f"<!doctype html><title>{title}</title><body><nav><a href=/>Home</a></nav>{body}</body>".encode()


def dialog(language: str) -> str:
    notice, accept, reject = DIALOGS[language]
    return f"<div class=q7><p>{notice}</p><button>{accept}</button> <button>{reject}</button></div>"


@pytest.mark.parametrize("tag", ["main", "div"])
@pytest.mark.parametrize("language", sorted(POLICIES))
def test_a_page_about_cookies_stays_whole_and_its_own_dialog_goes(language: str, tag: str) -> None:
    lines = POLICIES[language]
    reading = clean(page(policy(lines, tag) + dialog(language), lines[0]), "text/html", None)
    assert [block.text for block in reading.document] == lines


@pytest.mark.parametrize("language", sorted(POLICIES))
def test_a_page_about_cookies_stays_whole_as_plain_text(language: str) -> None:
    lines = POLICIES[language]
    reading = clean("\n".join(lines).encode(), "text/plain", None)
    assert {*lines} - {block.text for block in reading.document} <= {lines[4], lines[6]}


@pytest.mark.parametrize("language", sorted(DIALOGS))
def test_a_dialog_without_names_goes_and_says_which_button_gave_it_away(language: str) -> None:
    body = policy(REPORT, "main") + dialog(language)
    reading = clean(page(body, REPORT[0]), "text/html", None)
    assert [block.text for block in reading.document] == REPORT
    by = {block.text: block.by for block in reading.blocks}
    assert by[DIALOGS[language][0]].startswith("consent: accept (")


@pytest.mark.parametrize(("banner", "how"), BANNERS, ids=lambda text: text[:20])
def test_the_banner_of_an_official_site_goes_and_a_sentence_about_one_stays(banner: str, how: str) -> None:
    body = f"<div class=b9><div>{banner}</div><button>{how}</button></div>{policy(REPORT, 'div')}"
    reading = clean(page(body, REPORT[0]), "text/html", None)
    assert [block.text for block in reading.document] == REPORT
    by = {block.text: block.by for block in reading.blocks}
    assert by[banner].startswith("control: official (")
    assert by[how].startswith("control: official (")


def test_the_choices_of_a_page_about_cookies_are_its_text_and_a_banner_is_not() -> None:
    choices = (
        "<form><fieldset><legend>Mesure d’audience</legend><p>Ils servent à compter les visites et ne vous suivent pas "
        "ailleurs que sur ce site.</p><label><input type=radio> Accepter</label><label><input type=radio> Refuser</label>"
        "</fieldset><button>Enregistrer</button></form>"
    )
    banner = "<div class=q><p>Nous utilisons des cookies.</p><button>Tout accepter</button><button>Tout refuser</button></div>"
    text = "<p>Nous utilisons des cookies pour compter les visites. Des tiers peuvent déposer des cookies.</p>"
    page = f"<!doctype html><html lang=fr><title>Cookies</title><div><h1>Cookies</h1>{text * 3}{choices}</div>{banner}"
    kept = " ".join(block.text for block in clean(page.encode(), "text/html; charset=utf-8", None).document)
    assert "ne vous suivent pas" in kept
    assert "Tout accepter" not in kept
    assert kept.count("Nous utilisons") == 3
