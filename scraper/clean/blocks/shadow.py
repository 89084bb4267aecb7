"""Put the parts of a declarative shadow DOM where a browser shows them."""

from __future__ import annotations

from typing import Any


def compose(root: Any) -> None:
    """Replace each `template` with a shadow root by its content, and each slot in it by what the host holds for it.

    What the host holds for no slot is not shown.
    """
    for template in list(root.iter("template")):
        if template.get("shadowrootmode") is None or template.getparent() is None:
            continue
        host = template.getparent()
        light = [one for one in host if one is not template]
        words = [text for text in (host.text, *(one.tail for one in host)) if text and text.strip()]
        slots = {slot.get("name") or "": slot for slot in template.iter("slot")}
        for one in light:
            _fill(slots.get(one.get("slot") or "") if isinstance(one.tag, str) else None, one)
        if words and "" in slots:
            slots[""].text = " ".join([slots[""].text or "", *words])
        host.text, template.tail = None, None
        template.tag = "div"


def _fill(slot: Any, element: Any) -> None:
    """Move an element of the host into a slot; what the slot held was only in its stead."""
    element.getparent().remove(element)
    element.tail = None
    if slot is None:
        return
    if slot.get("filled") is None:
        for one in list(slot):
            slot.remove(one)
        slot.text = None
        slot.set("filled", "")
    slot.append(element)
