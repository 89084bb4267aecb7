"""The same report in nine languages, written for these tests, and the encodings that can hold each."""

from __future__ import annotations

from typing import Final

# Of each language: a title and three paragraphs.
TEXTS: Final = {
    "lt": (
        "Grėsmių vertinimas: ledas šiaurės uostuose",
        "Praėjusią žiemą keltai dvi savaites negalėjo įplaukti į šiaurinius uostus, nes ledas buvo storesnis nei įprasta. "
        "Ledlaužiai dirbo dieną ir naktį, tačiau dėl gedimų du iš jų teko grąžinti į remontą.",
        "Tarnyba mano, kad tikimybė, jog tokia žiema pasikartos, yra didelė. „Reikia ruoštis iš anksto“, – sakė uosto "
        "vadovė. Ji pridūrė, kad sąnaudos išaugo trečdaliu, o draudikai jų neatlygins.",
        "Ataskaitoje siūloma įsigyti dar vieną ledlaužį, žiemą dažniau skelbti ledo žemėlapius ir iš anksto susitarti su "
        "kaimyninėmis šalimis, kas kam padės, jeigu farvateriai vėl užšaltų.",
    ),
    "lv": (
        "Draudu novērtējums: ledus ziemeļu ostās",
        "Pagājušajā ziemā prāmji divas nedēļas nevarēja iebraukt ziemeļu ostās, jo ledus bija biezāks nekā parasti. "
        "Ledlauži strādāja dienu un nakti, taču bojājumu dēļ divus no tiem nācās sūtīt atpakaļ uz remontu.",
        "Dienests uzskata, ka varbūtība, ka šāda ziema atkārtosies, ir liela. „Jāgatavojas jau laikus,” sacīja ostas "
        "vadītāja. Viņa piebilda, ka izmaksas pieaugušas par trešdaļu un apdrošinātāji tās neatlīdzinās.",
        "Ziņojumā ieteikts iegādāties vēl vienu ledlauzi, ziemā biežāk publicēt ledus kartes un jau iepriekš vienoties ar "
        "kaimiņvalstīm, kurš kuram palīdzēs, ja kuģu ceļi atkal aizsaltu.",
    ),
    "et": (
        "Ohuhinnang: jää põhja sadamates",
        "Möödunud talvel ei pääsenud parvlaevad kaks nädalat põhja sadamatesse, sest jää oli tavalisest paksem. "
        "Jäämurdjad töötasid ööd ja päevad, kuid kaks neist tuli rikete tõttu tagasi remonti saata.",
        "Amet peab tõenäoliseks, et selline talv kordub. „Tuleb varakult valmistuda,“ ütles sadama juhataja. Ta lisas, et "
        "kulud kasvasid kolmandiku võrra ja kindlustajad neid ei hüvita. Üht abinõu šahtide jäätumise vastu pole.",
        "Aruandes soovitatakse osta veel üks jäämurdja, avaldada talvel sagedamini jääkaarte ning leppida naaberriikidega "
        "aegsasti kokku, kes keda aitab, kui laevateed taas kinni külmuvad.",
    ),
    "pl": (
        "Ocena zagrożeń: lód w portach północy",
        "Ubiegłej zimy promy przez dwa tygodnie nie mogły wpłynąć do północnych portów, ponieważ lód był grubszy niż "
        "zwykle. Lodołamacze pracowały dzień i noc, lecz z powodu usterek dwa z nich trzeba było odesłać do remontu.",
        "Urząd uważa, że prawdopodobieństwo powtórzenia się takiej zimy jest duże. „Trzeba się przygotować zawczasu” – "
        "powiedziała szefowa portu. Dodała, że koszty wzrosły o jedną trzecią, a ubezpieczyciele ich nie pokryją.",
        "W raporcie proponuje się zakup jeszcze jednego lodołamacza, częstsze ogłaszanie map lodu oraz wcześniejsze "
        "uzgodnienie z sąsiednimi państwami, kto komu pomoże, jeśli tory wodne znów zamarzną.",
    ),
    "cs": (
        "Hodnocení hrozeb: led v severních přístavech",
        "Loni v zimě nemohly trajekty dva týdny vplout do severních přístavů, protože led byl silnější než obvykle. "
        "Ledoborce pracovaly ve dne v noci, ale kvůli závadám musely být dva z nich vráceny do opravy.",
        "Úřad považuje za pravděpodobné, že se taková zima bude opakovat. „Musíme se včas připravit,“ řekla ředitelka "
        "přístavu. Dodala, že náklady vzrostly o třetinu a pojišťovny je neuhradí, ať už žádost podá kdokoli.",
        "Zpráva navrhuje pořídit ještě jeden ledoborec, v zimě častěji zveřejňovat mapy ledu a předem se dohodnout se "
        "sousedními státy, kdo komu pomůže, kdyby plavební dráhy opět zamrzly.",
    ),
    "ru": (
        "Оценка угроз: лёд в северных портах",
        "Прошлой зимой паромы две недели не могли войти в северные порты, потому что лёд был толще обычного. Ледоколы "
        "работали днём и ночью, но из-за поломок два из них пришлось вернуть на ремонт.",
        "Служба считает, что вероятность повторения такой зимы велика. «Готовиться нужно заранее», – сказала начальница "
        "порта. Она добавила, что расходы выросли на треть, а страховщики их не возместят.",
        "В докладе предлагается купить ещё один ледокол, зимой чаще публиковать карты льда и заранее договориться с "
        "соседними странами, кто кому поможет, если фарватеры снова замёрзнут.",
    ),
    "uk": (
        "Оцінка загроз: крига в північних портах",
        "Минулої зими пороми два тижні не могли зайти до північних портів, бо крига була товстіша, ніж зазвичай. "
        "Криголами працювали вдень і вночі, але через поломки два з них довелося повернути на ремонт.",
        "Служба вважає, що ймовірність повторення такої зими висока. «Готуватися треба заздалегідь», – сказала керівниця "
        "порту. Вона додала, що витрати зросли на третину, а страховики їх не відшкодують.",
        "У звіті пропонують придбати ще один криголам, узимку частіше оприлюднювати карти криги та наперед домовитися із "
        "сусідніми країнами, хто кому допоможе, якщо фарватери знову замерзнуть. Її схвалив уряд.",
    ),
    "de": (
        "Bedrohungsanalyse: Eis in den Häfen des Nordens",
        "Im vergangenen Winter konnten die Fähren zwei Wochen lang nicht in die nördlichen Häfen einlaufen, weil das Eis "
        "dicker war als üblich. Die Eisbrecher fuhren Tag und Nacht, zwei mussten wegen Schäden zurück in die Werft.",
        "Die Behörde hält es für wahrscheinlich, dass sich ein solcher Winter wiederholt. „Man muss sich früh rüsten“, "
        "sagte die Leiterin des Hafens. Die Kosten seien um ein Drittel höher, und die Versicherer zahlten sie nicht.",
        "Der Bericht schlägt vor, einen weiteren Eisbrecher zu kaufen, im Winter häufiger Eiskarten zu veröffentlichen "
        "und sich vorab mit den Nachbarländern zu einigen, wer wem hilft, wenn die Fahrrinnen wieder zufrieren.",
    ),
    "fr": (
        "Évaluation des menaces : la glace dans les ports du nord",
        "L’hiver dernier, les ferries n’ont pas pu entrer pendant deux semaines dans les ports du nord, car la glace était "
        "plus épaisse que d’habitude. Les brise-glaces ont travaillé jour et nuit, mais deux ont dû repartir à l’atelier.",
        "Le service juge probable qu’un tel hiver se répète. « Il faut se préparer tôt », a déclaré la directrice du port. "
        "Elle a ajouté que les coûts avaient augmenté d’un tiers et que les assureurs ne les rembourseraient pas.",
        "Le rapport propose d’acheter un brise-glace de plus, de publier plus souvent des cartes des glaces en hiver et de "
        "convenir à l’avance avec les pays voisins de qui aidera qui si les chenaux gèlent de nouveau. Ça coûtera cher.",
    ),
}  # fmt: skip

# Labels as pages declare them, and Python's codec of each.
ENCODINGS: Final = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",  # with a byte order mark
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1257": "cp1257",
    "iso-8859-1": "iso8859-1",
    "iso-8859-2": "iso8859-2",
    "iso-8859-4": "iso8859-4",
    "iso-8859-5": "iso8859-5",
    "iso-8859-13": "iso8859-13",
    "iso-8859-15": "iso8859-15",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
}

WRONG: Final = ("utf-8", "iso-8859-1", "windows-1251", "windows-1257", "x-unknown")  # what else a page may declare
_PLAIN: Final = str.maketrans(dict.fromkeys("„“”«»", '"') | {"’": "'", "–": "-"})


def page(language: str, charset: str | None = None, lang: bool = False, plain: bool = False) -> str:
    """A page of a language's text.

    Args:
        charset: what it declares, if anything.
        lang: whether it says its language.
        plain: whether its quotes and dashes are those of ASCII, which older encodings need.
    """
    title, *paragraphs = TEXTS[language]
    text = "".join(f"<p>{one}</p>\n" for one in paragraphs)
    body = f"<main><h1>{title}</h1>\n{text}</main>"
    body = body.translate(_PLAIN) if plain else body
    meta = f'<meta charset="{charset}">' if charset else ""
    head = f"<head>{meta}<title>{title.translate(_PLAIN) if plain else title}</title></head>"
    return f"<!doctype html><html{f' lang={language}' if lang else ''}>{head}<body>{body}</body></html>"


def holds(codec: str, text: str) -> bool:
    """Whether an encoding has all the letters of a text."""
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
