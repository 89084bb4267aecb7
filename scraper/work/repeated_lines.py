"""What a site repeats over its pages: learning it, and the lists that are kept of it (pure).

A line is boilerplate if enough of a host's pages have it, or had it (`LEAST_PAGES`, and `SHARE` of them), unless the repeat is
legitimate, such as a caveat in the main text of each page of a report. A line that the extractor places in the main text of
the first page that has it, or of most of them, is kept. Pages with one text (a document at two addresses, its version for
printing) are one page here, and entries of a list that name a page by its title repeat nothing.

Of the boilerplate those lines are masked that the extractor takes for the document on some page though they are not in its
main text: others can make no change. On a page whose main text has such a line (one page's title is in the menus of all) it
is not masked. Lines stay masked after they are gone, since the pages' histories go back to when they were there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pagewitness.archive import addresses
from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.fold.line_counts import LineCount, PageLines
from pagewitness.archive.text.words import digest_of

LEAST_PAGES = 3
SHARE = 0.3
CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What was learned of a host, as keys of lines (`PageLines`) or as their texts.

    Attributes:
        lines: what its pages repeat now, in the order in which the first pages have it.
        masked: those lines, and former ones, that are masked in comparisons, each with the ids of the pages on which it is
            not, since it is their main text, or their title or an entry of their list.
        titles: of single pages.
    """

    lines: tuple[str, ...]
    masked: Mapping[str, tuple[int, ...]]
    titles: frozenset[str] = frozenset()

    @property
    def former(self) -> tuple[str, ...]:
        """What is masked, though the site no longer repeats it."""
        return tuple(line for line in self.masked if line not in set(self.lines))

    def but(self, pages: Iterable[PageLines]) -> Boilerplate:
        """The same (keys) with more pages that are asked whose main text the masked lines are."""
        masked = {key: [*found] for key, found in self.masked.items()}
        for page in pages:
            for key, found in masked.items():
                if key in page.counts and (page.counts[key].is_main or _names_page(page, key, self.titles)):
                    found.append(page.page)
        return Boilerplate(self.lines, {key: tuple(found) for key, found in masked.items()}, self.titles)

    def named(self, names: Mapping[str, str]) -> Boilerplate:
        """The same with the texts of lines in place of their keys."""
        return Boilerplate(
            tuple(names[key] for key in self.lines),
            {names[key]: pages for key, pages in self.masked.items()},
            frozenset(names[key] for key in self.titles if key in names),
        )


def find_repeated(pages: Sequence[PageLines]) -> Boilerplate:
    """Learn the boilerplate of a host.

    Args:
        pages: of the host, those known longest first.

    Returns:
        keys of lines; a function of what the pages' readings show, whatever was learned before.
    """
    pages = [page for page in pages if page.counts]
    single = _without_twins(pages)
    named = Counter(key for page in single for key in page.titles)
    titles = frozenset(key for key, count in named.items() if count < LEAST_PAGES)
    enough = max(LEAST_PAGES, math.ceil(SHARE * len(single)))
    on: dict[str, dict[int, LineCount]] = {}
    for page in single:
        for key, count in page.counts.items():
            if not _names_page(page, key, titles):
                on.setdefault(key, {})[page.page] = count
    found = {key: counts for key, counts in on.items() if len(counts) >= enough and not _legitimate([*counts.values()])}
    now = Counter(key for page in single for key in page.now if page.page in found.get(key, ()))
    masked: dict[str, tuple[int, ...]] = {
        key: () for key in sorted(found) if any(count.document and not count.is_main for count in found[key].values())
    }
    return Boilerplate(tuple(key for key, count in now.items() if count >= enough), masked, titles).but(pages)


def _without_twins(pages: Iterable[PageLines]) -> list[PageLines]:
    """The pages without those whose main text is another's, or a part of it."""
    kept: list[PageLines] = []
    for page in pages:
        text = page.text
        if not text or not any(one.text and (text <= one.text or one.text <= text) for one in kept):
            kept.append(page)
    return kept


def _names_page(page: PageLines, key: str, titles: frozenset[str]) -> bool:
    """Whether a line is a page's title: its own, or, in its main part, that of another page to which a list leads."""
    return key in titles and (key in page.titles or page.counts[key].is_inside)


def _legitimate(counts: Sequence[LineCount]) -> bool:
    """Whether a line belongs to the documents that repeat it.

    Args:
        counts: of the pages that have it, the first of them first.
    """
    main = [count.is_main for count in counts]
    return main[0] or 2 * sum(main) > len(main)


# --- the list, as it is kept ----------------------------------------------------------------------------------------


def is_list(url: str) -> bool:
    """Whether an address is that of a host's boilerplate."""
    return url.startswith(addresses.BOILERPLATE)


def written(boilerplate: Boilerplate) -> bytes:
    """Boilerplate (texts) as a body: one line each; after a blank line what is masked though no longer repeated."""
    return "\n".join([*boilerplate.lines, *(["", *boilerplate.former] if boilerplate.former else []), ""]).encode()


def parts(body: bytes) -> tuple[list[str], list[str]]:
    """The lines of a body, and the former ones."""
    now, _, former = f"\n{body.decode('utf-8', 'replace')}".partition("\n\n")
    return _lines(now), _lines(former)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def reading_of_list(body: bytes, url: str, cleaner: str) -> Reading:
    """A list as a reading: what the site repeats is the document, former lines are not.

    No cleaner has a say in it: what it would drop is what such a list consists of.

    Args:
        url: `boilerplate:HOST`.
        cleaner: under whose name the reading is kept, since histories are made from readings of one.
    """
    now, former = parts(body)
    title = f"Boilerplate of {url.removeprefix(addresses.BOILERPLATE)}"
    return Reading(
        cleaner,
        digest_of(url, *now, "", *former),
        title,
        None,
        None,
        None,
        None,
        tuple(_blocks(now, former)),
        None,
        {"declared": "utf-8", "used": "utf-8"},
    )


def _blocks(now: Iterable[str], former: Iterable[str]) -> Iterable[VisibleBlock]:
    yield from (VisibleBlock("p", line, by="boilerplate") for line in now)
    yield from (VisibleBlock("p", line, "hidden", document=False, by="boilerplate: former") for line in former)
