"""Self-contained HTML pages for a change and for a revision: no scripts, fonts or images (pure).

Removed text is struck through, added text is underlined and bold, and screen readers hear both in words: colour alone
carries no meaning. Contrast is at least 4.5 to 1 (WCAG 2.2, AA) in light and dark mode. Unchanged lines are folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from pagewitness.archive.derived import Block, LinkChange, Revision
from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.diff.marks import readable
from pagewitness.archive.render import pages
from pagewitness.archive.render.chapter_list import chapter_list
from pagewitness.archive.render.folding import (
    USUAL,
    Fold,
    LinesShown,
    Side,
    capitalised,
    directions,
    fold_unchanged,
    label,
    summary,
)
from pagewitness.archive.text.columns import safe
from pagewitness.archive.text.struck import struck_parts

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --quiet: #595959; --paper: #ffffff; --line: #d0d0d0;
  --ins: #e2f4e4; --ins-ink: #0b5a20; --del: #fde8e8; --del-ink: #98151c; --move: #1f4f99; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --quiet: #a8a8a8; --paper: #16181c; --line: #3c4048;
  --ins: #12331c; --ins-ink: #9be7ae; --del: #431a1d; --del-ink: #ffb3b3; --move: #9cc3ff; } }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 Georgia, "Noto Serif", serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; padding-bottom: .5rem; }
header p { margin: .25rem 0; } a { color: inherit; }
.quiet, summary, .what { color: var(--quiet); font: .875rem/1.5 system-ui, sans-serif; }
.hunk { border-left: 4px solid var(--line); margin: 1rem 0; padding: .1rem 0 .1rem .9rem; }
.hunk p { margin: .1rem 0 .5rem; } .what { margin: 0; font-weight: 600; }
.added { border-color: var(--ins-ink); } .removed { border-color: var(--del-ink); }
.edited { border-color: var(--ins-ink); border-left-style: double; border-left-width: 6px; }
.moved { border-color: var(--move); border-left-style: dashed; }
ins, del { padding: 0 .1em; border-radius: 2px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
ins { background: var(--ins); color: var(--ins-ink); text-decoration: underline; text-underline-offset: .15em;
  font-weight: 600; }
del { background: var(--del); color: var(--del-ink); text-decoration: line-through; } del + ins { margin-left: .2em; }
.added ins, .removed del { font-weight: inherit; }
.same { color: var(--quiet); } .h { font-weight: 700; } .li::before { content: "• "; } .quote { font-style: italic; }
details { margin: 1rem 0; } summary { cursor: pointer; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { body { max-width: none; } ins, del { print-color-adjust: exact; } }
"""
_ELEMENTS = {"quote": "blockquote", "caption": "figcaption", "pre": "pre", "dt": "dt", "dd": "dd", "li": "li"}
_REVISION_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem 1rem 4rem; font: 1.0625rem/1.6 Georgia, "Noto Serif", serif;
  overflow-wrap: break-word; }
header, figcaption, .page { font: .875rem/1.5 system-ui, sans-serif; } h1 { line-height: 1.25; }
table { border-collapse: collapse; } td { border: 1px solid; padding: .2rem .5rem; vertical-align: top; }
"""
_TAGS = {
    "+": ('<ins><span class="said"> [added: </span>', '<span class="said">] </span></ins>'),
    "-": ('<del><span class="said"> [removed: </span>', '<span class="said">] </span></del>'),
    "=": ("", ""),
}


def difference(change: Change, old: Side, new: Side, *, shown: LinesShown = USUAL, language: str | None = None) -> str:
    """A change as an HTML page.

    Args:
        shown: which lines to show.
        language: of the new text (ISO 639-1), for screen readers and hyphenation.
    """
    title = new.title or new.url
    lang = f' lang="{escape(language)}"' if language else ""
    return html_page(
        f"What changed: {title}",
        STYLE,
        f"<header>\n<h1{lang}>{escape(title)}</h1>\n{_between(old, new)}\n"
        + "".join(
            f"<p>{escape(sentence)}</p>\n" for sentence in [*summary(change, (old, new)), *pages.said(change, old, new)]
        )
        + "".join(f"<p>{_repointed(one, new)}</p>\n" for one in new.links)
        + _chapters(chapter_list(change, (old, new)), lang)
        + f"</header>\n<main{lang}>\n"
        + "\n".join(_shown(change, shown, (old, new)))
        + "\n</main>",
    )


def _chapters(listed: Sequence[str], lang: str) -> str:
    """The chapters that changed, as a list; empty if there is nothing to list."""
    lines = "\n".join(f"<li{lang}>{escape(one)}</li>" for one in listed)
    return f"<h2>Chapters</h2>\n<ul>\n{lines}\n</ul>\n" if listed else ""


def html_page(title: str, style: str, body: str) -> str:
    """A self-contained HTML page.

    Args:
        title: as text.
        style: its style sheet.
        body: markup.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _between(old: Side, new: Side) -> str:
    if old.url == new.url:
        return f'<p class="quiet">{link_to(new.url)}<br>{escape(old.said)} to {escape(new.said)}, UTC</p>'
    return f'<p class="quiet">from {link_to(old.url)}, {escape(old.said)}<br>to {link_to(new.url)}, {escape(new.said)}, UTC</p>'


def link_to(url: str) -> str:
    """An address as a link, if it is one of the web."""
    if not url.startswith(("http://", "https://")):
        return escape(url)
    return f'<a href="{escape(url)}">{escape(url)}</a>'


def _repointed(link: LinkChange, new: Side) -> str:
    leads, other = ("led to", "later") if new.backwards else ("now leads to", "before")
    return f"“{escape(link.words)}” {leads} {link_to(link.after)} ({other}: {link_to(link.before)})"


def _shown(change: Change, which: LinesShown, sides: tuple[Side, Side]) -> Iterator[str]:
    ways = directions(change)
    for shown in fold_unchanged(change, which):
        if isinstance(shown, Fold):
            inside = "\n".join(map(_same, shown.hunks))
            yield f'<details><summary lang="en">{escape(shown.said)}</summary>\n{inside}\n</details>'
        else:
            yield _same(shown) if shown.change == "same" else changed(shown, ways, pages.place(shown, *sides))


def _same(hunk: Hunk) -> str:
    return f'<p class="same {_look(hunk.kind)}">{_text(hunk.new or "")}</p>'


def _text(text: str) -> str:
    """A line, with struck text as such."""
    return "".join(f"<s>{escape(part)}</s>" if struck else escape(part) for part, struck in struck_parts(text))


def changed(hunk: Hunk, ways: dict[int, str], place: str = "") -> str:
    """A changed line as HTML.

    Args:
        ways: `up` or `down` for lines that moved (`folding.directions`).
        place: its page in a PDF, as text.
    """
    text = marked_html(readable(hunk.words))
    what = escape(capitalised(label(hunk, ways)) + place)
    return (
        f'<section class="hunk {hunk.change}" aria-label="{what}">\n<p class="what" lang="en">{what}</p>\n'
        f'<p class="{_look(hunk.kind)}">{text}</p>\n</section>'
    )


def _look(kind: str) -> str:
    """The CSS class for a kind of line."""
    return "h" if kind.startswith("h") else kind if kind in ("li", "quote") else "p"


def marked_html(words: Iterable[tuple[str, str]]) -> str:
    """Marked words as HTML."""
    return "".join(_marked(mark, safe(piece, keep="\n")) for mark, piece in words)


def _marked(mark: str, text: str) -> str:
    before, after = _TAGS[mark]
    broken = escape(text).replace("\n", " ¶ " if mark == "-" else "¶<br>" if mark == "+" else "<br>")
    return before + broken + after


def revision(url: str, shown: Revision, blocks: Sequence[Block], seen: str, language: str | None) -> str:
    """A revision as an HTML page.

    Args:
        url, shown, blocks, seen: as for `markdown.revision`.
        language: of the text (ISO 639-1), for screen readers and hyphenation.
    """
    lang = f' lang="{escape(language)}"' if language else ""
    return html_page(
        shown.title or url,
        _REVISION_STYLE,
        f"<header><p>{escape(url)}<br>revision {shown.number}, seen {escape(seen)}</p></header>\n"
        f"<main{lang}>\n" + "\n".join(_elements(blocks)) + "\n</main>",
    )


def _elements(blocks: Sequence[Block]) -> Iterator[str]:
    shown = None
    for (number, kind), group in groupby(blocks, key=lambda block: (block.page, block.kind)):
        if number and number != shown:
            shown = number
            yield f'<p class="page" lang="en">p. {number}</p>'
        texts = [_text(block.text) for block in group]
        if kind == "row":
            rows = ("".join(f"<td>{cell}</td>" for cell in text.split(" | ")) for text in texts)
            yield "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"
            continue
        tag = kind if kind[1:].isdigit() else _ELEMENTS.get(kind, "p")
        inner = "\n".join(f"<{tag}>{text}</{tag}>" for text in texts)
        outer = {"li": "ul", "dt": "dl", "dd": "dl", "caption": "figure"}.get(kind)
        yield f"<{outer}>\n{inner}\n</{outer}>" if outer else inner
