"""A revision as Markdown, or as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from pagewitness.archive.diff.html import page
from pagewitness.archive.diff.markdown import escaped
from pagewitness.archive.model import Block, Revision

_TAGS = {"quote": "blockquote", "caption": "figcaption", "pre": "pre", "dt": "dt", "dd": "dd", "li": "li"}
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem 1rem 4rem; font: 1.0625rem/1.6 Georgia, "Noto Serif", serif;
  overflow-wrap: break-word; }
header, figcaption, .page { font: .875rem/1.5 system-ui, sans-serif; } h1 { line-height: 1.25; }
table { border-collapse: collapse; } td { border: 1px solid; padding: .2rem .5rem; vertical-align: top; }
"""


def markdown(url: str, revision: Revision, blocks: Sequence[Block], seen: str) -> str:
    """A revision as Markdown (CommonMark, with the tables of GitHub's dialect).

    Args:
        url: of its page.
        blocks: in reading order.
        seen: when it was seen, in words.
    """
    parts = [f"*{escaped(url)}, revision {revision.number}, seen {escaped(seen)}*"]
    shown = None
    for (number, kind), group in groupby(blocks, key=lambda block: (block.page, block.kind)):
        if number and number != shown:
            shown = number
            parts.append(f"*p. {number}*")
        texts = [escaped(block.text) for block in group]
        if kind == "row":
            parts.append(_table([block.split(r" \| ") for block in texts]))
        elif kind == "li":
            parts.append("\n".join(f"- {text}" for text in texts))
        else:
            before = "#" * int(kind[1]) + " " if kind[1:].isdigit() else "> " if kind == "quote" else ""
            parts += [before + text for text in texts]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def html(url: str, revision: Revision, blocks: Sequence[Block], seen: str, language: str | None) -> str:
    """A revision as a page without scripts, fonts and images.

    Args:
        url, revision, blocks, seen: as for `markdown`.
        language: of the text (ISO 639-1), for screen readers and hyphenation.
    """
    lang = f' lang="{escape(language)}"' if language else ""
    return page(
        revision.title or url,
        _STYLE,
        f"<header><p>{escape(url)}<br>revision {revision.number}, seen {escape(seen)}</p></header>\n"
        f"<main{lang}>\n" + "\n".join(_elements(blocks)) + "\n</main>",
    )


def _elements(blocks: Sequence[Block]) -> Iterator[str]:
    shown = None
    for (number, kind), group in groupby(blocks, key=lambda block: (block.page, block.kind)):
        if number and number != shown:
            shown = number
            yield f'<p class="page" lang="en">p. {number}</p>'
        texts = [escape(block.text) for block in group]
        if kind == "row":
            rows = ("".join(f"<td>{cell}</td>" for cell in text.split(" | ")) for text in texts)
            yield "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"
            continue
        tag = kind if kind[1:].isdigit() else _TAGS.get(kind, "p")
        inner = "\n".join(f"<{tag}>{text}</{tag}>" for text in texts)
        outer = {"li": "ul", "dt": "dl", "dd": "dl", "caption": "figure"}.get(kind)
        yield f"<{outer}>\n{inner}\n</{outer}>" if outer else inner
