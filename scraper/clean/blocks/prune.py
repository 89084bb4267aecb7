"""Find consent dialogs, which are never the document, by the names that their makers use or by their buttons.

To find a dialog without known names, the search starts at a button whose whole label accepts or rejects. It climbs as
long as everything added looks like part of a dialog. A part that holds the page's h1, `main` or `article`, or most of
its words, is never taken for a dialog, so a page *about* cookies stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

from pagewitness.scraper.clean.lexicon.dialogs import button_entry, consent_button, names_cookies
from pagewitness.scraper.clean.lexicon.tables import any_of, letters, lexicon_table

Marks = dict[Any, str]
_LARGEST_DIALOG = 9_000  # letters, with the details of all its categories
_LARGEST_WEAK_NOTICE = 700
_LARGEST_SINGLE = 1_500
_LONGEST_BARE = 40  # letters of a label on an element that is not marked up as a button
_UNNAMED_GAIN = 160  # letters that a neighbour may have though it does not look like part of a dialog
_MOST_LOOKED_AT = 6_000_000  # letters, with each element counting as eight: real pages need up to 280,000
_NEVER: Final = frozenset({"html", "body", "main", "article", "head"})
_SAYS_LITTLE: Final = frozenset({None, "weak", "more"})
_DIALOG_ROLES: Final = frozenset({"dialog", "alertdialog"})


def consent_parts(root: Any) -> Marks:
    """The elements that are consent dialogs.

    Args:
        root: a page's root element.

    Returns:
        elements, each with the table's entry that identified it, such as `consent: onetrust`.
    """
    page = _Page(root)
    marks: Marks = {}
    for element in root.iter("dialog", "button", "a", "div", "section", "aside", "form", "p", "span", "ul", "footer"):
        reason = _named(element) or _called_dialog(element, page)
        if reason and page.may_go(element):
            marks[element] = reason
    for element, reason in _unnamed(root, page, marks):
        marks[element] = reason
    return marks


class _Page:
    """What a dialog must not hold of a page, measured on demand."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._size: int | None = None
        self._heads = set(_own_heads(root))
        self._left = _MOST_LOOKED_AT
        self._texts: dict[Any, str] = {}
        self._others: dict[Any, list[Any]] = {}
        self._dialogs: dict[Any, bool] = {}

    def text(self, element: Any) -> str:
        """An element's text, gathered once: the searches from many buttons climb through the same elements."""
        found = self._texts.get(element)
        if found is None:
            found = self._texts[element] = _text(element)
            self._left -= len(found) + 8 * int(element.xpath("count(descendant::*)"))
        return found

    def is_tired(self) -> bool:
        """Whether the search has looked at more than any honest page needs, and stops."""
        return self._left < 0

    def gains_little(self, above: Any, here: Any) -> bool:
        """Whether everything beside an element looks like part of the same dialog, or is hardly any text."""
        if above not in self._others:
            self._others[above] = [other for other in above if isinstance(other.tag, str) and not self._may_join(other)]
        return all(other is here for other in self._others[above])

    def _may_join(self, other: Any) -> bool:
        text = self.text(other)
        return len(text) <= _UNNAMED_GAIN or names_cookies(text) or consent_button_in(other)

    def is_dialog(self, element: Any) -> bool:
        """Whether an element holds two different buttons of a consent dialog, or is short."""
        if element not in self._dialogs:
            self._dialogs[element] = len(self.text(element)) <= _LARGEST_SINGLE or self.kinds(element) >= 2
        return self._dialogs[element]

    def kinds(self, element: Any) -> int:
        """How many different buttons of a consent dialog an element holds."""
        return len({consent_button(_label(button)) for button in _buttons(element, bare=True)} - _SAYS_LITTLE)

    def in_part(self, element: Any) -> bool:
        """Whether an element holds what marks the document: the page's h1, `main` or `article`."""
        return any(inner.tag != "h1" or inner in self._heads for inner in element.iter("h1", "main", "article"))

    def is_of_policy(self, element: Any) -> bool:
        """Whether an element stands right below the heading of a page about cookies, as its choices do."""
        around = element.getparent()
        if around is None or around.tag in ("body", "html"):
            return False
        return any(head.getparent() is around and names_cookies(_text(head)) for head in self._heads)

    def may_go(self, element: Any) -> bool:
        """Whether an element is so small a part of its page that it can be dropped."""
        if element.tag in _NEVER or self.is_tired() or self.in_part(element):
            return False
        if self._size is None:
            self._size = len(_text(self._root.find("body") if self._root.find("body") is not None else self._root))
        return len(self.text(element)) <= 0.6 * self._size or self._size < 600


def _own_heads(root: Any) -> list[Any]:
    """The page's own h1 elements, as a dialog may have one, too: those in its title, else those not about cookies, else all."""
    heads = list(root.iter("h1"))
    title = next(root.iter("title"), None)
    whole = letters(_text(title)) if title is not None else ""
    named = [head for head in heads if letters(_text(head)) and whole.startswith(letters(_text(head)))]
    return named or [head for head in heads if not names_cookies(_text(head))] or heads


def _text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


@cache
def _vendors() -> re.Pattern[str]:
    groups = [f"(?P<g{at}>{any_of(names)})" for at, names in enumerate(lexicon_table("consent")["vendors"].values())]
    return re.compile("|".join(groups), re.IGNORECASE)


@cache
def _vendor_names() -> tuple[str, ...]:
    return tuple(lexicon_table("consent")["vendors"])


@cache
def _names(name: str) -> re.Pattern[str]:
    return re.compile(any_of(lexicon_table("consent")[name]), re.IGNORECASE)


@cache
def _any_name() -> re.Pattern[str]:
    """All names of the table in one expression, as most names are not in it."""
    tables = lexicon_table("consent")
    known = [name for names in (*tables["vendors"].values(), tables["generic"]) for name in names]
    return re.compile(any_of(known), re.IGNORECASE)


@lru_cache(maxsize=16384)
def _entry(name: str) -> str | None:
    """The table's entry for one class or id."""
    if not _any_name().fullmatch(name) or _names("not").fullmatch(name):
        return None
    found = _vendors().fullmatch(name)
    if found:
        return "consent: " + _vendor_names()[int(str(found.lastgroup)[1:])]
    return f"consent: named {name}" if _names("generic").fullmatch(name) else None


def _named(element: Any) -> str | None:
    identity, classes = element.get("id"), element.get("class")
    return (_first_entry(identity) if identity else None) or (_first_entry(classes) if classes else None)


@lru_cache(maxsize=16384)
def _first_entry(names: str) -> str | None:
    """The table's entry for the first of several names that has one."""
    return next(filter(None, map(_entry, names.split())), None)


def _called_dialog(element: Any, page: _Page) -> str | None:
    if element.tag != "dialog" and element.get("role") not in _DIALOG_ROLES and element.get("aria-modal") is None:
        return None
    text = page.text(element)
    if len(text) > _LARGEST_DIALOG or page.is_tired():
        return None
    return "consent: dialog" if names_cookies(text) or consent_button_in(element) else None


def consent_button_in(element: Any) -> bool:
    """Whether an element holds a button that accepts, rejects or opens the settings."""
    return any(consent_button(_text(button)) not in _SAYS_LITTLE for button in _buttons(element))


def _buttons(element: Any, bare: bool = False) -> Iterator[Any]:
    """The buttons and links in an element; with `bare`, also elements that a script may use as buttons (`_is_bare`)."""
    for button in element.iter("button", "a", "label", "span", "div"):
        if button.tag in ("button", "a") or button.get("role") == "button" or (bare and _is_bare(button)):
            yield button


def _is_bare(element: Any) -> bool:
    """Whether a script may use an element as a button: it holds a label and nothing else."""
    text = element.text
    return text is not None and len(element) == 0 and len(text) <= _LONGEST_BARE and element.tag not in ("a", "button")


def _unnamed(root: Any, page: _Page, marks: Marks) -> Iterator[tuple[Any, str]]:
    seen: set[Any] = set()
    for button in _buttons(root, bare=True):
        kind = consent_button(_label(button))
        if kind not in ("accept", "reject", "weak") or page.is_tired() or is_inside(button, marks):
            continue
        bare = _is_bare(button) and button.get("role") != "button"
        if bare and kind == "weak":
            continue
        dialog = _dialog_around(button, kind, page, seen)
        if dialog is None or page.is_of_policy(dialog):
            continue
        if (not bare or page.kinds(dialog) >= 2) and page.may_go(dialog):
            yield dialog, f"consent: {_entry_of(button)}"


def _entry_of(button: Any) -> str:
    label = " ".join(_label(button).split())
    entry = button_entry(label)
    return entry.reason([label.lower()]) if entry else "button"


def _label(button: Any) -> str:
    text = button.text or ""
    return text if len(button) == 0 or len(text) > 100 else "".join(button.itertext())


def is_inside(element: Any, marks: Marks) -> bool:
    """Whether an element is marked, or is inside a marked one."""
    return element in marks or any(above in marks for above in element.iterancestors())


def _dialog_around(button: Any, kind: str, page: _Page, seen: set[Any]) -> Any:
    """The outermost element around a button that mentions cookies and is still a dialog; None if no element is."""
    best, here = None, button
    limit = _LARGEST_WEAK_NOTICE if kind == "weak" else _LARGEST_DIALOG
    for above in button.iterancestors():
        if above.tag in _NEVER or above in seen or page.is_tired() or not page.gains_little(above, here):
            break
        text = page.text(above)
        if len(text) > limit or page.in_part(above):
            seen.add(above)
            break
        here = above
        if names_cookies(text):
            best = above
    return best if best is not None and page.is_dialog(best) else None
