"""Put the parts of a declarative shadow DOM where a browser shows them."""

from __future__ import annotations

from typing import Any


def compose(root: Any) -> None:
    """Replace each `template` with a shadow root by its content, and each slot in it by what the host holds for it.

    What the host holds for no slot is not shown, and neither is a second shadow root of the same host.
    """
    for template in list(root.iter("template")):
        host = template.getparent()
        if template.get("shadowrootmode") is None or host is None:
            continue
        slots: dict[str, Any] = {}
        for slot in template.iter("slot"):
            if not any(above.tag == "template" and above is not template for above in slot.iterancestors("template")):
                slots.setdefault(slot.get("name") or "", slot)
        light = [one for one in host if one is not template]
        _say(slots.get(""), host.text)
        for one in host:
            tail, one.tail = one.tail, None
            if one is not template and isinstance(one.tag, str):
                _fill(slots.get(one.get("slot") or ""), one)
            _say(slots.get(""), tail)
        for one in light:
            if one.getparent() is host:
                host.remove(one)
        host.text = None
        template.tag = "div"
        template.attrib.pop("shadowrootmode")


def _say(slot: Any, text: str | None) -> None:
    """Put text of the host into a slot, behind what it holds already."""
    if slot is None or not text or not text.strip():
        return
    _empty(slot)
    if len(slot):
        slot[-1].tail = (slot[-1].tail or "") + text
    else:
        slot.text = (slot.text or "") + text


def _fill(slot: Any, element: Any) -> None:
    """Move an element of the host into a slot."""
    if slot is not None:
        _empty(slot)
        slot.append(element)


def _empty(slot: Any) -> None:
    """Take out what a slot holds in the stead of what the host has for it."""
    if slot.get("filled") is None:
        for one in list(slot):
            slot.remove(one)
        slot.text = None
        slot.set("filled", "")
