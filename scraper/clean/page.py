"""Read a stripped HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.errors import CleanError
from pagewitness.archive.text.words import count_words, tokens
from pagewitness.scraper.clean.blocks import styles
from pagewitness.scraper.clean.blocks.frames import KEEP
from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.blocks.prune import consent_parts
from pagewitness.scraper.clean.blocks.rendered import render
from pagewitness.scraper.clean.blocks.shadow import compose
from pagewitness.scraper.clean.blocks.tree import parse_tree
from pagewitness.scraper.clean.blocks.walk import visible_blocks
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import Facts
from pagewitness.scraper.clean.classify.model import model
from pagewitness.scraper.clean.classify.scoring import ParsedPage, scored
from pagewitness.scraper.clean.classify.signs import with_signs
from pagewitness.scraper.clean.cleaner_version import html_name
from pagewitness.scraper.clean.credibility import not_credible
from pagewitness.scraper.clean.metadata.language import with_languages
from pagewitness.scraper.clean.metadata.links import base_of, with_targets
from pagewitness.scraper.clean.metadata.meta import page_details, read_meta, with_text
from pagewitness.scraper.clean.rules import NONE, Applied, rule_marks, set_kinds
from pagewitness.scraper.clean.shells import instead_of_document, noscript_words, shell_of

# Larger pages are judged without a vote: the extractor takes 0.1 ms per tag (docs/decisions/0013).
_MOST_VOTED = 40_000  # tags
_MOST_LETTERS = 5_000_000  # markup included
_MOST_BLOCKS = 120_000
_LEAST_NOSCRIPT = 50  # words that are a text and not a request to turn scripts on


def read_page(
    stripped: str, url: str | None, digest: str, encodings: dict[str, str | None], rules: Applied = NONE
) -> Reading:
    """Read a stripped page.

    Args:
        stripped: the page as `strip` left it.
        url: its address, or None.
        digest: names the reading.
        encodings: how the body was decoded; copied into the reading.
        rules: those of the page's source.
    """
    parsed = parse_page(stripped, url, rules)
    if parsed is None:
        return Reading(html_name(), digest, None, None, None, None, None, (), "it is empty", encodings)
    shell = shell_of(parsed.root, url)
    page = scored(parsed, model())
    title, blocks = decide(page, parsed.meta.titles)
    blocks = with_signs(blocks, page.walk, page.chances)
    blocks = with_targets(_in_lines(blocks, parsed.walk.pieces), parsed.base)
    meta = with_text(parsed.meta, blocks, title, url)
    return Reading(
        cleaner=html_name(),
        page_digest=digest,
        title=title,
        language=meta.language,
        published=meta.published,
        modified=meta.modified,
        author=meta.author,
        blocks=with_languages(blocks, meta.language),
        not_credible=not_credible(title, blocks) or instead_of_document(shell, blocks),
        encodings=encodings,
        details=page_details(meta, blocks, title),
    )


def parse_page(stripped: str, url: str | None, rules: Applied = NONE) -> ParsedPage | None:
    """Parse a stripped page and find its visible blocks; None if there is nothing to parse.

    Args:
        stripped, url, rules: as for `read_page`.

    Raises:
        CleanError: the page has too many blocks.
    """
    root = parse_tree(stripped)
    if root is None:
        return None
    if "shadowrootmode" in stripped:
        compose(root)
    render(root, stripped)
    if f'<meta name="{styles.NAME}"' in stripped:
        styles.apply_sheets(root)
    elements = list(root.iter())  # while we hold them, lxml does not make a new object for each visit
    base = base_of(root, url)
    meta = read_meta(root, url, stripped)
    marks = rule_marks(root, rules, consent_parts(root))
    set_kinds(root, rules)
    walk = _walked(root, marks, "<noscript" in stripped)
    marks = {element: reason for element, reason in marks.items() if not reason.startswith(KEEP)}
    elements.clear()
    if len(walk.pieces) > _MOST_BLOCKS:
        raise CleanError(f"the page has more than the {_MOST_BLOCKS:,} blocks that are read")
    large = len(stripped) > _MOST_LETTERS or stripped.count("<") > _MOST_VOTED
    return ParsedPage(root, marks, walk, Facts(url, meta.titles, meta.types), meta, large, base)


def _in_lines(blocks: tuple[VisibleBlock, ...], pieces: Sequence[Piece]) -> tuple[VisibleBlock, ...]:
    """The blocks, with one for each line of preformatted text.

    Args:
        blocks: those of the pieces, perhaps after a title.
        pieces: the visible blocks before the decision.
    """
    ahead = len(blocks) - len(pieces)
    found = list(blocks[:ahead])
    for block, piece in zip(blocks[ahead:], pieces, strict=True):
        found += [_line(block, line) for line in piece.lines] or [block]
    return tuple(found)


def _line(block: VisibleBlock, line: str) -> VisibleBlock:
    """A line of a preformatted block."""
    return replace(block, text=line, targets=tuple(one for one in block.targets if one[0] in line))


def _walked(root: Any, marks: dict[Any, str], has_noscript: bool) -> Walk:
    walk = visible_blocks(root, marks)
    if not has_noscript:
        return walk
    # A page that shows next to nothing without scripts may have its text in a noscript element.
    most = noscript_words(root)
    shown = count_words(piece.text for piece in walk.pieces if _may_be_document(piece)) if most else 0
    instead = not shown or (most >= _LEAST_NOSCRIPT and most > 2 * shown)
    return visible_blocks(root, marks, noscript=True) if most and instead else walk


def _may_be_document(piece: Piece) -> bool:
    """Whether a block has words and is in a zone that can hold the document."""
    return piece.zone in ("main", "aside") and not piece.barred and piece.links < 0.5 and bool(tokens(piece.text[:200]))
