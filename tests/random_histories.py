"""Random histories of a page, with the observations at which its document changed: the whole fold is tested on them.

A page has a menu, a title, paragraphs, headings, lists, tables and definitions, a counter and a footer. It is edited,
lines come, go and change places, paragraphs are merged and split, the menu grows, parts are streamed in another order for
one answer, a value changes to one that stands elsewhere, too; and the model is never quite sure of anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from pagewitness.archive.derived import Reading, Signs, VisibleBlock
from pagewitness.archive.text import words

_WORDS = (
    "risk", "threat", "report", "port", "cable", "sabotage", "service", "agency", "level", "moderate", "finland",
    "sweden", "estonia", "latvia", "cyber", "drone", "border", "energy", "network", "budget", "minister", "party",
    "reform", "centre", "green", "national", "convoy", "harbour", "treaty", "rumour", "audit", "signal",
)  # fmt: skip
_LEVELS = ("High", "Low", "Moderate")
OBSERVATIONS = 24


@dataclass(frozen=True)
class Line:
    """A line of the page: its kind, its text, how likely the model finds it on average, and its place."""

    kind: str
    text: str
    chance: float = 0.9
    zone: str = "main"
    linked: bool = False

    @property
    def counts(self) -> bool:
        return self.text.startswith("Read ")


@dataclass
class RandomHistory:
    """A history: its readings in order, and the observations at which the document changed, each with what happened."""

    readings: list[Reading] = field(default_factory=list)
    changes: dict[int, str] = field(default_factory=dict)


def random_history(seed: int, noise: float) -> RandomHistory:
    """A history.

    Args:
        noise: the standard deviation of the model's chances from one reading to the next.
    """
    rng, made = Random(seed), RandomHistory()
    page = _page(rng)
    made.readings.append(_reading(page, rng, noise))
    while len(made.readings) < OBSERVATIONS:
        what = rng.choice(list(_EVENTS))
        if what == "streamed":
            made.readings += [_reading(_swapped(page, rng, alike=False), rng, noise), _reading(page, rng, noise)]
            continue
        after = _EVENTS[what](page, rng)
        if _document(after) != _document(page) and what not in ("merged", "split"):
            made.changes[len(made.readings)] = what
        page = after
        made.readings += [_reading(page, rng, noise) for _ in range(2)]
    return made


def _page(rng: Random) -> list[Line]:
    lines = [Line("li", f"Menu {at} {rng.choice(_WORDS)}", 0.02, "nav", True) for at in range(rng.randint(3, 9))]
    lines.append(Line("h1", f"Assessment of the {rng.choice(_WORDS)}", 1.0))
    for _ in range(rng.randint(1, 3)):
        lines += [Line("p", _sentence(rng, rng.randint(8, 30)), 0.95) for _ in range(rng.randint(1, 4))]
        lines += [Line("h2", _sentence(rng, 3)[:-1], 0.8), *_list(rng), Line("p", _sentence(rng, 12), 0.95)]
    lines.append(Line("p", "Read 907 times", 0.4))
    return lines + [Line("p", f"Contact {rng.choice(_WORDS)} {at}", 0.03, "footer") for at in range(3)]


def _list(rng: Random) -> list[Line]:
    kind, count, linked = rng.choice(("li", "row", "dd")), rng.randint(2, 8), rng.random() < 0.4
    if kind == "dd":
        pairs = [
            (Line("dt", rng.choice(_WORDS).title(), 0.7), Line("dd", rng.choice(_LEVELS), 0.7)) for _ in range(count)
        ]
        return [line for pair in pairs for line in pair]
    if kind == "row":
        texts = [f"{rng.choice(_WORDS)} {rng.choice(_WORDS)} | {rng.choice(_LEVELS)}" for _ in range(count)]
        return [Line("row", text, 0.8) for text in texts]
    return [
        Line("li", _sentence(rng, rng.randint(1, 6))[:-1], rng.uniform(0.6, 0.9), "main", linked) for _ in range(count)
    ]


def _sentence(rng: Random, count: int) -> str:
    return f"{' '.join(rng.choice(_WORDS) for _ in range(count)).capitalize()}."


def _places(page: list[Line]) -> list[int]:
    """The lines that events happen to."""
    return [at for at, line in enumerate(page) if line.zone == "main" and line.kind != "h1" and not line.counts]


def _document(page: list[Line]) -> list[str]:
    return [words.plain(page[at].text) for at in _places(page)]


def _edited(page: list[Line], rng: Random) -> list[Line]:
    at = rng.choice(_places(page))
    parts = page[at].text.split()
    parts[rng.randrange(len(parts))] = rng.choice(_WORDS)
    return [*page[:at], replace(page[at], text=" ".join(parts)), *page[at + 1 :]]


def _inserted(page: list[Line], rng: Random) -> list[Line]:
    at = rng.choice(_places(page))
    return [*page[:at], replace(page[at], text=_sentence(rng, rng.randint(1, 6))[:-1]), *page[at:]]


def _deleted(page: list[Line], rng: Random) -> list[Line]:
    places = _places(page)
    at = rng.choice(places) if len(places) > 8 else len(page)
    return [*page[:at], *page[at + 1 :]]


def _swapped(page: list[Line], rng: Random, *, alike: bool = True) -> list[Line]:
    one, other = rng.sample(_places(page), 2)
    found = list(page)
    if not alike or page[one].kind == page[other].kind:
        found[one], found[other] = page[other], page[one]
    return found


def _merged(page: list[Line], rng: Random) -> list[Line]:
    at = rng.choice(_places(page)[:-1])
    if page[at].kind != "p" or page[at + 1].kind != "p" or page[at + 1].counts or page[at + 1].zone != "main":
        return page
    return [*page[:at], replace(page[at], text=f"{page[at].text} {page[at + 1].text}"), *page[at + 2 :]]


def _split(page: list[Line], rng: Random) -> list[Line]:
    at = rng.choice(_places(page))
    parts = page[at].text.split()
    if page[at].kind != "p" or len(parts) < 9:
        return page
    halves = " ".join(parts[: len(parts) // 2]), " ".join(parts[len(parts) // 2 :])
    return [*page[:at], *(replace(page[at], text=half) for half in halves), *page[at + 1 :]]


def _another_level(page: list[Line], rng: Random) -> list[Line]:
    levels = [at for at in _places(page) if page[at].text in _LEVELS]
    if not levels:
        return page
    at = rng.choice(levels)
    return [*page[:at], replace(page[at], text=rng.choice(_LEVELS)), *page[at + 1 :]]


def _longer_menu(page: list[Line], rng: Random) -> list[Line]:
    return [Line("li", f"Menu new {_sentence(rng, 3)}", 0.02, "nav", True), *page]


_EVENTS: dict[str, Callable[[list[Line], Random], list[Line]]] = {
    "nothing": lambda page, rng: page,
    "edited": _edited,
    "inserted": _inserted,
    "deleted": _deleted,
    "swapped": _swapped,
    "merged": _merged,
    "split": _split,
    "level": _another_level,
    "menu": _longer_menu,
    "streamed": _swapped,
}


def _reading(page: list[Line], rng: Random, noise: float) -> Reading:
    blocks = tuple(_block(line, rng, noise) for line in page)
    return Reading("c1", words.digest_of(repr(blocks)), "Assessment", "en", None, None, None, blocks, None)


def _block(line: Line, rng: Random, noise: float) -> VisibleBlock:
    chance = round(min(1.0, max(0.0, line.chance + rng.gauss(0, noise))), 2) if line.kind != "h1" else 1.0
    text = f"Read {rng.randint(1, 99999)} times" if line.counts else line.text
    path = {"nav": "body/nav/ul", "footer": "body/footer"}.get(line.zone, "body/main/div")
    signs = Signs(chance, path, main=line.zone == "main", among_text=line.zone == "main")
    return VisibleBlock(line.kind, text, line.zone, float(line.linked), chance > 0.5, judged=signs)
