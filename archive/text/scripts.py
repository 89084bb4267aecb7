"""Scripts without blanks between words, as ranges of letters for regular expressions (pure).

Letters, marks and digits, no punctuation. Hangul has blanks, but particles are attached to its words, so the index of words
cuts it like the others, while a diff uses its words as written.
"""

from __future__ import annotations

from typing import Final

THAI: Final = "\u0e01-\u0e3a\u0e40-\u0e4e"
LAO: Final = "\u0e81-\u0ece\u0eda-\u0edf"
BURMESE: Final = "\u1000-\u103f\u1050-\u109f"
KHMER: Final = "\u1780-\u17d3"
THEIR_DIGITS: Final = "\u0e50-\u0e59\u0ed0-\u0ed9\u1040-\u1049\u17e0-\u17e9"
BOPOMOFO: Final = "\u3105-\u312f"
HANGUL: Final = "\u1100-\u11ff\u3130-\u318e\ua960-\ua97f\uac00-\ud7ff"
KANA_AND_HAN: Final = (
    "\u3005-\u3007\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
HALF_WIDTH_KANA: Final = "\uff66-\uff9d"  # the index never sees them: `index_words.widths`

INDIC: Final = f"{THAI}{LAO}{BURMESE}{KHMER}"  # their vowels are often marks: four characters make a word
_COMMON: Final = f"{INDIC}{THEIR_DIGITS}{BOPOMOFO}{KANA_AND_HAN}"
UNSPACED: Final = f"{_COMMON}{HANGUL}"  # what the index of words cuts into pairs of letters
AS_LETTERS: Final = f"{_COMMON}{HALF_WIDTH_KANA}"  # what a diff compares letter by letter
