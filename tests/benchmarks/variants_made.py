"""Variants of small changes, and of what is no change: each kind in many markups, places, frames and languages (for `variants.py`).

The words are in `variants.toml`. A frame is a site's template; each is written by another hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Words = dict[str, Any]  # of one language, from the table
WORDS: dict[str, Words] = tomllib.loads(Path(__file__).with_name("variants.toml").read_text("utf-8"))

_MENU = "<li><a href='/'>{0[0]}</a></li><li><a href='/n'>{0[1]}</a></li><li><a href='/c'>{0[2]}</a></li>"
_NAV = {
    "en": ("Home", "News", "Contact"), "de": ("Startseite", "Aktuelles", "Kontakt"), "fr": ("Accueil", "Actualités", "Contact"),
    "es": ("Inicio", "Noticias", "Contacto"), "lt": ("Pradžia", "Naujienos", "Kontaktai"),
    "pl": ("Strona główna", "Aktualności", "Kontakt"), "fi": ("Etusivu", "Uutiset", "Yhteystiedot"),
    "el": ("Αρχική", "Νέα", "Επικοινωνία"), "uk": ("Головна", "Новини", "Контакти"), "ar": ("الرئيسية", "الأخبار", "اتصل"),
    "ja": ("ホーム", "お知らせ", "連絡先"),
}  # fmt: skip
FRAMES = {
    "semantic": "<header><nav><ul>{menu}</ul></nav></header><main>{head}{body}</main><footer><p>© Agency 2024</p></footer>",
    "article": "<div id=top><ul class=menu>{menu}</ul></div><article class=post><header>{head}</header>"
    "<div class=entry-content>{body}</div></article><footer><ul>{menu}</ul></footer>",
    "divs": "<div class=a1><div class=a2><ul>{menu}</ul></div><div class=b7><div class=c3>{head}<div class=d9>{body}</div></div>"
    "<div class=e4><p>© Agency 2024</p></div></div></div>",
    "service": "<header role=banner><a href=/>Agency</a></header><div class=crumbs><ol>{menu}</ol></div><main id=content>"
    "<div class=row><div class=two-thirds>{head}{body}</div><div class=one-third><h2>More</h2><ul>{menu}</ul></div></div></main>"
    "<footer><p>© Agency 2024</p></footer>",
    "tables": "<table width=900><tr><td colspan=2>Agency</td></tr><tr><td valign=top><ul>{menu}</ul></td><td>{head}{body}</td></tr>"
    "<tr><td colspan=2>© Agency 2024</td></tr></table>",
    "fields": "<div class=region-header><nav><ul>{menu}</ul></nav></div><div class=region-content><div class=block-title>{head}</div>"
    "<div class=node__content><div class='field field--name-body'><div class=field__item>{body}</div></div></div></div>"
    "<div class=region-footer><p>© Agency 2024</p></div>",
    "bare": "{head}{body}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """A page before and after something happened to it.

    Attributes:
        kind, how: what happens, and in what markup or place.
        before, after: the main part: (heading, body).
        says: words of which the text after has to have each.
        changed: whether the document changed.
        more: other pages that the site shows in between (no change): the order of visits is before, after, more …, before.
    """

    kind: str
    how: str
    before: tuple[str, str]
    after: tuple[str, str]
    says: tuple[str, ...] = ()
    changed: bool = True
    more: tuple[tuple[str, str], ...] = ()


def page(language: str, frame: str, part: tuple[str, str]) -> bytes:
    """A page of the agency.

    Args:
        part: heading and body of its main part.
    """
    menu = _MENU.format(_NAV[language])
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>{WORDS[language]['title']}</title></head><body>"
        f"{FRAMES[frame].format(menu=menu, head=part[0], body=part[1])}</body></html>"
    ).encode()


def variants(language: str) -> Iterator[Variant]:
    """All variants in a language."""
    words = WORDS[language]
    for make in _MAKERS:
        yield from make(words)


def _body(words: Words, *parts: str, at: int = 1) -> tuple[str, str]:
    """A heading, and the text with something in it.

    Args:
        at: the number of paragraphs before it.
    """
    text = [f"<p>{part}</p>" for part in words["text"]]
    return f"<h1>{words['title']}</h1>", "".join([*text[:at], *parts, *text[at:]])


def _pair(words: Words, kind: str, how: str, old: str, new: str, says: Sequence[str] = (), at: int = 1) -> Variant:
    return Variant(kind, how, _body(words, old, at=at), _body(words, new, at=at), tuple(says))


_IN_LINE = {
    "p": "<p>{}</p>", "li": "<ul><li>{}</li></ul>", "td": "<table><tr><td>1</td><td>{}</td></tr></table>", "dd": "<dl><dt>1</dt><dd>{}</dd></dl>",
    "quote": "<blockquote>{}</blockquote>", "div": "<div>{}</div>", "box": "<div class=info-box><p>{}</p></div>", "br": "<p>…<br>{}</p>",
    "details": "<details><summary>1</summary><p>{}</p></details>", "aside": "<aside><p>{}</p></aside>",
}  # fmt: skip


def _sentences(words: Words) -> Iterator[Variant]:
    for name in ("exchanged", "negated"):
        for how, markup in _IN_LINE.items():
            old, new = words[name]
            yield _pair(words, name, how, markup.format(old), markup.format(new), [new])


_VALUES = {
    "dl": ("<dl>{}</dl>", "<dt>{0}</dt><dd>{1}</dd>"), "h3 p": ("{}", "<h3>{0}</h3><p>{1}</p>"), "tr": ("<table>{}</table>", "<tr><td>{0}</td><td>{1}</td></tr>"),
    "th": ("<table>{}</table>", "<tr><th>{0}</th><td>{1}</td></tr>"), "li": ("<ul>{}</ul>", "<li>{0}: {1}</li>"),
    "li spans": ("<ul>{}</ul>", "<li><span>{0}</span><span>{1}</span></li>"), "strong": ("{}", "<p><strong>{0}</strong> {1}</p>"),
    "cards": ("<div class=grid>{}</div>", "<div class=card><div class=n>{0}</div><div class=v>{1}</div></div>"),
    "br": ("<p>{}</p>", "{0} {1}<br>"), "p p": ("{}", "<p><b>{0}</b></p><p>{1}</p>"),
}  # fmt: skip


def _values(words: Words) -> Iterator[Variant]:
    levels = words["levels"]
    other = [levels[1], levels[0], levels[2]]
    for how, (outer, inner) in _VALUES.items():
        old, new = (outer.format("".join(map(inner.format, words["names"][:3], own))) for own in (levels, other))
        yield _pair(words, "values swapped", how, old, new, words["levels"])
        third = [levels[0], levels[1], levels[0]]
        yield _pair(words, "one value", how, old, outer.format("".join(map(inner.format, words["names"][:3], third))))


_HEADED = {
    "h3 ul": ("<h3>{}</h3><ul>{}</ul>", "<li>{}</li>"), "h2 p": ("<h2>{}</h2>{}", "<p>{}</p>"), "strong ul": ("<p><strong>{}</strong></p><ul>{}</ul>", "<li>{}</li>"),
    "dl": ("<dl><dt>{}</dt>{}</dl>", "<dd>{}</dd>"), "div": ("<div class=box><div class=t>{}</div>{}</div>", "<div>{}</div>"),
    "links": ("<h3>{}</h3><ul>{}</ul>", "<li><a href=/x>{}</a></li>"),
}  # fmt: skip


def _opposite(words: Words) -> Iterator[Variant]:
    items, heads = words["items"], words["heads"]
    for how, (outer, inner) in _HEADED.items():

        def under(*lists: Sequence[str], outer: str = outer, inner: str = inner) -> str:
            return "".join(
                outer.format(head, "".join(map(inner.format, own))) for head, own in zip(heads, lists, strict=True)
            )

        yield _pair(words, "opposite heading", how, under(items[:2], items[2:]), under(items[:1], items[1:]), items)
        yield _pair(words, "headings swapped", how, under(items[:2], items[2:]), under(items[2:], items[:2]), items)


_SHORT = {
    "p": "<p>{}</p>", "strong": "<p><strong>{}</strong></p>", "div": "<div class=status>{}</div>", "h3": "<h3>{}</h3>", "span": "<div><span class=tag>{}</span></div>",
    "box": "<div class=alert role=note><p>{}</p></div>", "li": "<ul><li>{}</li></ul>", "aside": "<aside class=notice><p>{}</p></aside>",
    "linked": "<p><a href=/status>{}</a></p>", "em": "<em>{}</em>",
}  # fmt: skip


def _short(words: Words) -> Iterator[Variant]:
    plain = _body(words)
    h1 = plain[0]
    for line in words["short"]:
        for how, markup in _SHORT.items():
            for at in (0, 1, 2, 3):
                yield Variant(
                    "short line",
                    f"{how} {('under the heading', 'in the text', 'late in the text', 'last')[at]}",
                    plain,
                    _body(words, markup.format(line), at=at),
                    (line,),
                )
        for how, head in (
            ("span in h1", h1.replace("</h1>", f" <span class=badge>{line}</span></h1>")),
            ("p before h1", f"<p class=kicker>{line}</p>{h1}"),
            ("div before h1", f"<div class=label>{line}</div>{h1}"),
            ("span beside h1", f"<div class=titles>{h1}<span class=badge>{line}</span></div>"),
            ("hgroup", f"<hgroup>{h1}<p>{line}</p></hgroup>"),
            ("banner before h1", f"<div class=status-banner><strong>{line}</strong></div>{h1}"),
        ):
            yield Variant("short line", how, plain, (head, plain[1]), (line,))
        items = words["items"]
        listed = [
            f"<ul>{''.join(f'<li>{one}</li>' for one in own)}</ul>" for own in (items, [*items[:2], line, *items[2:]])
        ]
        yield _pair(words, "short line", "item of a list", *listed, says=[line])
        meta = [
            f"<dl><dt>Status</dt><dd>{value}</dd><dt>Nr.</dt><dd>17</dd></dl>" for value in (words["levels"][0], line)
        ]
        yield _pair(words, "short line", "dd", *meta, says=[line], at=0)


_LINKED = {
    "li": ("<ul>{}</ul>", "<li><a href=/p/{0}>{1}</a></li>"), "p": ("{}", "<p><a href=/p/{0}>{1}</a></p>"), "div": ("<div class=l>{}</div>", "<div class=row><a href=/p/{0}>{1}</a></div>"),
    "dated": ("<ul>{}</ul>", "<li><span>1{0}.05.2024</span> <a href=/p/{0}>{1}</a></li>"), "tr": ("<table>{}</table>", "<tr><td>1{0}.05.2024</td><td><a href=/p/{0}.pdf>{1}</a></td></tr>"),
    "card": ("<div class=cards>{}</div>", "<div class=card><h3><a href=/p/{0}>{1}</a></h3></div>"), "dl": ("<dl>{}</dl>", "<dt><a href=/p/{0}>{1}</a></dt><dd>1{0}.05.2024</dd>"),
    "ol": ("<ol>{}</ol>", "<li><a href=/p/{0}>{1}</a></li>"), "br": ("<p>{}</p>", "<a href=/p/{0}>{1}</a><br>"),
    "headed": ("<h2>PDF</h2><ul>{}</ul>", "<li><a href=/f/{0}.pdf>{1} (PDF)</a></li>"),
}  # fmt: skip


def _links(words: Words) -> Iterator[Variant]:
    entries, title = words["entries"], f"<h1>{words['title']}</h1>"
    for how, (outer, inner) in _LINKED.items():

        def listed(own: Sequence[str], outer: str = outer, inner: str = inner) -> str:
            return outer.format("".join(inner.format(entries.index(one) if one in entries else 9, one) for one in own))

        for kind, old, new in (
            ("link on top", entries[1:], entries), ("link last", entries[:4], entries), ("link gone", entries, entries[1:]),
            ("link reworded", entries[:3], [words["names"][0], *entries[1:3]]),
        ):  # fmt: skip
            says = new
            for place, at in (("in the text", 2), ("behind the text", 3), ("before the text", 0)):
                yield _pair(words, kind, f"{how} {place}", listed(old), listed(new), says, at)
            lead = f"<p>{words['text'][0]}</p>"
            yield Variant(kind, f"{how} alone", (title, lead + listed(old)), (title, lead + listed(new)), tuple(says))
            yield Variant(kind, f"{how} without a text", (title, listed(old)), (title, listed(new)), tuple(says))


_SIGNS: dict[str, tuple[str, str]] = {
    "raised": ("<p>{0} 3 × 106</p>", "<p>{0} 3 × 10<sup>6</sup></p>"), "raised in Unicode": ("<p>{0} 3 × 106</p>", "<p>{0} 3 × 10⁶</p>"), "lowered": ("<p>{0} CO2</p>", "<p>{0} CO<sub>2</sub></p>"),
    "s": ("<p>{0} {1}</p>", "<p>{0} <s>{1}</s></p>"), "del": ("<ul><li>{1}</li></ul>", "<ul><li><del>{1}</del></li></ul>"), "strike": ("<p>{1}</p>", "<p><strike>{1}</strike></p>"),
    "ins": ("<p>{0}</p>", "<p>{0} <ins>{1}</ins></p>"), "formula": ("<p>{0} <math><mi>s</mi><mo>&gt;</mo><mn>15</mn></math></p>", "<p>{0} <math><mi>s</mi><mo>&lt;</mo><mn>15</mn></math></p>"),
    "fraction": ("<p>{0} <math><mfrac><mi>a</mi><mi>b</mi></mfrac></math></p>", "<p>{0} <math><mfrac><mi>b</mi><mi>a</mi></mfrac></math></p>"), "tex": ("<p>{0} \\(s = p + d\\)</p>", "<p>{0} \\(s = p - d\\)</p>"),
    "svg": ("<p>{0} <svg><text>5</text></svg></p>", "<p>{0} <svg><text>7</text></svg></p>"), "alt": ("<p><img src=/l.png alt='{1}'></p>", "<p><img src=/l.png alt='{2}'></p>"),
    "alt in a heading": ("<h2><img src=/l.svg alt='{1}'></h2><p>{0}</p>", "<h2><img src=/l.svg alt='{2}'></h2><p>{0}</p>"),
    "alt in a cell": ("<table><tr><td>{0}</td><td><img src=/l.svg alt='{1}'></td></tr></table>", "<table><tr><td>{0}</td><td><img src=/l.svg alt='{2}'></td></tr></table>"),
    "rowspan": ("<table><tr><td rowspan=2>{1}</td><td>4</td><td>2023</td></tr><tr><td>6</td><td>2024</td></tr><tr><td rowspan=2>{2}</td><td>1</td><td>2023</td></tr><tr><td>9</td><td>2024</td></tr></table>",
                "<table><tr><td rowspan=2>{1}</td><td>4</td><td>2023</td></tr><tr><td>9</td><td>2024</td></tr><tr><td rowspan=2>{2}</td><td>1</td><td>2023</td></tr><tr><td>6</td><td>2024</td></tr></table>"),
    "rowspan label": ("<table><tr><td rowspan=2>{1}</td><td>4</td></tr><tr><td>6</td></tr></table>", "<table><tr><td rowspan=2>{2}</td><td>4</td></tr><tr><td>6</td></tr></table>"),
    "tab, hidden": ("<div role=tabpanel><p>2025: {0} 41</p></div><div role=tabpanel hidden><p>2024: {0} 38</p></div>", "<div role=tabpanel><p>2025: {0} 41</p></div><div role=tabpanel hidden><p>2024: {0} 52</p></div>"),
    "tab, not displayed": ("<div class=tab-pane><p>2025: {0} 41</p></div><div class=tab-pane style='display:none'><p>2024: {0} 38</p></div>", "<div class=tab-pane><p>2025: {0} 41</p></div><div class=tab-pane style='display:none'><p>2024: {0} 52</p></div>"),
    "tab, aria-hidden": ("<div role=tabpanel><p>2025: {0} 41</p></div><div role=tabpanel aria-hidden=true><p>2024: {0} 38</p></div>", "<div role=tabpanel><p>2025: {0} 41</p></div><div role=tabpanel aria-hidden=true><p>2024: {0} 52</p></div>"),
    "accordion button": ("<h2><button aria-expanded=false aria-controls=x>{1} 100 €</button></h2><div id=x hidden><p>{0}</p></div>", "<h2><button aria-expanded=false aria-controls=x>{1} 900 €</button></h2><div id=x hidden><p>{0}</p></div>"),
    "accordion link": ("<div class=panel><h4 class=panel-title><a data-toggle=collapse href=#x>{1} 100 €</a></h4></div><div id=x class='panel-collapse collapse'><p>{0}</p></div>", "<div class=panel><h4 class=panel-title><a data-toggle=collapse href=#x>{1} 900 €</a></h4></div><div id=x class='panel-collapse collapse'><p>{0}</p></div>"),
    "accordion summary": ("<details><summary>{1} 100 €</summary><p>{0}</p></details>", "<details><summary>{1} 900 €</summary><p>{0}</p></details>"),
    "accordion div": ("<div role=button aria-expanded=false>{1} 100 €</div><div hidden><p>{0}</p></div>", "<div role=button aria-expanded=false>{1} 900 €</div><div hidden><p>{0}</p></div>"),
}  # fmt: skip


def _signs(words: Words) -> Iterator[Variant]:
    for how, (old, new) in _SIGNS.items():
        values = words["items"][0], words["levels"][0], words["levels"][1]
        yield _pair(words, "signs", how, *(one.format(*values) for one in (old, new)))


def _contents(words: Words) -> Iterator[Variant]:
    """A section comes, with its heading in the table of contents."""
    for how, outer, inner in (
        ("ul", "<ul class=toc>{}</ul>", "<li><a href='#s{0}'>{1}</a></li>"),
        ("nav", "<nav class=toc><ol>{}</ol></nav>", "<li><a href='#s{0}'>{1}</a></li>"),
        ("p", "<div class=contents>{}</div>", "<p><a href='#s{0}'>{1}</a></p>"),
    ):

        def made(count: int, outer: str = outer, inner: str = inner) -> str:
            toc = "".join(inner.format(at, one) for at, one in enumerate(words["entries"][:count]))
            parts = zip(words["entries"][:count], [*words["text"], words["exchanged"][0]], strict=False)
            return outer.format(toc) + "".join(
                f"<h2 id=s{at}>{head}</h2><p>{text}</p>" for at, (head, text) in enumerate(parts)
            )

        for old, new, how_many in ((3, 4, "with a text"), (4, 3, "goes")):
            yield _pair(words, "section", f"{how} {how_many}", made(old), made(new))
        bare = made(3) + f"<h2 id=s3>{words['entries'][3]}</h2>"
        yield _pair(
            words,
            "section",
            f"{how} reworded",
            bare,
            bare.replace(words["entries"][3], words["names"][3]),
            [words["names"][3]],
        )


def _same(words: Words, kind: str, how: str, *shown: tuple[str, str]) -> Variant:
    return Variant(kind, how, shown[0], shown[1], (), False, tuple(shown[2:]))


def _passing(words: Words) -> Iterator[Variant]:
    """What a page does besides changing."""
    for line in words["counts"]:
        lines = [line.replace("{}", figure) for figure in ("907", "1,204", "8")]
        beside = words["counts"][0].replace("{}", "31")
        for how, markup in {
            "p": "<p>{}</p>",
            "span": "<div class=meta><span>{}</span></div>",
            "beside": f"<div class=meta><span>{beside}</span> · <span>{{}}</span></div>",
        }.items():
            for at in (0, 1, 3):
                yield _same(
                    words, "counter", f"{line} {how} {at}", *(_body(words, markup.format(one), at=at) for one in lines)
                )
    for pair in words["times"]:
        for how, markup in {
            "p": "<p>{}</p>",
            "time": "<time>{}</time>",
            "span": "<div class=meta><span>{}</span></div>",
        }.items():
            for at in (0, 3):
                yield _same(
                    words, "time", f"{pair} {how} {at}", *(_body(words, markup.format(one), at=at) for one in pair)
                )
    entries = words["entries"]
    boxes = [[entries[at], entries[(at + 1) % 5]] for at in (0, 2, 4)]
    for how, outer in {"aside": "<aside><h3>+</h3><ul>{}</ul></aside>", "div related": "<div class=related><h3>+</h3><ul>{}</ul></div>", "nav": "<nav><ul>{}</ul></nav>",
                       "section": "<section aria-label=related><h2>+</h2><ul>{}</ul></section>"}.items():  # fmt: skip
        shown = [
            outer.format("".join(f"<li><a href=/r/{entries.index(one)}>{one}</a></li>" for one in own)) for own in boxes
        ]
        yield _same(words, "rotating box", how, *(_body(words, one, at=3) for one in shown))
    for how, (outer, inner) in {
        "li": ("<ul>{}</ul>", "<li>{}</li>"),
        "p": ("{}", "<p>{}</p>"),
        "tr": ("<table>{}</table>", "<tr><td>{}</td><td>7</td></tr>"),
        "card": ("<div>{}</div>", "<div class=card><p>{}</p></div>"),
    }.items():
        orders = words["items"], words["items"][::-1]
        listed = [_body(words, outer.format("".join(map(inner.format, own)))) for own in orders]
        yield _same(words, "sorted otherwise once", how, *listed)
    text = [f"<div><p>{part}</p></div>" for part in words["text"]]
    heading = f"<h1>{words['title']}</h1>"
    yield _same(words, "streamed once", "divs", (heading, "".join(text)), (heading, text[2] + text[0] + text[1]))
    yield _same(words, "dressed otherwise", "divs", (heading, "".join(text)), _body(words))
    yield _same(
        words,
        "divided otherwise",
        "p",
        _body(words),
        (heading, f"<p>{' '.join(words['text'][:2])}</p><p>{words['text'][2]}</p>"),
    )


_MAKERS: Sequence[Callable[[Words], Iterator[Variant]]] = (
    _sentences,
    _values,
    _opposite,
    _short,
    _links,
    _signs,
    _contents,
    _passing,
)
