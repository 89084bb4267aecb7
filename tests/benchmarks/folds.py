"""Folds of pages: what a model must not have learned from if its figures are to count.

Real pages are left out by site; rendered chrome by site software with its layout, and by language; made pages by the markup of their
list. A fold's model has learned from no page of the software that is tested there, and from none in a share of the languages, so
pages in these show what is left where neither software nor language was known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.labels import Page


@dataclass(frozen=True)
class Folds:
    """Which pages are tested in which fold, and which teach its model.

    Attributes:
        count: of folds.
        software, languages: of chrome, numbered.
    """

    count: int
    software: Mapping[str, int]
    languages: Mapping[str, int]

    def tested(self, page: Page) -> int:
        """The number of the fold in which a page is tested."""
        if page.part == "made":
            return int(page.row["design"]) % self.count
        if page.part == "chrome":
            return self.software[software(page)] % self.count
        return int(hashlib.sha256(page.site.encode()).hexdigest(), 16) % self.count

    def teaches(self, page: Page, fold: int) -> bool:
        """Whether a fold's model may learn from a page."""
        known = software(page)
        if known and (
            self.software[known] % self.count == fold or self.languages[page.row["lang"]] % self.count == fold
        ):
            return False
        return page.part == "chrome" or self.tested(page) != fold

    def is_new_language(self, page: Page) -> bool:
        """Whether the model that a page of chrome is tested with has learned from no page of chrome in its language."""
        return self.languages[page.row["lang"]] % self.count == self.tested(page)


def folds_of(pages: Sequence[Page], count: int) -> Folds:
    """Folds of some pages, so that each site software has one of its own if there are enough."""
    chrome = [page for page in pages if page.part == "chrome"]
    found = sorted({software(page) for page in chrome}), sorted({page.row["lang"] for page in chrome})
    return Folds(count, *({name: at for at, name in enumerate(names)} for names in found))


def software(page: Page) -> str:
    """The site software and layout of rendered chrome, also around a made page; empty for other pages."""
    if page.part == "extraction" or not page.row["layout"]:
        return ""
    return f"{page.row['layout']}: {page.row['strings']}"
