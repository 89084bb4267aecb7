"""Documents in random markup: paragraphs, headings, lists, tables, notes, and pages that gather several lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.made.entries import Entries
from benchmarks.made.lists import Design
from benchmarks.made.names import Names
from benchmarks.made.notices import Notices
from benchmarks.made.speech import Speech, marked


class Text:
    """A document of several sections.

    Args:
        speech, names: words and class names.
        designs: lists that may be part of it.
    """

    def __init__(self, speech: Speech, names: Names, designs: Sequence[Design]) -> None:
        self._speech, self._names, self._designs = speech, names, designs
        self._chance = speech.chance
        self._short = self._chance.random() < 0.25  # paragraphs of one sentence
        self._level = self._chance.choice((2, 2, 2, 3))
        self._beside = self._chance.random() < 0.15  # lines between paragraphs that lead to other pages
        self._also = speech.label(2)
        self._notices = Notices(speech, names)

    def document(self) -> str:
        """Its sections in HTML."""
        parts = [self._paragraph() for _ in range(self._chance.randint(1, 4))]
        for _ in range(self._chance.choice((0, 0, 0, 1, 2, 3, 4, 5))):
            parts.append(self._heading())
            parts += [self._chance.choice(_PARTS)(self) for _ in range(self._chance.randint(1, 4))]
            if self._beside and self._chance.random() < 0.5:
                parts.append(self._teaser())
        return self._wrapped(self._with_more(parts))

    def _with_more(self, parts: list[str]) -> list[str]:
        """The parts with notices and lists at the beginning, in the midst and at the end, without headings of their own."""
        likely = self._chance.random
        for make, share in ((self._notices.any, 0.35), (self._notices.any, 0.15), (self._embedded, 0.3)):
            if likely() < share:
                at = self._chance.choice((0, len(parts), len(parts), self._chance.randint(0, len(parts))))
                parts.insert(at, make())
        return parts

    def hub(self) -> str:
        """A page that introduces several lists."""
        parts = [self._paragraph()] if self._chance.random() < 0.8 else []
        for _ in range(self._chance.randint(1, 3)):
            entries = Entries(self._speech, self._names, self._chance.randint(2, 9), self._level + 1)
            if self._chance.random() < 0.8:
                parts.append(self._heading())
            parts += [self._paragraph()] if self._chance.random() < 0.3 else []
            parts.append(self._chance.choice(self._designs)(entries))
        return self._wrapped(parts)

    def _wrapped(self, parts: list[str]) -> str:
        if self._chance.random() < 0.2:
            return "\n".join(f"<section{self._names('item')}>{part}</section>" for part in parts)
        if self._chance.random() < 0.2:
            return "\n".join(f"<div{self._names('meta')}><div>{part}</div></div>" for part in parts)
        return "\n".join(parts)

    def _heading(self) -> str:
        return f"<h{self._level}>{marked(self._speech.title(1, 7))}</h{self._level}>"

    def _paragraph(self) -> str:
        text = marked(self._speech.paragraph(1 if self._short else 5))
        words = text.split(" ")
        if self._chance.random() < 0.3 and len(words) > 8:
            at = self._chance.randrange(len(words) - 3)
            words[at] = f'<a href="/{self._chance.randrange(999)}">{words[at]}'
            words[at + 2] += "</a>"
        return f"<p>{' '.join(words)}</p>"

    def _whereas(self) -> str:
        ends = [f"<p>{marked(self._speech.title(3, 18))},</p>" for _ in range(self._chance.randint(2, 6))]
        return "\n".join(ends)

    def _list(self) -> str:
        kind = self._chance.choice(("ul", "ul", "ol"))
        long = self._chance.random() < 0.5
        items = [
            self._speech.sentence() if long else self._speech.title(1, 8) for _ in range(self._chance.randint(2, 7))
        ]
        return f"<{kind}>{''.join(f'<li>{marked(one)}</li>' for one in items)}</{kind}>"

    def _quote(self) -> str:
        return f"<blockquote><p>{marked(self._speech.paragraph(2))}</p></blockquote>"

    def _figure(self) -> str:
        return f'<figure><img src="/i.jpg" alt=""><figcaption>{marked(self._speech.sentence())}</figcaption></figure>'

    def _box(self) -> str:
        level, title = self._level + 1, marked(self._speech.title(1, 4))
        return f"<div{self._names('kind')}><h{level}>{title}</h{level}>{self._paragraph()}</div>"

    def _label(self) -> str:
        return f"<p><strong>{marked(self._speech.label(3))}:</strong> {marked(self._speech.sentence())}</p>"

    def _embedded(self) -> str:
        return self._chance.choice(self._designs)(
            Entries(self._speech, self._names, self._chance.randint(2, 6), self._level + 1)
        )

    def _notes(self) -> str:
        notes = "".join(
            f'<li id="fn{at}">{marked(self._speech.sentence())} <a href="#r{at}">↩</a></li>' for at in range(3)
        )
        return f"<section><ol>{notes}</ol></section>"

    def _teaser(self) -> str:
        link = f'<a href="/{self._chance.randrange(9999)}">{self._speech.title(4, 10)}</a>'
        tag = self._chance.choice(("p", "div", "aside", "h4"))
        return f"<{tag}{self._names('related')}>{self._also + ': ' if tag != 'h4' else ''}{link}</{tag}>"


_PARTS: Final[Sequence[Callable[[Text], str]]] = (
    *[Text._paragraph] * 4, *[Text._list] * 2, Text._whereas, Text._quote, Text._figure, Text._box, Text._label, Text._embedded,
    Text._notes,
)  # fmt: skip
