"""Make the stripped page: the markup without anything that a reading must not depend on.

Scripts, styles, comments, nonces and volatile attributes go; of `application/ld+json` only the fields in use stay.
Everything after this module sees only the stripped page and its address, so equal digests mean equal readings.
This is the most expensive step of a visit that finds only a new nonce, so it does not parse. One regular expression
without backtracking (possessive, linear) cuts the page at its tags; each distinct tag is rewritten once (5 µs) and then
looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final

from pagewitness.archive.text.refresh import refresh
from pagewitness.archive.text.words import stream_safe
from pagewitness.scraper.clean.blocks import forwards, replayed, structured, styles
from pagewitness.scraper.clean.lexicon.tables import lexicon_table

# The inside of a tag up to its end. As in HTML (§13.2.5.33 ff.), quotes matter only after `=`; inside a name they are
# part of it. A quoted value that never ends counts as unquoted; this can happen at no more than two places of a page.
_INSIDE = r"""(?>[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+"""


def _raw(name: str) -> str:
    """An element whose content is not markup, up to its end tag or the end of the page."""
    return rf"(?i:{name})\b{_INSIDE}(?:>(?:[^<]++|<(?!/(?i:{name})))*+(?:</[a-zA-Z]++[^>]*+>?|\Z)|\Z)"


# The content of an iframe is not shown, either. But some pages write `<iframe … />`, and what follows belongs to the
# page. So an iframe's content ends after this many letters, or with the noscript around it.
_IFRAME = (
    rf"(?i:iframe)\b{_INSIDE}(?:>(?:(?:[^<]++|<(?!/(?i:iframe|noscript))){{0,100}}+(?=</(?i:iframe|noscript)))?+|\Z)"
)

_TOKEN: Final = re.compile(
    rf"""(<(?:
      !--(?:-?>|(?:[^-]++|-(?!->))*+(?:-->|\Z))
    | {_raw("script")} | {_raw("style")} | {_IFRAME}
    | [!?][^>]*+>?
    | /?[a-zA-Z]{_INSIDE}(?:>|\Z)
    ))""",
    re.VERBOSE,
)
_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")
# Parts of names that a build or a session generated: eight hexadecimal digits in a row, or four decimal ones.
_MADE_UP: Final = re.compile(r"(?<![0-9A-Za-z])(?=[a-f]{0,40}\d)[0-9a-f]{6,}+(?![A-Za-z])|\d{4,}", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_MANY_REFERENCES = 64
_REFERENCES: Final = re.compile(rf"(?:&#[xX]?[0-9a-fA-F]{{1,7}};?){{{_MANY_REFERENCES},}}+")
_LONGEST_REMEMBERED = 400
_LONGEST_VALUE = 4_000  # letters of an attribute
_MOST_REMEMBERED = 40_000


class _Tags(dict[str, str]):
    """Distinct tags, each with its rewritten form. A cache of a pure function, so it can be cleared at any time."""

    def __missing__(self, token: str) -> str:
        kept = _rewritten(token)
        if len(token) <= _LONGEST_REMEMBERED:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[token] = kept
        return kept


_TAGS = _Tags()
_RULES = lexicon_table("strip")
_DROPPED: Final = frozenset(_RULES["dropped"])
_OPEN_TO_THE_END: Final = frozenset({"html", "body"})  # lxml drops what follows their end tags; browsers show it
_KEPT: Final = frozenset(_RULES["attributes"])
_META: Final = re.compile("|".join(_RULES["meta"]), re.IGNORECASE)
_LINKS: Final = frozenset(_RULES["links"])
_MAY_LINK: Final = re.compile("|".join(_RULES["links"]), re.IGNORECASE)
_MOMENTS: Final = frozenset(_RULES["moments"])
_VOLATILE: Final = frozenset(_RULES["volatile"])
_TEX: Final = re.compile(
    r"<script[^>]*\btype\s*=\s*[\"']?math/tex[^>]*>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL
)
_SRCDOC: Final = re.compile(r"""\ssrcdoc\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""", re.IGNORECASE)
_OUTER: Final = re.compile(
    r"</?(?:html|head|body|frameset)\b[^>]*>|<title[^>]*>[^<]*(?:</title>)?|<(?:meta|link)\b[^>]*>"
)
_LONGEST_INNER = 500_000  # letters
_PHOTOGRAPH: Final = re.compile(r"\.(?:jpe?g|webp|avif|heic)$|^data:image/jpe?g", re.IGNORECASE)
_FILE_NAME: Final = re.compile(r"\.(?:png|svg|gif|jpe?g|webp)$|^\w*_\w*$", re.IGNORECASE)
_SHOWS: Final = re.compile(r"\sdata\s*=", re.IGNORECASE)
_PLACED: Final = re.compile(r"\s(?:x|y|dy)\s*=", re.IGNORECASE)
_FOREIGN: Final = frozenset({"none", "mprescripts", "mspace", "mi", "mn", "mo", "mrow", "mtext", "mtd", "text"})
_FLASH: Final = re.compile(r"\.swf\b|shockwave-flash", re.IGNORECASE)
_SESSION: Final = re.compile(r";[a-z]*sess[a-z]*(?:id)?=[^/?#]*", re.IGNORECASE)
_FILE: Final = re.compile(r"[^=]*=[^=]*\.(?:pdf|epub|docx?|xlsx?|pptx?|od[tsp]|rtf)", re.IGNORECASE)
_STEADY: Final = re.compile(r"\d{1,9}|[^\W\d_]+(?:[-_.,+][^\W\d_]+|[-_.,+]?\d{1,4}(?!\d))*")
_LONGEST_STEADY = 60
_PLACE: Final = re.compile(r"[^\W\d_][\w.-]{0,59}")  # on another page


def strip(text: str) -> str:
    """Strip a page of HTML.

    Args:
        text: the decoded page.

    Returns:
        markup that shows the same text. It is equal for pages whose differences must not affect a reading, and begins
        with a doctype, unlike the stripped form of plain text.
    """
    stripped = _cut(replayed.without_bar(text))
    if stripped.count("&#") >= _MANY_REFERENCES:
        stripped = _REFERENCES.sub(_written_out, stripped)
    return "<!doctype html>" + stream_safe(stripped)


def _cut(text: str) -> str:
    pieces = _TOKEN.split(text)
    pieces[1::2] = map(_TAGS.__getitem__, pieces[1::2])
    return "".join(pieces)


def _written_out(references: re.Match[str]) -> str:
    """A long run of character references written as letters, so that combining marks among them are recognised."""
    return escape(unescape(references[0]))


def _rewritten(token: str) -> str:
    if token[1] in "!?":
        return ""
    if token[1] == "/":
        name = _name(token, 2)
        return "" if name in _DROPPED or name in _OPEN_TO_THE_END else f"</{name}>"
    name = _name(token, 1)
    if name in _SCRIPTS:
        return _SCRIPTS[name](token)
    if name in _DROPPED:
        return _link(token) if name == "link" else ""
    if name == "meta":
        return _meta(token)
    # In formulas and drawings, unlike elsewhere, a tag may end the element that it begins.
    return f"<{name}{_attributes(name, token)}>" + (f"</{name}>" if token.endswith("/>") and name in _FOREIGN else "")


def _script(token: str) -> str:
    """A script, if it is linked data or a formula in TeX, which is shown."""
    found = _TEX.match(token)
    return (
        f"<span>\\({escape(found[1].strip(), quote=False)}\\)</span>"
        if found
        else structured.canonical(token) or forwards.of_script(token)
    )


def _framed(token: str) -> str:
    """The page that an iframe holds itself (`srcdoc`), as a part of this one."""
    found = _SRCDOC.search(token)
    inner = unescape((found[1] or found[2] or "")[:_LONGEST_INNER]) if found else ""
    if not inner or _SRCDOC.search(inner):
        return ""
    return f"<section{_attributes('section', token)}>{_OUTER.sub('', _cut(inner))}</section>"


def _picture(token: str) -> str:
    """A picture that may stand in for words; photographs do not."""
    found = {one[1].lower(): _quoted(one) for one in _ATTRIBUTE.finditer(token, 4)}
    alt = " ".join(found.get("alt", "").split())
    source = next((found[key] for key in ("data-src", "src") if found.get(key)), "")
    if not any(map(str.isalnum, alt)) or _PHOTOGRAPH.search(source.partition("?")[0]) or _FILE_NAME.search(alt):
        return ""
    return f'<img alt="{alt}"{_attributes("img", token)}>'


def _object(token: str) -> str:
    """An object; what it holds is shown only if its own content can't be, as today that of Flash."""
    return "<object>" if _SHOWS.search(token) and not _FLASH.search(token) else ""


def _drawn(token: str) -> str:
    """A piece of text in a drawing, set apart if it has a place of its own."""
    return f"{' ' if _PLACED.search(token) else ''}<tspan{_attributes('tspan', token)}>"


def _name(token: str, at: int) -> str:
    found = _NAME.match(token, at)
    return found[0].lower() if found else "span"


def _attributes(name: str, token: str) -> str:
    kept = []
    for found in _ATTRIBUTE.finditer(token, 1 + len(name)):
        key = found[1].lower()
        key = "data-toggle" if key == "data-bs-toggle" else key
        if key in _KEPT or (key == "name" and name == "slot"):
            value = _value(key, (found[2] or found[3] or found[4] or "")[:_LONGEST_VALUE].replace('"', "&quot;"))
            if value is not None:
                kept.append(f' {key}="{value}"')
            elif key == "style" and (how := styles.set_by(found[2] or found[3] or found[4] or "")):
                kept.append(f' data-set="{how}"')
        elif key == "content" and any(f'itemprop="{one}"' in token.lower() for one in _MOMENTS):
            kept.append(f' content="{_quoted(found)}"')
    return "".join(kept)


def _quoted(found: re.Match[str]) -> str:
    """The value of an attribute, escaped for double quotes."""
    return (found[2] or found[3] or found[4] or "")[:_LONGEST_VALUE].replace('"', "&quot;")


def _value(key: str, value: str) -> str | None:
    if key in ("class", "id"):
        return without_made_up(value)
    if key == "href":
        return steady_path(replayed.own_address(value.strip()))
    if key == "style":
        return styles.hidden_by(value)
    if key == "onclick":
        return "print()" if "print(" in value else None
    if key == "aria-controls":
        return ""  # that it opens something; what it opens may have another name on each visit
    return value


def without_made_up(names: str) -> str:
    """Class names, or a selector, with a 0 in place of each part that a build or a session generated."""
    return _MADE_UP.sub("0", names) if _DIGIT.search(names) else names


def steady_path(href: str) -> str:
    """Where a link leads, without what changes between visits; `#` for a place on its own page.

    Parameters that name a file stay, whatever else they hold.
    """
    address, _, place = _SESSION.sub("", href).partition("#")
    path, _, query = address.partition("?")
    pairs = query.replace("&amp;", "&").split("&") if query else ()
    kept = "&amp;".join(pair for pair in pairs if _FILE.fullmatch(pair) or _is_kept(pair))
    if not path and not kept:
        return "#"
    is_name = _PLACE.fullmatch(place) and not _MADE_UP.search(place)
    return path + (f"?{kept}" if kept else "") + (f"#{place}" if is_name else "")


def _is_kept(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return name.lower() not in _VOLATILE and _is_steady(value)


def _link(token: str) -> str:
    """A link element, if it gives the page's own address or that of another form of it."""
    if not _MAY_LINK.search(token):
        return ""
    found = {a[1].lower(): _quoted(a).strip() for a in _ATTRIBUTE.finditer(token, 5)}
    rel = next((one for one in found.get("rel", "").lower().split() if one in _LINKS), "")
    href = _steady(found.get("href", ""))
    kept = {key: found[key].lower() for key in ("hreflang", "media", "type") if found.get(key)}
    file = _FILE.fullmatch(f"={href}")
    if not rel or not href or (rel == "alternate" and not file and not {"hreflang", "media"} & kept.keys()):
        return ""
    return f'<link rel="{rel}" href="{href}"' + "".join(f' {key}="{value}"' for key, value in kept.items()) + ">"


def _steady(href: str) -> str:
    """An address without the parts that change between visits: its fragment, and parameters for sessions and nonces."""
    path, _, query = _SESSION.sub("", href.split("#")[0]).partition("?")
    kept = list(filter(_is_kept, query.replace("&amp;", "&").split("&")))
    return f"{path}?{'&amp;'.join(kept)}" if kept else path


def _is_steady(value: str) -> bool:
    """Whether a parameter's value is a word or a small number, not generated by a session."""
    return 0 < len(value) <= _LONGEST_STEADY and bool(_STEADY.fullmatch(value))


def _refresh(content: str) -> str:
    """The content of a meta refresh, without what changes between visits; empty if the page only loads itself again."""
    found = refresh(unescape(content))
    return f"{found.wait}; url={escape(_steady(found.to))}" if found else ""


def _meta(token: str) -> str:
    """A meta element, if readings use its name."""
    found = {a[1].lower(): (a[2] or a[3] or a[4] or "") for a in _ATTRIBUTE.finditer(token, 5)}
    for key in ("name", "property", "itemprop", "http-equiv"):
        name = found.get(key, "").strip().lower()
        if name and _META.fullmatch(name):
            content = found.get("content", "").replace('"', "&quot;")
            if name == "refresh":
                content = _refresh(content)
            return f'<meta {key}="{name}" content="{content}">'
    return ""


# Elements that keep more, or less, than their tag.
_SCRIPTS: Final[dict[str, Callable[[str], str]]] = {
    "script": _script, "style": styles.of_sheet, "iframe": _framed, "img": _picture, "object": _object, "tspan": _drawn,
}  # fmt: skip
