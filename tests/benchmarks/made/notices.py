"""Short lines that are a part of a document: "Withdrawn", a level of advice, a name, in boxes of random tags and names.

The same boxes with links, forms or headings of their own are frames (`made/frames.py`): the box around a line says nothing by itself.
"""

from __future__ import annotations

from typing import Final

from benchmarks.made.names import Names
from benchmarks.made.speech import Speech, marked

_BOXES: Final = ("div", "div", "div", "section", "aside", "aside", "blockquote", "center")
_LINES: Final = ("p", "p", "div", "span")  # a heading that heads nothing is rarely one
_ACCENTS: Final = ("", "", "", "strong", "b", "span", "mark", "small", "i")
_ROLES: Final = ("", ' role="status"', ' role="note"', ' role="alert"', "", "", "", "")


class Notices:
    """The notices of a page.

    Args:
        speech, names: words and class names.
    """

    def __init__(self, speech: Speech, names: Names) -> None:
        self._speech, self._names = speech, names
        self._chance = speech.chance

    def said(self) -> str:
        """The words of a notice, marked: one or two, a label with its value, a name, a few words, or a sentence."""
        speech = self._speech
        way = self._chance.randrange(8)
        if way < 3:
            return marked(speech.label(3))
        if way == 3:
            return marked(f"{speech.label(2)}: {speech.words(1)}")
        if way == 4:
            return marked(speech.person())
        return marked(speech.title(3, 8) if way < 7 else speech.sentence(4, 12))

    def line(self) -> str:
        """A notice in a line of its own, in up to three boxes."""
        chance = self._chance
        accent, tag = chance.choice(_ACCENTS), chance.choice(_LINES)
        inner = f"<{accent}>{self.said()}</{accent}>" if accent else self.said()
        boxes = chance.choice((0, 1, 1, 1, 2, 2))
        if boxes and tag == "span":
            inner = f"<span{self._names('badge')}>{inner}</span>"
        elif boxes and chance.random() < 0.2:
            inner = self.said()  # the box is all there is
        else:
            tag = "div" if tag == "span" else tag
            inner = f"<{tag}{self._names('badge')}>{inner}</{tag}>"
        for _ in range(boxes):
            box = chance.choice(_BOXES)
            inner = f"<{box}{self._names('notice')}{chance.choice(_ROLES)}>{inner}</{box}>"
        return inner

    def lines(self) -> str:
        """A box of two or three short lines, or a notice with its explanation."""
        box = self._chance.choice(_BOXES)
        if self._chance.random() < 0.5:
            inner = "".join(f"<p>{self.said()}</p>" for _ in range(self._chance.randint(2, 3)))
        else:
            tag = self._chance.choice(("h2", "h3", "p", "strong"))
            inner = f"<{tag}>{self.said()}</{tag}><p>{marked(self._speech.sentence())}</p>"
        return f"<{box}{self._names('notice')}>{inner}</{box}>"

    def any(self) -> str:
        """A notice of one line or more."""
        return self.line() if self._chance.random() < 0.8 else self.lines()

    def titled(self, heading: str) -> str:
        """The title of a page with a notice before it, behind it, or beside it in a box; or with none.

        Args:
            heading: the `h1` in HTML.
        """
        way = self._chance.random()
        if way < 0.12:
            return self.line() + heading
        if way < 0.24:
            return heading + self.any()
        if way < 0.32:
            tag = self._chance.choice(("p", "div"))
            parts = [heading, f"<{tag}{self._names('badge')}>{self.said()}</{tag}>"]
            self._chance.shuffle(parts)
            box = self._chance.choice(("div", "header", "section"))
            return f"<{box}{self._names('meta')}>{''.join(parts)}</{box}>"
        return heading
