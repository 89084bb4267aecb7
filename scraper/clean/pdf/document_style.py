"""The style of a document: the size and leading of its text, and how much of it is bold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Line

_BESIDE: Final = 0.8  # font sizes; lines nearer to each other are beside each other


@dataclass(frozen=True, slots=True)
class DocumentStyle:
    """The style of a document.

    Attributes:
        size: of most of its text, in points.
        leading: by size, the distance between lines, in points.
        bold: the share of its text that is bold, 0 to 1.
        pages: the number of pages.
    """

    size: float
    leading: dict[float, float]
    bold: float
    pages: int


def document_style(pages: Sequence[Sequence[Line]]) -> DocumentStyle:
    """Measure the style of a document from the lines of its pages."""
    sizes, leadings = Counter[float](), defaultdict[float, Counter[float]](Counter)
    bold = total = 0
    for lines in pages:
        last: Line | None = None
        for one in lines:
            sizes[one.size] += len(one.text)
            total += len(one.text)
            bold += len(one.text) if one.bold else 0
            if (
                last
                and last.size == one.size
                and _BESIDE * one.size < one.base - last.base < 4 * one.size
                and one.left < last.right
            ):
                leadings[one.size][round(one.base - last.base, 1)] += 1
            last = one
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    return DocumentStyle(
        size,
        {size: _least_usual(counts) for size, counts in leadings.items() if counts.total() >= 3},
        bold / max(1, total),
        len(pages),
    )


def _least_usual(counts: Counter[float]) -> float:
    """The smallest common distance: paragraphs of one line make larger ones common, too."""
    most = max(counts.values())
    return min(distance for distance, count in counts.items() if count >= 0.3 * most)
