"""A revision as Markdown and as HTML."""

from __future__ import annotations

import click

from pagewitness.archive.derived import Block, Revision
from pagewitness.archive.render import html, markdown, terminal

REVISION = Revision(
    1, 1, 3, "change", "2024-02-19T06:00:00.000000Z", "2024-03-01T06:00:00.000000Z", "A & B", 9, "d", ()
)
BLOCKS = [
    Block(1, "h1", "A & B", "en", ""),
    Block(2, "p", "It is *likely* that <b> stays.", "en", ""),
    Block(3, "li", "one", "en", ""),
    Block(4, "li", "two", "en", ""),
    Block(5, "row", "Port | Calls", "en", ""),
    Block(6, "row", "North | 12", "en", ""),
    Block(7, "quote", "We wait.", "en", ""),
    Block(8, "caption", "A ferry.", "en", ""),
]


def test_markdown_has_headings_lists_and_tables() -> None:
    """Signs that Markdown would take for its own are escaped."""
    said = markdown.revision("https://a.example/", REVISION, BLOCKS, "2024-02-19 to 2024-03-01 UTC")
    assert said.startswith("*https://a.example/, revision 3, seen 2024-02-19 to 2024-03-01 UTC*\n\n# A \\& B\n\n")
    assert "It is \\*likely\\* that \\<b\\> stays.\n\n- one\n- two\n\n" in said
    assert "| Port | Calls |\n| --- | --- |\n| North | 12 |\n\n> We wait.\n\nA ferry.\n" in said


def test_the_terminal_shows_where_lists_and_tables_end() -> None:
    """An empty line parts them from what follows, as it parts paragraphs."""
    look = terminal.Look(80, colour=False)
    kinds = [None, *(block.kind for block in BLOCKS)]
    said = [terminal.block(one.kind, one.text, look, before) for one, before in zip(BLOCKS, kinds, strict=False)]
    assert click.unstyle("\n".join(said)).splitlines() == [
        "A & B", "", "It is *likely* that <b> stays.", "", "  • one", "  • two", "", "  Port | Calls", "  North | 12", "",
        "  We wait.", "", "  A ferry.",
    ]  # fmt: skip


def test_html_stands_alone_and_escapes_what_the_page_said() -> None:
    """The text's language is its own; nothing is loaded from anywhere."""
    said = html.revision("https://a.example/?a&b", REVISION, BLOCKS, "then", "lt")
    assert "<title>A &amp; B</title>" in said
    assert (
        '<main lang="lt">\n<h1>A &amp; B</h1>\n<p>It is *likely* that &lt;b&gt; stays.</p>\n<ul>\n<li>one</li>' in said
    )
    assert "<tr><td>North</td><td>12</td></tr>\n</table>\n<blockquote>We wait.</blockquote>" in said
    assert "<figure>\n<figcaption>A ferry.</figcaption>\n</figure>" in said
    assert not any(loads in said for loads in ("<script", "<link", "<img", "src="))


def test_struck_text_is_shown_as_struck() -> None:
    """On a terminal without colours it stays between tildes."""
    blocks = [Block(1, "p", "Within ~~72 & 9~~ 24 hours.", "en", "")]
    about = ("https://a.example/", REVISION, blocks, "then")
    assert "Within <s>72 &amp; 9</s> 24 hours." in html.revision(*about, "en")
    assert "Within ~~72 \\& 9~~ 24 hours." in markdown.revision(*about)
    text = blocks[0].text
    assert terminal.struck(text, terminal.Look(80, False)) == text
    assert terminal.struck(text, terminal.Look(80, True)) == "Within \x1b[9m72 & 9\x1b[0m 24 hours."
