"""What style sheets and `style` attributes say about a text: that it is hidden, struck, raised or lowered."""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final

_GONE: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_HIDES: Final = re.compile(
    r"visibility\s*:\s*hidden|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_AWAY: Final = re.compile(r"(?:left|right|top)\s*:\s*-\d{4,}|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]", re.IGNORECASE)
AWAY: Final = "left:-9999px"  # for any style by which only screen readers have a text
_FLAT: Final = re.compile(
    r"(?<![-\w])(?:max-)?height\s*:\s*(?P<size>[01])(?:px)?\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE
)
_CUT: Final = re.compile(r"overflow(?:-y)?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_STRUCK: Final = "line-through"
_ALIGNED: Final = re.compile(
    r"vertical-align\s*:\s*(?:(?P<sup>super|text-top)|(?P<sub>sub|text-bottom)|(?P<less>-)?0?[.\d]*[1-9][.\d]*(?:px|pt|em|ex|rem|%))",
    re.IGNORECASE,
)
_ONE_CLASS: Final = re.compile(r"\s*[a-z0-9]*\.([A-Za-z_][\w-]*)\s*")
_SAYS: Final = re.compile(r"line-through|vertical-align\s*:\s*(?:su[bp]|-?\d*\.?\d)", re.IGNORECASE)
_LONGEST_RULE: Final = 2_000  # letters of its selectors, and of what it says
_LONGEST_SHEET: Final = 300_000  # letters
_MOST: Final = 200  # classes
NAME: Final = "set"  # of the meta element that stands for a style sheet in a stripped page


def hidden_by(style: str) -> str | None:
    """How a `style` attribute hides its element: it takes no place, or none can be seen in it; None if it does not hide it."""
    if _GONE.search(style):
        return "display:none"
    flat = _FLAT.search(style) if _CUT.search(style) else None
    if _AWAY.search(style) or (flat and flat["size"] == "1"):
        return AWAY
    return "visibility:hidden" if flat or _HIDES.search(style) else None


def set_by(style: str) -> str | None:
    """How a style sets text: `struck`, `sup`, `sub`, or None.

    >>> set_by("text-decoration: line-through"), set_by("vertical-align:4pt; font-size:8pt"), set_by("vertical-align:-2px")
    ('struck', 'sup', None)
    """
    style = style.lower()
    if _STRUCK in style:
        return "struck"
    found = _ALIGNED.search(style)
    if found is None:
        return None
    if found["sup"] == "super" or found["sub"] == "sub":
        return "sup" if found["sup"] else "sub"
    # Pictures and buttons are moved a little, too; only text is made smaller with it.
    if "font-size" not in style:
        return None
    return "sub" if found["sub"] or found["less"] else "sup"


def of_sheet(element: str) -> str:
    """What stands for a style sheet in a stripped page: a meta element that names the classes of struck, raised and lowered text.

    Args:
        element: the `style` element, with its tags.
    """
    found: dict[str, str] = {}
    end = 0
    for said in _SAYS.finditer(element) if len(element) <= _LONGEST_SHEET else ():
        if said.start() < end:
            continue  # in the same rule
        opens = element.rfind("{", max(0, said.start() - _LONGEST_RULE), said.start())
        end = element.find("}", said.end(), said.end() + _LONGEST_RULE)
        how = set_by(element[opens + 1 : end]) if opens >= 0 and end >= 0 else None
        if how:
            before = max(element.rfind(sign, max(0, opens - _LONGEST_RULE), opens) for sign in "{}>/")
            for selector in element[before + 1 : opens].split(","):
                if name := _ONE_CLASS.fullmatch(selector):
                    found[name[1]] = how
    names = " ".join(f"{name}:{how}" for name, how in sorted(found.items())[:_MOST])
    return f'<meta name="{NAME}" content="{escape(names)}">' if names else ""


def apply_sheets(root: Any) -> None:
    """Mark the elements whose classes a style sheet of the page sets.

    Args:
        root: the root element of the page, as stripped.
    """
    known: dict[str, str] = {}
    for meta in root.xpath("//meta[@name=$name]", name=NAME):
        known |= dict(one.split(":", 1) for one in (meta.get("content") or "").split() if ":" in one)
    for element in root.xpath("//*[@class]") if known else ():
        how = next((known[name] for name in element.get("class").split() if name in known), None)
        if how and element.get("data-set") is None:
            element.set("data-set", how)
