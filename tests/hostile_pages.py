"""Pages that were made to hurt a cleaner: each too deep, too long, too many or too broken of one thing."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).parent / "pages"
SENTENCE: Final = "The harbours were quiet in the winter, and the ferries stopped twice because of the ice. "
TEXT: Final = f"<h1>Harbours</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p>"
BANNER: Final = "<p>We use cookies.</p><button>Accept all</button>"
Maker = Callable[[], str | bytes]


def page(body: str, head: str = "") -> str:
    """A page of HTML."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def nested(tag: str, depth: int, inner: str = TEXT, attributes: str = "") -> str:
    """A page whose text is in so many elements."""
    return page(f"<{tag}{attributes}>" * depth + inner + f"</{tag}>" * depth)


def _json(depth: int) -> str:
    return (
        '<script type="application/ld+json">'
        + '{"@type":"Article","mainEntity":' * depth
        + "1"
        + "}" * depth
        + "</script>"
    )


def _graph(count: int) -> str:
    graph = [{"@type": "Article", "headline": f"Harbours {at}", "author": {"name": "A" * 20}} for at in range(count)]
    return f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'


def _nest(path: str, depth: int) -> str:
    tags = path.split("><")
    return page(f"<{path}>" * depth + TEXT + "".join(f"</{tag}>" for tag in reversed(tags)) * depth)


def _deep() -> dict[str, Maker]:
    tags = (
        "div",
        "font",
        "span",
        "b",
        "a",
        "li",
        "ul><li",
        "table><tr><td",
        "blockquote",
        "section",
        "dl><dd",
        "custom-x",
    )
    found: dict[str, Maker] = {}
    for tag in tags:
        for depth in (255, 2_000, 20_000):
            found[f"{tag.replace('><', '-')} {depth} deep"] = partial(_nest, tag, depth)
    return found | {
        "svg 20000 deep": lambda: nested("svg", 20_000, "x") + TEXT,
        "g in svg 20000 deep": lambda: page(
            "<svg>" + "<g>" * 20_000 + "<text>a</text>" + "</g>" * 20_000 + "</svg>" + TEXT
        ),
        "math 20000 deep": lambda: nested("math", 20_000, "x") + TEXT,
        "template 5000 deep": lambda: nested("template", 5_000, "x") + TEXT,
        "noscript 5000 deep": lambda: nested("noscript", 5_000, "x") + TEXT,
        "iframe 5000 deep": lambda: nested("iframe", 5_000, "x") + TEXT,
        "select 5000 deep": lambda: nested("select", 5_000, "x") + TEXT,
        "object 20000 deep": lambda: nested("object", 20_000),
        "button 20000 deep": lambda: nested("button", 20_000),
        "form 20000 deep": lambda: nested("form", 20_000),
        "unclosed font 100000": lambda: page("<font>a" * 100_000 + TEXT),
        "unclosed p in b 50000": lambda: page("<p><b>a" * 50_000 + TEXT),
        "unclosed a 50000": lambda: page("<a href=x>a" * 50_000 + TEXT),
        "end tags 300000": lambda: page("</div>" * 300_000 + TEXT),
        "banner 1000 deep": lambda: nested("div", 1_000, BANNER + TEXT),
        "banner 190 deep": lambda: nested("div", 190, BANNER * 300 + TEXT),
        "aria-hidden 190 deep": lambda: nested("div", 190, TEXT * 300, ' aria-hidden="true"'),
        "aria-hidden 20000 deep": lambda: nested("div", 20_000, TEXT, ' aria-hidden="true"'),
        "i aria-hidden 2000 deep": lambda: nested("i", 2_000, TEXT, ' aria-hidden="true" class="icon"'),
        "cookie named 1900 deep": lambda: nested("div", 1_900, TEXT * 30, ' class="cookie-banner"'),
        "dialogs 1900 deep": lambda: nested("div", 1_900, BANNER * 30 + TEXT, ' role="dialog"'),
    }


def _many() -> dict[str, Maker]:
    return {
        "100k paragraphs": lambda: page("<p>Short one.</p>" * 100_000 + TEXT),
        "100k presence": lambda: page("<span>word </span>" * 100_000 + TEXT),
        "200k br": lambda: page("word<br>" * 200_000 + TEXT),
        "100k empty divs": lambda: page("<div></div>" * 100_000 + TEXT),
        "1M empty i": lambda: page("<i></i>" * 1_000_000 + TEXT),
        "1M tiny p": lambda: page("<p>a" * 1_000_000 + TEXT),
        "300k li": lambda: page("<ul>" + "<li>a</li>" * 300_000 + "</ul>" + TEXT),
        "50k cells in a row": lambda: page("<table><tr>" + "<td>a</td>" * 50_000 + "</tr></table>" + TEXT),
        "200k nodes of a flat table": lambda: page(
            "<table>" + "<tr><td>a</td><td>1</td><td>b c</td></tr>" * 50_000 + "</table>" + TEXT
        ),
        "nested tables": lambda: page("<table><tr><td>" * 60 + "<table><tr><td>x</td></tr></table>" * 5_000 + TEXT),
        "rows with p": lambda: page("<table><tr>" + "<td><p>a</p><p>b</p></td>" * 30_000 + "</tr></table>" + TEXT),
        "50k links": lambda: page("<p>" + "<a href='/x'>A page of this site</a> " * 50_000 + "</p>"),
        "50k links in li": lambda: page("<ul>" + "<li><a href='/x'>A page of this site</a></li>" * 50_000 + "</ul>"),
        "5000 accepts": lambda: page("<div><button>Accept</button></div>" * 5_000 + TEXT),
        "20000 accepts in one": lambda: page(
            "<div>" + "<button>Accept all cookies</button>" * 20_000 + "</div>" + TEXT
        ),
        "5000 accepts beside text": lambda: page(
            "<div>" + f"<div><p>{SENTENCE}</p><button>Accept</button></div>" * 5_000 + "</div>" + TEXT
        ),
        "5000 banners": lambda: page(f"<div>{BANNER}</div>" * 5_000 + TEXT),
        "5000 banners in one": lambda: page("<section>" + f"<div>{BANNER}</div>" * 5_000 + "</section>" + TEXT),
        "accepts in a tree": lambda: page(_tree("<button>Accept cookies</button>", 13) + TEXT),
        "accepts among 20k p": lambda: page(
            "<div><p>cookies</p>" + "<p>a</p>" * 20_000 + "<a>Accept</a>" * 2_000 + "</div>" + TEXT
        ),
        "accepts among empty ones": lambda: page(
            "<div>cookies" + "<p></p>" * 60_000 + "<a>OK</a>" * 3_000 + "</div>" + TEXT
        ),
        "OK links 20k": lambda: page("<p>" + "<a href='#'>OK</a> " * 20_000 + "</p>" + TEXT),
        "20k dialogs": lambda: page("<div role=dialog><a>x</a> hello</div>" * 20_000 + TEXT),
        "3000 dialogs in dialogs": lambda: page(
            "<div role=dialog>" * 150 + "<a>x</a> hello " * 3_000 + "</div>" * 150 + TEXT
        ),
        "20k cookie names": lambda: page("<div class=cookie-banner>hello</div>" * 20_000 + TEXT),
        "20k h1": lambda: page("<h1>Cookies</h1>" * 20_000 + TEXT, "<title>Cookies</title>"),
        "20k h1 and 2000 accepts": lambda: page("<h1>Ice</h1>" * 20_000 + "<div>cookies <a>Accept</a></div>" * 2_000),
        "20k titles": lambda: page("<title>Cookies</title>" * 20_000 + TEXT, "<title>Cookies</title>" * 5_000),
        "20k hidden": lambda: page(f"<p hidden>{SENTENCE}</p>" * 20_000 + TEXT),
        "20k hidden, 20k shown": lambda: page(
            "".join(f"<p hidden>{SENTENCE}{at}</p><p>{SENTENCE}{at}</p>" for at in range(20_000)) + TEXT
        ),
        "one long hidden": lambda: page(f"<p hidden>{SENTENCE * 20_000}</p>" + TEXT),
        "20k controls": lambda: page("<button>Print</button><button>Email</button>" * 20_000 + TEXT),
        "100k headings": lambda: page("<h2>Ice</h2>" * 100_000 + TEXT),
        "50k metas": lambda: page(
            TEXT, "".join(f'<meta property="og:title" content="Harbours {at}">' for at in range(50_000))
        ),
        "50k times": lambda: page("<time class=published>soon</time>" * 50_000 + TEXT),
        "50k articles": lambda: page("<article><p>Ice.</p></article>" * 50_000),
        "articles 150 deep and 5000 wide": lambda: page("<article>" * 150 + f"<p>{SENTENCE}</p>" * 5_000),
        "100k classes": lambda: page("".join(f'<p class="n{at} name-{at}x">Ice.</p>' for at in range(100_000)) + TEXT),
        "100k icons": lambda: page('<i class="material-icons">print</i>' * 100_000 + TEXT),
        "one icon of 100k": lambda: page('<span class="icon">' + "<b>x</b>" * 100_000 + "</span>" + TEXT),
        "options 200k": lambda: page("<select>" + "<option>Latvia" * 200_000 + "</select>" + TEXT),
        "scripts 50k": lambda: page("<script>go()</script>" * 50_000 + TEXT),
        "linked data 20k": lambda: page(
            TEXT, '<script type="application/ld+json">{"@type":"Article"}</script>' * 20_000
        ),
        "comments 200k": lambda: page("<!-- x -->" * 200_000 + TEXT),
        "processing instructions 100k": lambda: page("<?php echo 1 ?>" * 100_000 + TEXT),
        "doctypes 50k": lambda: "<!doctype html>" * 50_000 + page(TEXT),
        "bodies 50k": lambda: page("<body><html>" * 50_000 + TEXT),
        "100k lines of text": lambda: "A line of text.\n" * 100_000,
        "100k lines of a dialog": lambda: "We use cookies\n" * 100_000,
        "100k lines of buttons": lambda: "This website uses cookies\nAccept all\n" * 50_000,
    }


def _tree(leaf: str, depth: int) -> str:
    for _ in range(depth):
        leaf = f"<div>{leaf}{leaf}</div>"
    return leaf


def _long() -> dict[str, Maker]:
    return {
        "a line of 5 MB": lambda: page("<p>" + SENTENCE * 57_000 + "</p>"),
        "8 MB of words": lambda: page(f"<p>{SENTENCE * 92_000}</p>"),
        "8 MB of Lithuanian": lambda: page("<p>" + "ledo ūžesys jūroje, ąžuolai. " * 230_000 + "</p>"),
        "8 MB of emoji": lambda: page("<p>" + "ice \U0001f9ca, \U0001f6a2 ferry. " * 370_000 + "</p>"),
        "8 MB in 44k paragraphs": lambda: page(f"<p>{SENTENCE * 2}</p>" * 44_000),
        "8 MB in 29k paragraphs": lambda: page("".join(f"<p>{at} {SENTENCE * 3}</p>" for at in range(29_000))),
        "8 MB of scripts": lambda: page("<script>if (a < b) { go(); }</script>" * 200_000 + TEXT),
        "a PDF of 60 MB": lambda: b"%PDF-1.7" + b"x" * 60_000_000,
        "17 MB": lambda: page("a" * (17 << 20)),
        "a word of 5 MB": lambda: page("<p>" + "a" * 5_000_000 + "</p>" + TEXT),
        "plain text of 5 MB in a line": lambda: SENTENCE * 57_000,
        "spaces of 5 MB": lambda: page("<p>a" + " " * 5_000_000 + "b</p>" + TEXT),
        "1.6M entities": lambda: page("<p>" + "&amp;" * 1_600_000 + "</p>" + TEXT),
        "1M broken entities": lambda: page("<p>" + "&amp&#x;&#99999999999;&zz" * 200_000 + "</p>" + TEXT),
        "an attribute of 5 MB": lambda: page(f'<p class="{"a b1 " * 1_000_000}">Ice.</p>' + TEXT),
        "an id of 1 MB": lambda: page(f'<p id="{"a1b2c3" * 170_000}">Ice.</p>' + TEXT),
        "a style of 5 MB": lambda: page(f'<p style="{"display:nonx;" * 400_000}">Ice.</p>' + TEXT),
        "100k attributes": lambda: page("<p " + " ".join(f"a{at}=1" for at in range(100_000)) + ">Ice.</p>" + TEXT),
        "100k class attributes": lambda: page("<p " + "class=a " * 100_000 + ">Ice.</p>" + TEXT),
        "a tag name of 1 MB": lambda: page(f"<{'a' * 1_000_000}>Ice.</p>" + TEXT),
        "a title of 100k letters": lambda: page(TEXT, f"<title>{'Harbours ' * 11_000}</title>"),
        "a title of 1 MB of bars": lambda: page(TEXT, f"<title>{'| - ' * 250_000}</title>"),
        "an h1 of 1 MB of arrows": lambda: page(f"<h1>{'» › ' * 250_000}</h1>" + TEXT),
        "a label of 1 MB": lambda: page(f"<button>{'accept ' * 150_000}</button><p>cookies</p>" + TEXT),
        "linked data of 1 MB": lambda: page(TEXT, _graph(12_000)),
        "linked data of 190 kB": lambda: page(TEXT, _graph(2_000)),
        "linked data 10000 deep": lambda: page(TEXT, _json(10_000)),
        "linked data 5000 deep": lambda: page(TEXT, _json(5_000)),
        "linked data of lists": lambda: page(
            TEXT, '<script type="application/ld+json">' + "[" * 60_000 + "]" * 60_000 + "</script>"
        ),
        "linked data, wide and deep": lambda: page(
            TEXT, '<script type="application/ld+json">' + "[" + ",".join([_row(3)] * 50) + "]</script>"
        ),
        "linked data of odd types": lambda: page(
            TEXT,
            '<script type="application/ld+json">{"@type":{"a":1},"@graph":[{"@type":7},{"@type":[[],null,"Article"],'
            '"headline":["x"],"author":[[[[{"name":{}}]]]],"datePublished":1e999}]}</script>',
        ),
        "an author 5000 lists deep": lambda: page(
            TEXT,
            '<script type="application/ld+json">{"@type":"Article","author":'
            + "[" * 5_000
            + "]" * 5_000
            + "}</script>",
        ),
        "an int of 100k digits": lambda: page(
            TEXT, '<script type="application/ld+json">{"@type":"Article","position":' + "9" * 100_000 + "}</script>"
        ),
        "lone surrogates in linked data": lambda: page(
            TEXT,
            '<script type="application/ld+json">{"@type":"Article","headline":"\\ud800 x","author":"\\udfff"}</script>',
        ),
        "a comment of 5 MB": lambda: page("<!--" + "- -" * 1_700_000 + "-->" + TEXT),
        "an unclosed comment of 5 MB": lambda: page(TEXT + "<!--" + "--!" * 1_700_000),
        "unclosed comments": lambda: page(TEXT + "<!--" * 500_000),
        "unclosed CDATA": lambda: page(TEXT + "<![CDATA[" * 100_000),
        "unclosed quotes": lambda: page(TEXT + "<a href='" * 100_000),
        "unclosed quotes of two kinds": lambda: page(TEXT + "<a href='x\" y=\"z' " * 50_000),
        "unclosed scripts": lambda: page(TEXT + "<script>" * 100_000),
        "unclosed iframes": lambda: page(TEXT + "<iframe>" * 100_000),
        "iframes and lt": lambda: page(TEXT + "<iframe><<<<<" * 50_000),
        "open angles": lambda: page(TEXT + "<" * 2_000_000),
        "tags that never end": lambda: page(TEXT + "<a " * 300_000),
        "equals signs": lambda: page(TEXT + "<a " + "=" * 1_000_000 + ">"),
        "a URL of dots": lambda: page(TEXT + f"<p>{'1.' * 500_000}</p><p>{'1/' * 500_000}</p>"),
        "a run of digits": lambda: page(
            TEXT + f"<p>{'2' * 500_000}</p>", f'<meta name="date" content="{"2" * 500_000}">'
        ),
        "a language of 1 MB": lambda: f'<html lang="{"en-" * 300_000}"><body>{TEXT}',
        "a meta of 1 MB": lambda: page(TEXT, f'<meta name="{"a" * 1_000_000}" content="x">'),
        "a pre of 300k lines": lambda: page("<pre>" + "a line\n" * 300_000 + "</pre>" + TEXT),
        "capitals and commas": lambda: page(f"<p>{'A, ' * 1_000_000}</p>" + TEXT),
        "quotes at the end": lambda: page(f"<p>Ice.{'”' * 1_000_000}a</p><p>{'.”' * 500_000}</p>" + TEXT),
        "combining marks": lambda: page("<p>a" + "\u0315\u0300\u05ae\u0300" * 60_000 + "</p>" + TEXT),
        "combining marks as references": lambda: page("<p>a" + "&#769;&#803;" * 100_000 + "</p>" + TEXT),
        "combining marks in elements": lambda: page("<p>a" + "&#769;<b>\u0323</b>" * 20_000 + "</p>" + TEXT),
        "combining marks between comments": lambda: page("<p>a" + "\u0323<!---->\u0301" * 100_000 + "</p>" + TEXT),
        "combining marks beneath": lambda: page("<p>a" + "\u0301\u0323" * 200_000 + "</p>" + TEXT),
        "hangul and CJK": lambda: page("<p>" + "\u1100\u1161\u11a8" * 300_000 + "漢字" * 300_000 + "</p>" + TEXT),
        "bidi and zero width": lambda: page("<p>" + "\u202e\u200b\u00ad\ufeff" * 400_000 + "</p>" + TEXT),
    }


def _row(depth: int) -> str:
    return "[" + ",".join([_row(depth - 1)] * 50) + "]" if depth > 1 else '{"@type":"Article","headline":"x"}'


def _broken() -> dict[str, Maker]:
    text = page(TEXT)
    return {
        "NULs": lambda: text.replace("e", "\0e").encode() * 200,
        "NULs only": lambda: b"\0" * 1_000_000,
        "NULs in tags": lambda: page("<di\0v cl\0ass='\0'>" + TEXT).encode(),
        "UTF-16 without its mark": lambda: text.encode("utf-16-le"),
        "UTF-16, odd": lambda: b"\xff\xfe" + text.encode("utf-16-le")[:-1],
        "UTF-16, the wrong end": lambda: b"\xfe\xff" + text.encode("utf-16-le") * 50,
        "UTF-16 of lone surrogates": lambda: b"\xff\xfe" + b"\x00\xd8" * 300_000,
        "UTF-32": lambda: text.encode("utf-32"),
        "broken UTF-8": lambda: text.encode().replace(b"a", b"\xc3") * 100,
        "overlong UTF-8": lambda: text.encode() + b"\xc0\xbc\xed\xa0\x80\xf5\xf8" * 100_000,
        "a flood of FFFD": lambda: page("<p>" + "\ufffd" * 500_000 + "</p>" + TEXT),
        "C0 and C1 controls": lambda: page(
            "<p>" + "".join(map(chr, [*range(1, 32), *range(127, 160)])) * 5_000 + "</p>" + TEXT
        ),
        "references to controls": lambda: page(
            "<p>"
            + "".join(f"&#{code};" for code in [*range(160), 0xD800, 0xDFFF, 0xFFFE, 0x110000]) * 200
            + "</p>"
            + TEXT
        ),
        "two charsets": lambda: b"<meta charset=utf-7><meta charset=iso-2022-jp>\x1b$B" + text.encode() * 20,
        "ISO-2022-JP": lambda: b"<meta charset=iso-2022-jp>" + b"\x1b$B\x1b(B" * 200_000 + text.encode(),
        "UTF-7": lambda: b"<meta charset=utf-7>+ADw-script+AD4-" + text.encode(),
        "XML": lambda: (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>&a;&c;' + text
        ),
        "a billion laughs": lambda: (
            '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "'
            + "lol" * 1000
            + '">'
            + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(12))
            + "]>"
            + page("&m;" + TEXT)
        ),
        "XInclude": lambda: page('<xi:include href="file:///etc/passwd" parse="text"/>' + TEXT),
        "a base and scripts for addresses": lambda: page(
            "<base href='javascript:1'><a href='data:text/html,x'>y</a>" + TEXT,
            '<base href="//[::1"><link rel=canonical href="http://[">',
        ),
        "frames": lambda: "<html><frameset cols=1,2>" + "<frame src=x>" * 10_000 + "<noframes>" + TEXT,
        "plaintext": lambda: page("<plaintext>" + TEXT * 100),
        "buttons that open buttons": lambda: page("<button aria-expanded=false>Fines</button><div>" * 1_500 + TEXT),
        "tabs in tabs": lambda: page(
            "<div role=tablist><b role=tab>A</b><b role=tab>B</b></div><p role=tabpanel>x" * 9_000
        ),
        "buttons after nothing": lambda: page(TEXT + "<p>a " + "<b></b>" * 20_000 + "<button>b</button> c" * 5_000),
        "elements of its own": lambda: page(TEXT + "<x-a>a " * 1_500 + "<x-b></x-b> b" * 20_000),
        "a style sheet without braces": lambda: page(
            TEXT, "<style>" + "line-through vertical-align:super " * 8_000 + "</style>"
        ),
        "rows of empty cells": lambda: page(
            "<table>" + "<tr>" + "<td></td>" * 60 + "<td>x</td></tr>" * 1 + ("<tr>" + "<td>" * 60) * 900
        ),
        "times in one line": lambda: page(TEXT + "<p>" + "<time datetime=2024-01-02>2 January</time>, " * 8_000),
        "forms in forms": lambda: page(TEXT + "<div><form><p>Mail</p><button>Send</button>" * 1_200),
        "shadow roots": lambda: page("<x-a><template shadowrootmode=open><slot></slot>" * 600 + TEXT),
        "textarea and xmp": lambda: page("<textarea><xmp><listing>" * 1_000 + TEXT),
        "names with colons": lambda: page("<a:b:c xmlns:a='x'><:><-a><a'b>" * 5_000 + TEXT),
        "foreign scripts": lambda: page(
            "<svg><style><img src=x></style><foreignObject>" * 300 + TEXT + "<math><annotation-xml><p>x" * 300
        ),
        "templates in tables": lambda: page("<table><template><tr><noscript><iframe><td>" * 2_000 + TEXT),
        "deep, and tags without an end": lambda: page("<div>" * 300 + TEXT + "<a <" * 20_000),
        "deep, and comments without an end": lambda: page("<div>" * 300 + TEXT + "<!--" * 20_000),
        "misnested": lambda: page("<b><i><p><a></b></i><table><a><tr></p><form><td></a>" * 5_000 + TEXT),
        "a heading in a link in a button": lambda: page("<button><a href=x><h1><main><button>x" * 3_000 + TEXT),
    }


MADE: Final[dict[str, Maker]] = _deep() | _many() | _long() | _broken()


def made(name: str) -> bytes:
    """One of the pages."""
    found = MADE[name]()
    return found if isinstance(found, bytes) else found.encode("utf-8", "surrogatepass")


_BOUNDS = re.compile(rb"[<>]")
_SPLICES: Final = [
    b"</div>", b"<div>", b"<table><tr>", b"<!--", b"<script>", b"</body></html>", b"<h1>", b"<svg>", b"<noscript>",
    b"<template>", b"\0", b"\xff\xfe", b"\xc3", b"&#xD800;", b"<![CDATA[", b"'", b'"', b"<plaintext>",
    b"<button>Accept</button>", b"<main>",
]  # fmt: skip


def mutated(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A page with one to four faults put in: cut, spliced, repeated, swapped, nested, flooded.

    Args:
        chance: what decides; an equal one makes an equal page.
        others: pages whose pieces are put in.
    """
    for _ in range(chance.randint(1, 4)):
        body = chance.choice(_FAULTS)(body or b" ", chance, others)
    return body


def _at(body: bytes, chance: random.Random) -> int:
    """A place: half of them at a tag's border."""
    bounds = [found.start() for found in _BOUNDS.finditer(body)] if chance.random() < 0.5 else []
    return chance.choice(bounds) if bounds else chance.randrange(len(body) + 1)


def _cut(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return body[: _at(body, chance)]


def _without(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = sorted((_at(body, chance), _at(body, chance)))
    return body[:start] + body[end:]


def _spliced(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    other, at = chance.choice(others), _at(body, chance)
    start, end = sorted((_at(other, chance), _at(other, chance)))
    return body[:at] + other[start:end] + body[at:]


def _repeated(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start = _at(body, chance)
    piece = body[start : start + chance.choice((5, 50, 500, 5_000))]
    return body[:start] + piece * min(chance.choice((2, 50, 3_000)), 2_000_000 // max(1, len(piece))) + body[start:]


def _swapped(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    found = bytearray(body)
    for _ in range(chance.choice((1, 20, 500))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _nested(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    at, depth = _at(body, chance), chance.choice((255, 2_000, 20_000))
    tag = chance.choice((b"div", b"font", b"b", b"table><tr><td", b"ul><li", b"section", b"x-y", b"button", b"svg"))
    return body[:at] + b"<" + b"><".join([tag] * depth) + b">" + body[at:]


def _put(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    return body[:at] + chance.choice(_SPLICES) * chance.choice((1, 1, 30, 5_000)) + body[at:]


_FAULTS: Final = (_cut, _without, _spliced, _repeated, _swapped, _nested, _put)
