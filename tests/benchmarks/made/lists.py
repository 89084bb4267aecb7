"""Lists in many markups: reports, ministers, news, documents, questions, accordions, tables, contents by year.

A design writes a whole list of so many entries. Everything in it is the document, except what leads on ("Read more").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.made.entries import Entries
from benchmarks.made.speech import marked

Design = Callable[[Entries], str]


def _cards(e: Entries) -> str:
    return e.each(lambda: e.box("div", e.picture(), e.heading(), e.date(), e.kind(), e.text(), e.more()), "div")


def _cards_linked(e: Entries) -> str:
    return e.each(
        lambda: e.box("div", f'<a href="{e.href()}">{e.heading(e.title())}</a>', e.date("time"), e.more()), "div"
    )


def _cards_flat(e: Entries) -> str:
    return e.each(lambda: e.box("div", e.heading(), e.date("div"), e.box("div", e.more(), role="")))


def _articles(e: Entries) -> str:
    return e.each(lambda: e.box("article", e.kind("p"), e.heading(), e.date("p"), e.text(), e.more()), "section")


def _articles_with_header(e: Entries) -> str:
    return e.each(
        lambda: e.box(
            "article",
            f"<header>{e.heading()}{e.date('p')}</header>",
            e.text(),
            f"<footer>{e.kind()}{e.more()}</footer>",
        ),
        "div",
    )


def _items(e: Entries) -> str:
    return e.each(lambda: e.box("li", e.link(), e.text(), e.date("p")), "ul")


def _links(e: Entries) -> str:
    return e.each(lambda: e.box("li", e.link()), "ul")


def _dated_items(e: Entries) -> str:
    return e.each(lambda: e.box("li", e.date(), " ", e.link(), " ", e.kind()), "ul")


def _items_then_date(e: Entries) -> str:
    return e.each(lambda: e.box("li", e.link(), ", ", e.date()), "ul")


def _divs(e: Entries) -> str:
    return e.each(lambda: e.box("div", e.link()))


def _files(e: Entries) -> str:
    return e.each(lambda: e.box("p", e.file()))


def _terms(e: Entries) -> str:
    return e.each(lambda: f"<dt>{e.link()}</dt><dd>{e.date() or marked(e.speech.sentence())}</dd>", "dl")


def _definitions(e: Entries) -> str:
    return e.each(lambda: f"<dt>{marked(e.speech.label(3))}</dt><dd>{marked(e.speech.paragraph(2))}</dd>", "dl")


def _facts(e: Entries) -> str:
    return e.each(lambda: f"<dt>{marked(e.speech.label(3))}</dt><dd>{marked(e.speech.title(1, 4))}</dd>", "dl")


def _tiles(e: Entries) -> str:
    def tile() -> str:
        inner = e.picture() + e.kind() + f"<span{e.names('title')}>{e.title()}</span>" + e.date()
        return f'<a{e.names("item")} href="{e.href()}">{inner}</a>'

    return e.each(tile, "div")


def _tiles_of_blocks(e: Entries) -> str:
    return e.each(
        lambda: f'<a{e.names("item")} href="{e.href()}">{e.picture()}<div>{e.heading(e.title())}{e.text()}</div></a>',
        "div",
    )


def _rows(e: Entries) -> str:
    return e.each(lambda: f"<tr><td>{e.date('span')}</td><td>{e.link(file=True)}</td></tr>", "table")


def _table(e: Entries) -> str:
    columns = e.speech.chance.randint(2, 5)
    head = "".join(f"<th>{marked(e.speech.label())}</th>" for _ in range(columns))

    def row() -> str:
        cells = [e.link(), e.date(), *(marked(e.speech.label(3)) for _ in range(columns - 2))]
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

    return f"<table{e.names('list')}><thead><tr>{head}</tr></thead><tbody>{e.each(row)}</tbody></table>"


def _figures(e: Entries) -> str:
    def row() -> str:
        cells = "".join(f"<td>{marked(str(e.speech.chance.randint(0, 9999)))}</td>" for _ in range(3))
        return f"<tr><th>{marked(e.speech.label(3))}</th>{cells}</tr>"

    return f"<table><caption>{marked(e.speech.title())}</caption>{e.each(row)}</table>"


def _people(e: Entries) -> str:
    def one() -> str:
        return e.box(
            "div",
            e.picture(),
            e.heading(e.link(marked(e.speech.person()))),
            f"<p{e.names('kind')}>{marked(e.speech.title(2, 6))}</p>",
        )

    return e.each(one, "div")


def _people_plain(e: Entries) -> str:
    return e.each(
        lambda: e.box(
            "li",
            e.box("span", marked(e.speech.person()), role="title"),
            " ",
            e.box("span", marked(e.speech.title(1, 4)), role="kind"),
        ),
        "ul",
    )


def _people_in_rows(e: Entries) -> str:
    def row() -> str:
        office, person = marked(e.speech.title(2, 5)), e.link(marked(e.speech.person()))
        return f"<tr><td>{office}</td><td>{person}</td><td>{marked(e.speech.kinds[0])}</td></tr>"

    return e.each(row, "table")


def _accordion(e: Entries) -> str:
    def one() -> str:
        number = e.speech.chance.randrange(10**6)
        button = f'<button aria-expanded="false" aria-controls="p{number}">{marked(e.speech.title())}</button>'
        panel = f'<div id="p{number}"{e.names("text")}><p>{marked(e.speech.paragraph(3))}</p></div>'
        return e.box("div", f"<h{e.level}>{button}</h{e.level}>", panel)

    return e.each(one, "div")


def _folded(e: Entries) -> str:
    return e.each(
        lambda: (
            f"<details><summary>{marked(e.speech.title())}</summary><p>{marked(e.speech.paragraph(3))}</p></details>"
        )
    )


def _folded_links(e: Entries) -> str:
    def one() -> str:
        links = "".join(f"<li>{e.file()}</li>" for _ in range(e.speech.chance.randint(1, 5)))
        return f"<details{e.names('item')}><summary>{marked(e.speech.title(1, 3))}</summary><ul>{links}</ul></details>"

    return e.each(one, "div")


def _questions(e: Entries) -> str:
    return e.each(
        lambda: e.box("div", e.heading(marked(e.speech.title(4, 10) + "?")), f"<p>{marked(e.speech.paragraph(3))}</p>"),
        "section",
    )


def _questions_bold(e: Entries) -> str:
    return e.each(
        lambda: f"<p><strong>{marked(e.speech.title(4, 10) + '?')}</strong></p><p>{marked(e.speech.paragraph(2))}</p>"
    )


def _by_year(e: Entries) -> str:
    def year(number: int) -> str:
        links = "".join(e.box("li", e.date(), " ", e.link(file=e.kinded)) for _ in range(e.speech.chance.randint(1, 6)))
        return f"<h{e.level}>{marked(str(number))}</h{e.level}><ul{e.names('list')}>{links}</ul>"

    return "\n".join(year(2026 - at) for at in range(max(1, e.count // 3)))


def _by_subject(e: Entries) -> str:
    def subject() -> str:
        links = "".join(e.box("p", e.link(), e.kind()) for _ in range(e.speech.chance.randint(2, 6)))
        return e.box(
            "section",
            e.heading(marked(e.speech.label(3))),
            f"<p>{marked(e.speech.sentence())}</p>" if e.told else "",
            links,
        )

    return "\n".join(subject() for _ in range(max(2, e.count // 4)))


def _by_letter(e: Entries) -> str:
    def letter(number: int) -> str:
        links = "".join(f"<li>{e.link(marked(e.speech.label(3)))}</li>" for _ in range(e.speech.chance.randint(1, 5)))
        return f"<div><h{e.level}>{marked(chr(65 + number))}</h{e.level}><ul>{links}</ul></div>"

    return "\n".join(letter(at) for at in range(max(2, min(20, e.count // 2))))


def _lines(e: Entries) -> str:
    return f"<p>{'<br>'.join(f'{e.date()} {e.link()}' for _ in range(e.count))}</p>"


def _press(e: Entries) -> str:
    return e.each(lambda: e.box("div", e.box("div", e.date(), e.kind(), role="meta"), e.heading(), role="item"), "div")


def _timeline(e: Entries) -> str:
    return e.each(
        lambda: e.box(
            "li",
            e.box("div", marked(e.speech.date()), role="date"),
            e.box("div", marked(e.speech.sentence()), role="text"),
        ),
        "ol",
    )


def _results(e: Entries) -> str:
    return e.each(
        lambda: e.box("div", e.heading(), e.box("div", e.kind(), " · ", e.date(), role="meta"), e.text("div")), "div"
    )


def _in_languages(e: Entries) -> str:
    def one() -> str:
        links = " | ".join(f'<a href="{e.href(True)}">{marked(code)}</a>' for code in ("EN", "FR", "DE"))
        return e.box("div", e.heading(e.title()), e.date("p"), f"<p>{links}</p>")

    return e.each(one)


def _nested(e: Entries) -> str:
    def one() -> str:
        inner = "".join(f"<li>{e.link()}</li>" for _ in range(e.speech.chance.randint(2, 4)))
        return f"<li>{e.link()}<ul>{inner}</ul></li>"

    return e.each(one, "ul")


def _spans(e: Entries) -> str:
    return e.each(
        lambda: e.box(
            "div",
            e.box(
                "div",
                e.box("div", e.kind() or e.date(), role="meta"),
                e.box("div", e.link()),
                e.box("div", e.date()),
                role="",
            ),
        ),
        "div",
    )


def _grid_of_boxes(e: Entries) -> str:
    return e.each(
        lambda: e.box("div", e.box("div", e.picture(), e.link("<strong>" + e.title() + "</strong>"), e.text())), "div"
    )


def _countries(e: Entries) -> str:
    return e.each(lambda: e.box("li", e.link(marked(e.speech.label(2)))), "ul")


DESIGNS: Final[Sequence[Design]] = (
    _cards, _cards_linked, _cards_flat, _articles, _articles_with_header, _items, _links, _dated_items, _items_then_date,
    _divs, _files, _terms, _definitions, _facts, _tiles, _tiles_of_blocks, _rows, _table, _figures, _people, _people_plain,
    _people_in_rows, _accordion, _folded, _folded_links, _questions, _questions_bold, _by_year, _by_subject, _by_letter, _lines,
    _press, _timeline, _results, _in_languages, _nested, _spans, _grid_of_boxes, _countries,
)  # fmt: skip
