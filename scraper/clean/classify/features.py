"""The features of each visible block, from which the model decides which blocks are the document.

They describe the block itself, four neighbours on each side, its containers, the blocks that are like it, and the page.
All except the lexicon's weights are counts and shares of what `walk` and the vote found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.containers import alike, around
from pagewitness.scraper.clean.classify.lexical_features import Columns, Lexicon, beside_title, repeat_features
from pagewitness.scraper.clean.classify.link_features import link_features
from pagewitness.scraper.clean.classify.shape import shape_features

KINDS: Final = ("p", "li", "quote", "caption", "pre", "dt", "dd", "row", "h1", "h2", "h3", "h4", "h5", "h6")
_NUMBER_OF_KIND: Final = {kind: at for at, kind in enumerate(KINDS)}
_FIRST_HEADING = KINDS.index("h1")
ZONES: Final = ("main", "nav", "footer", "aside", "header", "control", "hidden", "dialog")
_NEIGHBOURS = 4
_OF_NEIGHBOURS: Final = ("letters", "links", "vote", "heading", "ends", "zone")
_KEPT = 0.6  # the extractor voted for a block if it kept at least this share of it
_FAR = 99  # blocks
# Words in addresses that show the kind of page, in the languages that addresses are written in.
_ADDRESSES: Final = {
    "dated": r"/(?:19|20)\d\d[/-]\d{1,2}",
    "news": r"/(?:news|blog|article|story|post|artikel|nachrichten|aktuell)s?[/-]",
    "forum": r"forum|thread|topic|/t/|/questions/|discuss|community|viewtopic",
    "shop": r"/(?:product|shop|item|dp|store|buy|p)s?[/-]",
    "docs": r"docs?\.|/docs?/|/wiki/|help|guide|manual|/api|reference|tutorial|learn",
    "list": r"/(?:category|tag|archive|collection|search|topics?|list)s?(?:/|$)",
    "terms": r"terms|privacy|polic|legal|conditions|cgu|mentions|agb|datenschutz|rules|guidelines",
}
_ADDRESS: Final = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _ADDRESSES.items()), re.IGNORECASE)
_TYPES: Final = (
    "article", "posting", "product", "forum", "qapage", "collection", "itemlist", "webpage", "recipe", "video",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says about itself.

    Attributes:
        url: its address, or None.
        titles: titles that it gives itself, the likeliest first.
        types: its types in the vocabularies of Open Graph and schema.org.
    """

    url: str | None = None
    titles: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def features(walk: Walk, vote: Sequence[float] | None, facts: Facts, lexicon: Lexicon) -> tuple[list[str], Any]:
    """The features of a page's blocks.

    Args:
        walk: the visible blocks (at least one) and their places.
        vote: the share of each block that the extractor kept, 0 to 1; None if it was not asked.
        facts: what the page says about itself.
        lexicon: learned weights of names.

    Returns:
        the features' names, and an array of float64, rounded to four places, of shape (blocks, features).
    """
    import numpy as np

    pieces, places = walk.pieces, walk.places
    columns, worded = _written(walk, facts)
    size = np.array([float(len(piece.text)) for piece in pieces])
    columns["vote"] = np.zeros(len(pieces)) if vote is None else np.array(vote, dtype=np.float64)
    columns |= _standing(walk)
    columns |= _beside_votes(columns["vote"], size)
    columns |= worded
    columns |= around(columns, pieces, places, size, lexicon)
    columns |= alike(columns, pieces, places)
    columns |= _neighbours(columns)
    columns |= _of_page(columns, walk, size, facts)
    return list(columns), np.stack(list(columns.values()), axis=1).astype(np.float64).round(4)


def _written(walk: Walk, facts: Facts) -> tuple[Columns, Columns]:
    """The features that depend on neither vote nor zone: shape, words, links. Computed once if a page is scored twice."""
    if not (walk.written and walk.written[0] == facts.titles):
        worded = beside_title(walk, facts.titles) | repeat_features(walk) | link_features(walk.pieces)
        walk.written[:] = [facts.titles, shape_features([piece.text for piece in walk.pieces]), worded]
    return dict(walk.written[1]), walk.written[2]


def _standing(walk: Walk) -> Columns:
    import numpy as np

    pieces = walk.pieces
    kind = np.array([_NUMBER_OF_KIND.get(piece.kind, 0) for piece in pieces])
    return {
        "links": np.array([piece.links for piece in pieces]),
        "strong": np.array([piece.strong for piece in pieces]),
        "barred": np.array([float(piece.barred) for piece in pieces]),
        "kind": np.minimum(kind, _FIRST_HEADING),
        "heading": np.maximum(0, kind - _FIRST_HEADING + 1),
        "zone": np.array([ZONES.index(piece.zone) for piece in pieces]),
    }


def _beside_votes(vote: Any, size: Any) -> Columns:
    """Where a block is on the page, and whether it is before, within or after what the extractor kept."""
    import numpy as np

    count, at = len(size), np.arange(len(size))
    before, total = np.cumsum(size) - size, max(1.0, size.sum())
    kept = vote >= _KEPT
    where = np.flatnonzero(kept) if kept.any() else np.array([0])
    last = np.maximum.accumulate(np.where(kept, at, -1))
    following = np.minimum.accumulate(np.where(kept, at, count)[::-1])[::-1]
    voted = size * vote
    return {
        "index": at / max(1, count - 1),
        "before": before / total,
        "vote_since": np.where(last >= 0, np.minimum(at - last, _FAR), _FAR),
        "vote_until": np.where(following < count, np.minimum(following - at, _FAR), _FAR),
        "vote_region": (at >= where[0]).astype(np.float64) + (at > where[-1]),
        "vote_letters_since": np.log1p(np.where(last >= 0, before - before[last], total)),
        "vote_letters_until": np.log1p(
            np.where(following < count, before[np.minimum(following, count - 1)] - before, total)
        ),
        "vote_before": (np.cumsum(voted) - voted) / max(1.0, voted.sum()),
    }


def _neighbours(columns: Columns) -> Columns:
    import numpy as np

    found: Columns = {}
    for name in _OF_NEIGHBOURS:
        padded = np.pad(np.asarray(columns[name], dtype=np.float64), _NEIGHBOURS, constant_values=-1.0)
        count = len(columns[name])
        for step in range(1, _NEIGHBOURS + 1):
            found[f"{name}-{step}"] = padded[_NEIGHBOURS - step : _NEIGHBOURS - step + count]
            found[f"{name}+{step}"] = padded[_NEIGHBOURS + step : _NEIGHBOURS + step + count]
    return found


def _of_page(columns: Columns, walk: Walk, size: Any, facts: Facts) -> Columns:
    import numpy as np

    pieces, count = walk.pieces, len(walk.pieces)
    total = max(1.0, size.sum())
    url = facts.url or ""
    address = {found.lastgroup for found in _ADDRESS.finditer(url)}
    types = " ".join(facts.types).lower()
    values = {
        "page_blocks": np.log1p(count),
        "page_letters": np.log1p(total),
        "page_links": (size * columns["links"]).sum() / total,
        "page_vote": (size * columns["vote"]).sum() / total,
        "page_ends": (size * columns["ends"]).sum() / total,
        "page_articles": min(9, sum(place.tag == "article" for place in walk.places)),
        "page_h1": min(5, sum(piece.kind == "h1" for piece in pieces)),
        "page_rows": sum(piece.kind == "row" for piece in pieces) / count,
        "page_long": sum(len(piece.text) > 200 for piece in pieces) / count,
        "page_prices": columns["price"].mean(),
        "page_path": url.rstrip("/").count("/"),
        **{f"page_at_{name}": name in address for name in _ADDRESSES},
        **{f"page_is_{name}": name in types for name in _TYPES},
    }
    return {name: np.full(count, float(value)) for name, value in values.items()}
