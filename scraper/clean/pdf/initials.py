"""Join large initials (drop caps) with the words that they begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Word

_LARGER: Final = 1.6  # smallest size of an initial, as a multiple of its text's
_LONGEST: Final = 4  # letters, with a quotation mark and an apostrophe: “L’
_QUOTES: Final = "\"'“”„‘’‚«»‹›¿¡(["
_NEAR: Final = 1.3  # font sizes of the text between an initial and its word, at most
_TOUCHES: Final = 0.4  # the same for an initial on the line of its text
_SAME_BASE: Final = 0.3  # font sizes by which the bases of one line may differ
_BLANK: Final = 0.16  # font sizes; a first line that begins so much further right begins with another word


def with_initials(words: list[Word]) -> list[Word]:
    """Words with each large initial joined to the word that it begins.

    An initial is a letter much larger than the words at its right: beside the first letters of two lines or more, or on
    the base of one. A letter that numbers something is followed by a word with a capital.
    """
    largest = [at for at, word in enumerate(words) if _may_be_initial(word)]
    if not largest:
        return words
    page = _Page(words)
    joined = dict[int, Word]()
    out = set[int]()
    for at in largest:
        for second, word in page.first_words(words[at]):
            if second not in joined and second not in out and at not in out:
                joined[second] = word
                out.add(at)
    return [joined.get(at, word) for at, word in enumerate(words) if at not in out]


def _may_be_initial(word: Word) -> bool:
    if len(word.text) > _LONGEST or word.style.angle or word.style.size < 12:
        return False
    letters = word.text.strip(_QUOTES)
    return 1 <= len(letters) <= 3 and letters[0].isalpha() and not letters[0].islower()


class _Page:
    """The words of a page, with those that begin a line."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words

    @cached_property
    def _spoken(self) -> Counter[str]:
        return Counter(word.text.strip(_QUOTES + ".,;:!?)").lower() for word in self._words)

    def first_words(self, initial: Word) -> Iterator[tuple[int, Word]]:
        """The word that an initial begins, with its number, if there is one."""
        beside = [at for at, word in enumerate(self._words) if self._is_beside(initial, word)]
        firsts = [at for at in beside if not self._has_word_before(self._words[at], initial)]
        if not firsts:
            return
        first = min(firsts, key=lambda at: self._words[at].base)
        word = self._words[first]
        level = abs(word.base - initial.base) <= _SAME_BASE * word.style.size
        if level and word.left - initial.right > _TOUCHES * word.style.size:
            return
        others = [self._words[at] for at in firsts if self._words[at].base > word.base + 1]
        if not (level or others) or (word.text[:1].isupper() and word.text[1:2].islower()):
            return
        apart = self._is_apart(initial, word, others)
        yield (
            first,
            word._replace(
                text=f"{initial.text} {word.text}" if apart else initial.text + word.text,
                left=initial.left,
                glued=False,
            ),
        )

    def _is_beside(self, initial: Word, word: Word) -> bool:
        size = word.style.size
        return (
            not word.style.angle
            and size * _LARGER <= initial.style.size
            and -0.15 * initial.style.size <= word.left - initial.right <= _NEAR * size
            and initial.base - initial.style.size < word.base <= initial.base + _SAME_BASE * size
        )

    def _has_word_before(self, word: Word, initial: Word) -> bool:
        return any(
            other is not word
            and other is not initial
            and other.style.size < initial.style.size / _LARGER
            and abs(other.base - word.base) <= _SAME_BASE * word.style.size
            and -2 * word.style.size < other.right - word.left < 1
            and other.left < word.left
            for other in self._words
        )

    def _is_apart(self, initial: Word, word: Word, others: Sequence[Word]) -> bool:
        """Whether an initial is a word of its own: "A year ago", by the gap behind it or by the page's other words."""
        if others and min(word.left - other.left for other in others) > _BLANK * word.style.size:
            return True
        letter, rest = initial.text.strip(_QUOTES).lower(), word.text.strip(".,;:!?()").lower()
        spoken = self._spoken
        return spoken[letter] > 1 and spoken[rest] > 1 and not spoken[letter + rest]
