"""Learning the lexicon: log-odds of the words of class names to be the document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from benchmarks.labels import Page

from pagewitness.scraper.clean.classify.lexical_features import Lexicon, name_words

Votes = dict[str, dict[str, tuple[float, float]]]  # word -> site -> (for, against)
LEAST_SITES = 4
MOST_PAGES = 2.0  # of one site that count
DOUBT = 3.0  # votes of the prior
LEAST_WEIGHT = 0.25  # weaker ones say nothing
CONTAINERS = 6


class _Votes:
    """What sites say about words, and the weights of these."""

    def __init__(self) -> None:
        self._votes: Votes = {}
        self._of_site: dict[str, Votes] = {}
        self._prior = 0.5
        self._weights: dict[str, float] = {}

    def add(self, site: str, found: dict[str, tuple[float, float]]) -> None:
        for word, (yes, no) in found.items():
            sites = self._votes.setdefault(word, {})
            before = sites.get(site, (0.0, 0.0))
            sites[site] = (before[0] + yes, before[1] + no)
            self._of_site.setdefault(site, {})[word] = sites

    def count(self) -> None:
        self._prior = _prior(self._votes)
        self._weights = _weights(self._votes, self._prior)

    def weights(self, without: str | None) -> dict[str, float]:
        """All weights, with those of the words of one site made again without it."""
        of = self._of_site.get(without or "", {})
        kept = {word: weight for word, weight in self._weights.items() if word not in of}
        return kept | _weights(of, self._prior, without)


class Counted:
    """What some pages say about each word: a page has one vote for each, divided by the share that is the document."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._names = _Votes()
        for page in pages:
            self._names.add(page.site, _votes(_of_names(page)))
        self._names.count()

    def lexicon(self, without: str | None = None) -> Lexicon:
        """The weights.

        Args:
            without: a site that has no vote, so that it does not recognise itself; None for those of all sites.
        """
        return Lexicon(self._names.weights(without))


def _of_names(page: Page) -> Iterator[tuple[str, float, float]]:
    places = page.walk.places
    for piece, label in zip(page.walk.pieces, page.labels, strict=True):
        if label < 0:
            continue
        weight = min(len(piece.text), 300) / 100 + 0.2
        at, found = piece.place, set[str]()
        for _ in range(CONTAINERS):
            if at < 0:
                break
            found.update(name_words(places[at].names))
            at = places[at].parent
        for name in found:
            yield name, weight * label, weight * (1 - label)


def _votes(found: Iterator[tuple[str, float, float]]) -> dict[str, tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = {}
    for word, yes, no in found:
        before = sums.get(word, (0.0, 0.0))
        sums[word] = (before[0] + yes, before[1] + no)
    return {word: (yes / (yes + no), no / (yes + no)) for word, (yes, no) in sums.items()}


def _prior(votes: Votes) -> float:
    yes = sum(one[0] for sites in votes.values() for one in sites.values())
    no = sum(one[1] for sites in votes.values() for one in sites.values())
    return yes / (yes + no) if yes + no else 0.5


def _weights(of: Votes, share: float, without: str | None = None) -> dict[str, float]:
    """The weights of some words, where enough sites have them.

    Args:
        share: of all votes that are for the document: the prior.
    """
    found: dict[str, float] = {}
    for word in sorted(of):
        sites = {site: one for site, one in of[word].items() if site != without}
        if len(sites) < LEAST_SITES:
            continue
        yes = sum(min(MOST_PAGES, one[0]) for one in sites.values())
        no = sum(min(MOST_PAGES, one[1]) for one in sites.values())
        weight = math.log((yes + DOUBT * share) / (no + DOUBT * (1 - share)) * (1 - share) / share)
        if abs(weight) >= LEAST_WEIGHT:
            found[word] = round(weight, 2)
    return found
