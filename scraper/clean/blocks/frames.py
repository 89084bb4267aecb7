"""What applies to everything inside an element: its kind, its zone, whether it is a link."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pagewitness.scraper.clean.blocks.openers import is_opener
from pagewitness.scraper.clean.blocks.zones import DOCUMENT, zone_of
from pagewitness.scraper.clean.lexicon import signs
from pagewitness.scraper.clean.lexicon.icons import INLINE
from pagewitness.scraper.clean.lexicon.signs import has_sign

_KINDS: Final = {
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "p": "p", "li": "li", "blockquote": "quote", "figcaption": "caption", "caption": "caption", "pre": "pre",
    "listing": "pre", "textarea": "pre",
    "dt": "dt", "dd": "dd", "td": "p", "th": "p", "summary": "h4",
}  # fmt: skip
# A paragraph inside one of these has its kind; anywhere else it is a paragraph.
_GIVES_KIND: Final = frozenset({"quote", "caption", "li", "dd", "dt"})
# Attributes that determine a zone or a link.
_TELLING: Final = frozenset({
    "class", "id", "role", "hidden", "style", "aria-hidden", "aria-expanded", "aria-controls", "data-toggle", "data-set",
    "onclick", "href", "readonly",
})  # fmt: skip
_OPENING: Final = frozenset({"aria-hidden", "role", "aria-expanded", "aria-controls", "data-toggle"})
KEEP: Final = "rule: keep"  # begins the reason of a block that a rule keeps, whatever the model says
STRIP: Final = "rule: strip"  # begins the reason of a block that a rule takes out
OUTSIDE: Final = "rule: outside of what is kept"
STRONG: Final = frozenset({"b", "strong"})
STRUCK: Final = frozenset({"s", "del", "strike"})
LEVELS: Final = frozenset({"sup", "sub"})
_LOOKED_INTO: Final = frozenset({"tr", "button", "nav", "menu", "legend"})  # what holds depends on what is in them
_PLAIN: Final = INLINE - STRONG - STRUCK - LEVELS  # without attributes, these change nothing
# If a cell of a row holds one of these, the table is only there for layout.
_LAYOUT: Final = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "article", "section", "blockquote", "form")
_OF_OPENER: Final = "h4"  # the kind of what opens a section and is no heading by its tag


class Holds(NamedTuple):
    """What applies to everything inside an element, except its place.

    Attributes:
        kind, zone, by: as in `pieces.Piece`.
        link, strong, struck: whether it is a link, bold, struck through.
        in_row, in_article: whether it is in a row of a table of data, in a `main` or an `article`.
        level: `sup` or `sub`, if it is raised or lowered.
        opens: whether it is a heading that opens its section, such as that of an accordion.
    """

    kind: str = "p"
    zone: str = "main"
    by: str = ""
    link: bool = False
    inward: bool = False  # a link into the page itself
    in_row: bool = False
    in_article: bool = False
    strong: bool = False
    struck: bool = False
    level: str = ""
    opens: bool = False


class Frame:
    """A `Holds`, with the frames of the kinds of elements met inside it; equal `Holds` share one frame."""

    __slots__ = (
        "by",
        "holds",
        "in_row",
        "inner",
        "inward",
        "kind",
        "level",
        "link",
        "opens",
        "strong",
        "struck",
        "zone",
    )

    def __init__(self, holds: Holds) -> None:
        self.holds = holds
        self.kind, self.zone, self.by, self.link, self.inward, self.in_row, _, self.strong = holds[:8]
        self.struck, self.level, self.opens = holds.struck, holds.level, holds.opens
        self.inner: dict[Any, Frame] = {}


class Frames:
    """The frames of a page.

    Args:
        marks: elements that are not the document, each with the reason (`prune.consent_parts`).

    Attributes:
        strips: whether rules strip anything on the page.
        writes: whether text is raised, lowered or struck so far.
    """

    def __init__(self, marks: dict[Any, str]) -> None:
        self._marks = marks
        self.strips = any(reason.startswith(STRIP) for reason in marks.values())
        self.writes = False
        self.root = Frame(Holds())
        self._known: dict[Holds, Frame] = {self.root.holds: self.root}

    def inside(self, outer: Frame, element: Any, tag: str, items: list[tuple[str, str]], inline: bool) -> Frame:
        """The frame of an element in another.

        Args:
            outer: the frame of the element around it.
            element, tag, items: the element, its name and its attributes.
            inline: whether the element is inline.
        """
        if inline and not items and tag in _PLAIN and not self._marks:
            return outer  # most of a page's elements: nothing changes inside
        by = self._marks.get(element, "") if self._marks else ""
        key: Any = tag
        if items:
            # Of a link's target only counts whether it is in the page itself.
            items = [(name, value if name != "href" else value[:1]) for name, value in items if name in _TELLING]
            key = (tag, *items)
        if by or tag in _LOOKED_INTO or (items and any(name in _OPENING for name, _ in items)):
            return self._one(
                _holds_in(element, tag, dict(items), outer.holds, by)
            )  # depends on more than its attributes
        frame = outer.inner.get(key)
        if frame is None:
            frame = outer.inner[key] = self._one(_holds_in(element, tag, dict(items), outer.holds, by))
        return frame

    def raised(self, frame: Frame) -> Frame:
        """The frame of a note's mark in another."""
        return self._one(frame.holds._replace(level="sup"))

    def barred(self, frame: Frame, reason: str) -> Frame:
        """The frame of what cannot be the document, in another; a rule that keeps it counts for more."""
        if frame.by.startswith(KEEP):
            return frame
        return self._one(frame.holds._replace(zone="hidden", by=frame.by or reason))

    def _one(self, holds: Holds) -> Frame:
        frame = self._known.get(holds)
        if frame is None:
            frame = self._known[holds] = Frame(holds)
            self.writes = self.writes or holds.struck or holds.level != ""
        return frame


def _holds_in(element: Any, tag: str, attributes: dict[str, str], outer: Holds, by: str) -> Holds:
    opens = is_opener(element, tag, attributes, outer.kind, outer.zone == "main" and not outer.link)
    if opens:
        tag, attributes = "span", {name: value for name, value in attributes.items() if name not in ("role", "onclick")}
    zone = zone_of(element, tag, attributes, outer.zone, outer.in_article)
    kind = _KINDS.get(tag, outer.kind)
    if (opens or outer.opens) and kind in ("p", "li"):
        kind = outer.kind if outer.opens else _OF_OPENER
    if kind == "p" and outer.kind in _GIVES_KIND:
        kind = outer.kind
    in_row = outer.in_row or (tag == "tr" and _is_data(element))
    kind = "row" if in_row else kind
    document = tag in DOCUMENT
    link = not document and (outer.link or (tag == "a" and "href" in attributes) or tag == "button")
    inward = link and (outer.inward or attributes.get("href", "").startswith("#"))
    return Holds(
        kind,
        zone,
        _reason(outer.by, by),
        link,
        inward,
        in_row,
        outer.in_article or document,
        strong=outer.strong or tag in STRONG,
        struck=outer.struck or _is_struck(tag, attributes),
        level=_level(tag, attributes) or outer.level,
        opens=outer.opens or opens,
    )


def _level(tag: str, attributes: dict[str, str]) -> str:
    """`sup` or `sub` for what an element raises or lowers."""
    if tag in LEVELS or attributes.get("data-set") in LEVELS:
        return tag if tag in LEVELS else attributes["data-set"]
    names = attributes.get("class") if tag in INLINE else None
    if not names:
        return ""
    return "sup" if has_sign(names, signs.RAISED) else "sub" if has_sign(names, signs.LOWERED) else ""


def _is_struck(tag: str, attributes: dict[str, str]) -> bool:
    if tag in STRUCK or attributes.get("data-set") == "struck" or attributes.get("role") == "deletion":
        return True
    return "class" in attributes and has_sign(attributes["class"], signs.STRUCK)


def _reason(outer: str, own: str) -> str:
    """Why a rule or mark decides on an element's contents: its own rule, unless an element around it is stripped."""
    if own.startswith(KEEP):
        return outer if outer.startswith(STRIP) else own
    return own if own and outer.startswith(KEEP) else outer or own


def _is_data(row: Any) -> bool:
    """Whether a table's row holds data: cells of text and nothing else."""
    if next(row.iter(*_LAYOUT), None) is not None:
        return False
    if any("\n" in "".join(pre.itertext()).strip() for pre in row.iter("pre")):
        return False
    return all(sum(1 for _ in cell.iter("p", "div")) <= 3 for cell in row)
