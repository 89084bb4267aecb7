"""Class names of made pages: telling, meaningless, misleading or none."""

from __future__ import annotations

import random
import string
from typing import Final

_OF_ROLES: Final = {
    "list": "list listing items results cards grid collection publications archive view-content wp-block-list",
    "item": "item card entry teaser row list-item result publication node views-row tile",
    "title": "title heading card-title item-title name entry-title link headline",
    "date": "date published time meta-date posted-on timestamp",
    "kind": "kind type tag label category badge",
    "text": "text summary description excerpt teaser-text body content",
    "notice": "notice alert message info callout highlight banner note warning panel box",
    "badge": "badge status state label flag tag marker",
    "more": "more read-more btn link-more arrow button",
    "meta": "meta info details byline",
    "menu": "menu nav navigation main-menu navbar links topnav",
    "head": "header masthead top site-header banner",
    "foot": "footer site-footer bottom colophon page-bottom",
    "side": "sidebar aside secondary right-column rail widgets",
    "main": "main content primary page-content container body-content",
    "doc": "content entry-content article-body text field-body prose",
    "tools": "tools toolbar actions page-tools share social print",
    "crumbs": "breadcrumb breadcrumbs crumbs path trail",
    "pager": "pager pagination pages nav-links",
    "related": "related see-also more-news recommended latest",
    "form": "filters search-form facets form filter",
}  # fmt: skip
_PLAIN: Final = (
    "box", "inner", "wrap", "col", "block", "section", "region", "panel", "unit", "area", "l-row", "c-12", "d-flex", "mb-3",
)  # fmt: skip


class Names:
    """Class attributes for one page, the same for the same role.

    Args:
        chance: makes all choices.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._way = chance.choice(("telling", "plain", "none", "random", "random", "mixed"))
        self._known: dict[str, str] = {}

    def __call__(self, role: str) -> str:
        """The class attribute of a role, with a space before it; maybe empty."""
        if not role:
            return ""
        if role not in self._known:
            names = self._names(role)
            self._known[role] = f' class="{names}"' if names else ""
        return self._known[role]

    def _names(self, role: str) -> str:
        way = self._way if self._way != "mixed" else self._chance.choice(("telling", "plain", "none", "random"))
        if way == "none":
            return ""
        if way == "plain":
            return " ".join(self._chance.sample(_PLAIN, self._chance.randint(1, 3)))
        if way == "random":
            return "".join(self._chance.choices(string.ascii_lowercase, k=self._chance.randint(3, 8)))
        return self._chance.choice(_OF_ROLES[role].split())
