"""What the entries of a made list are written with: links, headings, dates, kinds, texts, each in one way on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.made.names import Names
from benchmarks.made.speech import Speech, marked

_FILES: Final = ("pdf", "docx", "xlsx", "odt")


@dataclass
class Entries:
    """What a design writes about: entries of one kind, with or without date, kind and text, each in one way.

    Attributes:
        speech, names: words and class names.
        count: of entries.
        level: of the entries' headings, such as 3.
    """

    speech: Speech
    names: Names
    count: int
    level: int

    def __post_init__(self) -> None:
        chance = self.speech.chance
        self.dated, self.kinded, self.told = (chance.random() < share for share in (0.6, 0.5, 0.45))
        self.leads, self.pictured, self.long = (chance.random() < share for share in (0.4, 0.3, 0.4))
        self._more = self.speech.label(3)
        self._size = chance.random() < 0.5
        self._hosted = chance.choice(("", "", "", "https://files.example.org"))
        self._at = chance.choice(("publications", "reports", "d", "node", "2024/05", "item"))

    def href(self, file: bool = False) -> str:
        chance = self.speech.chance
        slug = f"{self._hosted}/{self._at}/{chance.randrange(10**6)}"
        return f"{slug}.{chance.choice(_FILES)}" if file else slug + chance.choice(("", "/", ".html"))

    def link(self, text: str = "", file: bool = False, role: str = "title") -> str:
        return f'<a{self.names(role)} href="{self.href(file)}">{text or self.title()}</a>'

    def title(self) -> str:
        return marked(self.speech.title(2, 14 if self.long else 7))

    def heading(self, inner: str = "") -> str:
        return f"<h{self.level}{self.names('title')}>{inner or self.link()}</h{self.level}>"

    def date(self, tag: str = "span") -> str:
        if not self.dated:
            return ""
        return f"<{tag}{self.names('date')}>{marked(self.speech.date())}</{tag}>"

    def kind(self, tag: str = "span") -> str:
        if not self.kinded:
            return ""
        return f"<{tag}{self.names('kind')}>{marked(self.speech.chance.choice(self.speech.kinds))}</{tag}>"

    def text(self, tag: str = "p") -> str:
        if not self.told:
            return ""
        return f"<{tag}{self.names('text')}>{marked(self.speech.paragraph(2))}</{tag}>"

    def more(self) -> str:
        return f'<a{self.names("more")} href="{self.href()}">{self._more}</a>' if self.leads else ""

    def picture(self) -> str:
        return f'<img src="/i/{self.speech.chance.randrange(999)}.jpg" alt="">' if self.pictured else ""

    def file(self) -> str:
        size = (
            f" ({self.speech.chance.choice(('PDF', 'DOCX', 'XLSX'))}, {self.speech.chance.randint(1, 990)} kB)"
            if self._size
            else ""
        )
        return self.link(self.title() + marked(size), file=True)

    def each(self, write: Callable[[], str], around: str = "", role: str = "list") -> str:
        """All entries, inside an element if one is named."""
        inner = "\n".join(write() for _ in range(self.count))
        return f"<{around}{self.names(role)}>{inner}</{around}>" if around else inner

    def box(self, tag: str, *parts: str, role: str = "item") -> str:
        return f"<{tag}{self.names(role)}>{''.join(parts)}</{tag}>"
