"""Words to write pages with: of a language that doesn't exist, or of a real text, so that only the shape of a page can be learned.

Each word of the document carries a mark, by which its blocks are known once the page has been read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

MARK: Final = "ꙮ"  # a letter that occurs in one manuscript of 1429, and on no page
_WORD: Final = re.compile(r"\S+")
_VOWELS: Final = {"latin": "aeiouyäöé", "cyrillic": "аеиоуяюы", "greek": "αειουω", "hebrew": "אויה", "arabic": "اويه"}
_CONSONANTS: Final = {
    "latin": "bcdfghjklmnprstvzšž", "cyrillic": "бвгджзклмнпрстхчш", "greek": "βγδζθκλμνξπρστφχ",
    "hebrew": "בגדזחטכלמנסעפצקרשת", "arabic": "بتثجحدرزسشصضطعغفقكلمن",
}  # fmt: skip
_SCRIPTS: Final = ("latin", "latin", "latin", "latin", "cyrillic", "greek", "hebrew", "arabic")


class Speech:
    """Texts of one language.

    Args:
        chance: makes all choices.
        sample: real words to take, in their order; empty for a made language.
    """

    def __init__(self, chance: random.Random, sample: Sequence[str] = ()) -> None:
        self.chance = chance
        self._sample = list(sample)
        self.script = chance.choice(_SCRIPTS)
        self._capitals = chance.random() < 0.3  # "Annual Report on Ports", as titles in English are written
        syllables = [self._syllable() for _ in range(40)]
        self._made = ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 4)))) for _ in range(300)]
        self._small = ["".join(chance.choices(syllables, k=1)) for _ in range(12)]
        self._months = ["".join(chance.choices(syllables, k=chance.choice((2, 3)))) for _ in range(12)]
        self._dated = chance.randrange(7)
        self.kinds = [self.label() for _ in range(4)]  # "Report", "Guidance"

    def _syllable(self) -> str:
        vowels, consonants = _VOWELS[self.script], _CONSONANTS[self.script]
        return self.chance.choice(consonants) + self.chance.choice(vowels) + self.chance.choice([*consonants, "", ""])

    def words(self, count: int) -> str:
        """So many words, in lower case as far as they are made."""
        if self._sample and len(self._sample) > count + 10:
            start = self.chance.randrange(len(self._sample) - count)
            return " ".join(self._sample[start : start + count])
        pick = self.chance.random
        return " ".join(self.chance.choice(self._small if pick() < 0.35 else self._made) for _ in range(count))

    def title(self, least: int = 2, most: int = 9) -> str:
        """The name of a document or page."""
        words = self.words(self.chance.randint(least, most)).strip(" ,;.:")
        words = words.title() if self._capitals else words[:1].upper() + words[1:]
        return words if self.chance.random() < 0.7 else f"{words} {self.year()}"

    def label(self, most: int = 2) -> str:
        """A few words, as of a button or a menu."""
        words = self.words(self.chance.randint(1, most)).strip(" ,;.:")
        return words[:1].upper() + words[1:]

    def sentence(self, least: int = 8, most: int = 26) -> str:
        """A sentence."""
        words = self.words(self.chance.randint(least, most)).strip(" ,;.:").split(" ")
        if self.chance.random() < 0.5 and len(words) > 9:
            words[self.chance.randrange(3, len(words) - 3)] += ","
        text = " ".join(words)
        return text[:1].upper() + text[1:] + self.chance.choice("......?!")

    def paragraph(self, most: int = 5) -> str:
        """A few sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(1, most)))

    def person(self) -> str:
        """A name."""
        return " ".join(word.strip(" ,;.:").title() for word in self.words(self.chance.choice((2, 2, 3))).split())

    def year(self) -> str:
        return str(self.chance.randint(1998, 2026))

    def date(self) -> str:
        """A date, always written in one way."""
        day, month, year = self.chance.randint(1, 28), self.chance.randint(1, 12), self.year()
        name = self._months[month - 1]
        return (
            f"{day} {name.title()} {year}", f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}", f"{day:02}/{month:02}/{year}",
            f"{name.title()} {day}, {year}", f"{day}. {name} {year}", f"{year}. {name} {day}.",
        )[self._dated]  # fmt: skip


def marked(text: str) -> str:
    """A text of the document: each word with a mark."""
    return _WORD.sub(lambda found: found[0] + MARK, text)


def share_marked(text: str) -> float:
    """The share of a block's words that are the document, 0 to 1."""
    words = _WORD.findall(text)
    able = [word for word in words if any(map(str.isalnum, word))]
    return sum(MARK in word for word in able) / len(able) if able else float(MARK in text)


def unmarked(text: str) -> str:
    return text.replace(MARK, "")
