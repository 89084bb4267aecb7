"""Variants of small changes, and of what is no change: each kind in many markups, places, frames and languages (for `variants.py`).

The words are in `variants.toml`, the markups in `variants_markup.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Words = dict[str, Any]  # of one language
Part = tuple[str, str]  # heading and body of the main part of a page

_FOLDER = Path(__file__).parent
WORDS: dict[str, Words] = tomllib.loads((_FOLDER / "variants.toml").read_text("utf-8"))
MARKUP: dict[str, dict[str, Any]] = tomllib.loads((_FOLDER / "variants_markup.toml").read_text("utf-8"))
_MENU: Final = "<li><a href='/'>{0[0]}</a></li><li><a href='/n'>{0[1]}</a></li><li><a href='/c'>{0[2]}</a></li>"
_PLACES: Final = ("under the heading", "in the text", "late in the text", "last")


@dataclass(frozen=True, slots=True)
class Variant:
    """A page before and after something happened to it.

    Attributes:
        kind, how: what happens, and in what markup or place.
        before, after: the main part.
        says: words that the text after must have, each of them.
        changed: whether the document changed.
        more: what else the page shows, if it did not: the order of visits is before, after, more …, before.
    """

    kind: str
    how: str
    before: Part
    after: Part
    says: tuple[str, ...] = ()
    changed: bool = True
    more: tuple[Part, ...] = ()


def page(language: str, frame: str, part: Part) -> bytes:
    """A page of the agency, in one of its templates."""
    menu = _MENU.format(MARKUP["menus"][language])
    body = MARKUP["frames"][frame].format(menu=menu, head=part[0], body=part[1])
    title = WORDS[language]["title"]
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    ).encode()


def variants(language: str) -> Iterator[Variant]:
    """All variants in a language."""
    for make in _MAKERS:
        yield from make(WORDS[language])


def _body(words: Words, *parts: str, at: int = 1) -> Part:
    """A heading, and the text with something in it.

    Args:
        at: the number of paragraphs before it.
    """
    text = [f"<p>{part}</p>" for part in words["text"]]
    return f"<h1>{words['title']}</h1>", "".join([*text[:at], *parts, *text[at:]])


def _pair(words: Words, name: tuple[str, str], old: str, new: str, says: Sequence[str] = (), *, at: int = 1) -> Variant:
    return Variant(*name, _body(words, old, at=at), _body(words, new, at=at), tuple(says))


def _same(name: tuple[str, str], *shown: Part) -> Variant:
    return Variant(*name, shown[0], shown[1], (), False, tuple(shown[2:]))


def _filled(markup: Sequence[str], *columns: Sequence[object]) -> str:
    """A list: its markup around its entries, whose parts are in columns."""
    return markup[0].format("".join(map(markup[1].format, *columns)))


def _sentences(words: Words) -> Iterator[Variant]:
    """Subject and object change places, or a "not" goes to another sentence."""
    for kind in ("exchanged", "negated"):
        for how, markup in MARKUP["sentence"].items():
            old, new = words[kind]
            yield _pair(words, (kind, how), markup.format(old), markup.format(new), [new])


def _values(words: Words) -> Iterator[Variant]:
    """Two values change places, or one changes into another one of the list."""
    names, (high, low, more) = words["names"][:3], words["levels"]
    for how, markup in MARKUP["values"].items():
        old = _filled(markup, names, (high, low, more))
        yield _pair(words, ("values swapped", how), old, _filled(markup, names, (low, high, more)), (high, low))
        yield _pair(words, ("one value", how), old, _filled(markup, names, (high, low, high)))


def _opposite(words: Words) -> Iterator[Variant]:
    """An item goes below the opposite heading, or two lists change places."""
    items, (one, other) = words["items"], words["heads"]
    for how, (outer, inner) in MARKUP["headed"].items():

        def under(first: Sequence[str], second: Sequence[str], outer: str = outer, inner: str = inner) -> str:
            return "".join(
                outer.format(head, "".join(map(inner.format, own))) for head, own in ((one, first), (other, second))
            )

        old = under(items[:2], items[2:])
        yield _pair(words, ("opposite heading", how), old, under(items[:1], items[1:]), items)
        yield _pair(words, ("headings swapped", how), old, under(items[2:], items[:2]), items)


def _short(words: Words) -> Iterator[Variant]:
    """A line without a full stop comes: "Withdrawn"."""
    kind, plain, items = "short line", _body(words), words["items"]
    for line in words["short"]:
        for how, markup in MARKUP["short"].items():
            for at, place in enumerate(_PLACES):
                yield Variant(kind, f"{how} {place}", plain, _body(words, markup.format(line), at=at), (line,))
        for how, markup in MARKUP["title"].items():
            yield Variant(kind, how, plain, (markup.format(title=words["title"], line=line), plain[1]), (line,))
        listed = [_filled(MARKUP["sorted"]["li"], own) for own in (items, [*items[:2], line, *items[2:]])]
        yield _pair(words, (kind, "item of a list"), *listed, [line])
        status = [_filled(MARKUP["values"]["dl"], ("Status", "Nr."), (own, "17")) for own in (words["levels"][0], line)]
        yield _pair(words, (kind, "dd"), *status, [line], at=0)


def _links(words: Words) -> Iterator[Variant]:
    """An entry of a list of links comes, goes or is reworded, wherever the list is."""
    entries, title = words["entries"], f"<h1>{words['title']}</h1>"
    lists = {
        "link on top": (entries[1:], entries), "link last": (entries[:4], entries), "link gone": (entries, entries[1:]),
        "link reworded": (entries[:3], [words["names"][0], *entries[1:3]]),
    }  # fmt: skip
    for how, markup in MARKUP["linked"].items():
        for kind, sides in lists.items():
            numbers = [[entries.index(one) if one in entries else 9 for one in side] for side in sides]
            old, new = (_filled(markup, *columns) for columns in zip(numbers, sides, strict=True))
            for place, at in (("in the text", 2), ("behind the text", 3), ("before the text", 0)):
                yield _pair(words, (kind, f"{how} {place}"), old, new, sides[1], at=at)
            for place, lead in (("alone", f"<p>{words['text'][0]}</p>"), ("without a text", "")):
                yield Variant(kind, f"{how} {place}", (title, lead + old), (title, lead + new), tuple(sides[1]))


def _signs(words: Words) -> Iterator[Variant]:
    """Characters that mean something; panels; headings that are buttons."""
    values = words["items"][0], *words["levels"][:2]
    for how, markups in MARKUP["signs"].items():
        yield _pair(words, ("signs", how), *(markup.format(*values) for markup in markups))


def _contents(words: Words) -> Iterator[Variant]:
    """A section comes or goes, with its heading in the table of contents."""
    heads, texts, name = words["entries"], [*words["text"], words["exchanged"][0]], words["names"][3]
    for how, markup in MARKUP["contents"].items():

        def made(count: int, markup: Sequence[str] = markup) -> str:
            parts = enumerate(zip(heads[:count], texts, strict=False))
            sections = "".join(f"<h2 id=s{at}>{head}</h2><p>{text}</p>" for at, (head, text) in parts)
            return _filled(markup, range(count), heads[:count]) + sections

        yield _pair(words, ("section", f"{how} comes"), made(3), made(4))
        yield _pair(words, ("section", f"{how} goes"), made(4), made(3))
        bare = f"{made(3)}<h2 id=s3>{heads[3]}</h2>"
        yield _pair(words, ("section", f"{how} reworded"), bare, bare.replace(heads[3], name), [name])


def _counters(words: Words) -> Iterator[Variant]:
    """Counts grow and times pass."""
    beside = words["counts"][0].replace("{}", "31")
    for line in words["counts"]:
        lines = [line.replace("{}", figure) for figure in ("907", "1,204", "8")]
        for how, markup in MARKUP["counter"].items():
            for at in (0, 1, 3):
                shown = (markup.format(one, beside=beside) for one in lines)
                yield _same(("counter", f"{line} {how} {at}"), *(_body(words, one, at=at) for one in shown))
    for pair in words["times"]:
        for how, markup in MARKUP["time"].items():
            for at in (0, 3):
                yield _same(("time", f"{pair} {how} {at}"), *(_body(words, markup.format(one), at=at) for one in pair))


def _passing(words: Words) -> Iterator[Variant]:
    """A box rotates; a list or the text is in another order for once; the same text in other boxes or blocks."""
    entries, items, text = words["entries"], words["items"], words["text"]
    for how, markup in MARKUP["box"].items():
        chosen = ((at, (at + 1) % 5) for at in (0, 2, 4))
        shown = (_filled(markup, own, [entries[at] for at in own]) for own in chosen)
        yield _same(("rotating box", how), *(_body(words, one, at=3) for one in shown))
    for how, markup in MARKUP["sorted"].items():
        orders = (_filled(markup, own) for own in (items, items[::-1]))
        yield _same(("sorted otherwise once", how), *(_body(words, one) for one in orders))
    boxed, title = [f"<div><p>{part}</p></div>" for part in text], f"<h1>{words['title']}</h1>"
    plain, whole = _body(words), (title, "".join(boxed))
    yield _same(("streamed once", "divs"), whole, (title, boxed[2] + boxed[0] + boxed[1]))
    yield _same(("dressed otherwise", "divs"), whole, plain)
    yield _same(("divided otherwise", "p"), plain, (title, f"<p>{' '.join(text[:2])}</p><p>{text[2]}</p>"))


_MAKERS: Sequence[Callable[[Words], Iterator[Variant]]] = (
    _sentences, _values, _opposite, _short, _links, _signs, _contents, _counters, _passing,
)  # fmt: skip
