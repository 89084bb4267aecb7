"""Words that the end of a line cut, whole again; compounds keep their hyphen."""

from __future__ import annotations

from pagewitness.scraper.clean.pdf.glyphs import HYPHEN


def unhyphenated(first: str, second: str, known: frozenset[str]) -> str:
    """Two lines of a paragraph as one text, without the hyphen that the line's end put into a word.

    Args:
        known: the words of the document that stand inside lines, in small letters.
    """
    soft = first.endswith((HYPHEN, "\u00ad"))
    if not soft and not (first.endswith(("-", "‐")) and len(first) > 1 and first[-2].isalpha()):
        return f"{first} {second}"
    head, tail = first[:-1], second.split(" ", 1)[0]
    before = _letters(head.rsplit(" ", 1)[-1], last=True)
    after = _letters(tail, last=False)
    if not before or not after:
        return head + ("-" if not after else "") + second if before else f"{head}- {second}"
    together, apart = (before + after).lower(), f"{before}-{after}".lower()
    compound = not after[0].islower() or before.isupper() or "-" in head.rsplit(" ", 1)[-1]
    compound = compound or {before.lower(), after.lower()} <= known  # "data-driven" has two words, "assess-ments" one
    keeps = apart in known or (together not in known and compound)
    return f"{head}{'-' if keeps else ''}{second}"


def _letters(word: str, last: bool) -> str:
    """The letters at the end, or at the beginning, of a word."""
    kept = []
    for letter in reversed(word) if last else word:
        if not letter.isalpha():
            break
        kept.append(letter)
    return "".join(reversed(kept) if last else kept)
