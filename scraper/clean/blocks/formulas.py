"""Write a formula of MathML in one line, as people write it by hand: x², (a + b)/2, √(x)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pagewitness.archive.text.raised import lowered, raised
from pagewitness.scraper.clean.blocks.frames import Frame

_LONGEST: Final = 4_000  # letters of a formula
_DEEPEST: Final = 60
_SPACED: Final = frozenset("=<>≤≥≠≈≡∼≃≅∝+−-±∓×·÷∗→←↔⇒⇐⇔↦∈∉⊂⊆⊃⊇∪∩∧∨∖≪≫≺≻")
_ACCENTS: Final = {  # as marks on one letter
    "¯": "\u0304", "‾": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7",
    "˙": "\u0307", "¨": "\u0308",
}  # fmt: skip
_ALONE: Final = frozenset({"annotation", "annotation-xml", "mphantom", "mspace", "none", "mprescripts"})


def formula(math: Any, around: Frame) -> str:
    """A formula as text; its `alttext` if it holds nothing.

    Args:
        math: a `math` element.
        around: the frame of the element around it, which makes no difference.
    """
    return " ".join(_written(math, 0).split())[:_LONGEST] or (math.get("alttext") or "").strip()


def _written(element: Any, depth: int) -> str:
    tag = element.tag.rpartition(":")[2] if isinstance(element.tag, str) else "annotation"
    if tag == "mmultiscripts":
        return _scripts(element, depth)
    if tag in _ALONE or depth > _DEEPEST:
        return " " if tag == "mspace" else ""
    parts = [_written(inner, depth + 1) for inner in element if isinstance(inner.tag, str)]
    form = _FORMS.get(tag)
    if form is not None and len(parts) >= form[0]:
        return form[1](parts)
    own = " ".join((element.text or "").split())
    if tag == "mtext" and (element.text or "").strip(" \t\r\n\f") != own:
        own = f" {own} "  # it begins or ends with blanks that do not break
    if tag == "mo":
        return f" {own} " if own in _SPACED else f"{own} " if own in (",", ";") else own
    if tag == "mfenced":
        return f"({', '.join(parts)})"
    tails = "".join((inner.tail or "").strip() for inner in element)
    return own + "".join(parts) + tails


def _scripts(element: Any, depth: int) -> str:
    """A letter with scripts on both sides of it, such as ²³⁵₉₂U."""
    inner = [one for one in element if isinstance(one.tag, str)]
    tags = [one.tag.rpartition(":")[2] for one in inner]
    cut = tags.index("mprescripts") if "mprescripts" in tags else len(inner)
    written = [_written(one, depth + 1) for one in inner]
    base = written[0] if written and cut else ""
    behind, before = written[1:cut], written[cut + 1 :]
    for low, high in zip(behind[::2], behind[1::2], strict=False):
        base = _high(_low(base, low) if low else base, high) if high else _low(base, low) if low else base
    ahead = ""
    for low, high in zip(before[::2], before[1::2], strict=False):
        ahead += (_high("", high) if high else "") + (lowered(low, "x") if low else "")
    return ahead + base


def _held(part: str) -> str:
    """A part in brackets, unless it is one word or figure."""
    part = part.strip()
    plain = part.replace(".", "").replace(",", "")
    return part if plain.isalpha() or plain.isdecimal() or len(part) < 2 else f"({part})"


def _high(base: str, part: str) -> str:
    found = raised(part := part.replace(" ", ""), base)
    return base + (found if found != part else f"^{_held(part)}")


def _over(base: str, part: str) -> str:
    accent = _ACCENTS.get(part.strip())
    if accent is None:
        return _high(base, part)
    return base + accent if len(base) == 1 else f"{part.strip()}({base})"


def _low(base: str, part: str) -> str:
    found = lowered(part := part.replace(" ", ""), base)
    return base + (found if found != part else f"_{_held(part)}")


_FORMS: Final[dict[str, tuple[int, Callable[[Sequence[str]], str]]]] = {
    "mfrac": (2, lambda parts: f"{_held(parts[0])}/{_held(parts[1])}"),
    "msup": (2, lambda parts: _high(*parts[:2])),
    "mover": (2, lambda parts: _over(*parts[:2])),
    "msub": (2, lambda parts: _low(*parts[:2])),
    "munder": (2, lambda parts: _low(*parts[:2])),
    "msubsup": (3, lambda parts: _high(_low(*parts[:2]), parts[2])),
    "munderover": (3, lambda parts: _high(_low(*parts[:2]), parts[2])),
    "msqrt": (1, lambda parts: f"√({''.join(parts).strip()})"),
    "mroot": (2, lambda parts: f"root {_held(parts[1])} of ({parts[0].strip()})"),
    "mtr": (1, lambda parts: ", ".join(map(str.strip, parts))),
    "mtable": (1, lambda parts: f"[{'; '.join(parts)}]"),
}
