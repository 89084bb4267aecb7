"""How many pages are decoded rightly: each text of `tests/languages.py` in every encoding that can hold it.

    python tests/benchmarks/encodings.py

With the right declaration, with none, and with each of some wrong ones; in the header and in the page, with and without
`lang`; and what the detectors alone (charset-normalizer, and faust-cchardet where it is installed) make of the bytes.
Last, what decoding costs a page of plain UTF-8.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from languages import ENCODINGS, TEXTS, WRONG, holds, page

from pagewitness.scraper.clean.encoding.decode import decode


def tried() -> Iterator[tuple[str, str, str, bytes, str, str]]:
    """Of each try: how it is declared, language, encoding, body, header, and the text that should come out."""
    for language in TEXTS:
        for label, codec in ENCODINGS.items():
            for declared in dict.fromkeys((label, None, *WRONG)):
                how = "right" if declared == label else "missing" if declared is None else "wrong"
                for lang in (False, True):
                    for plain in (False, True):
                        for inside in (False, True) if declared else (False,):
                            text = page(language, declared if inside else None, lang, plain)
                            header = f"text/html; charset={declared}" if declared and not inside else "text/html"
                            if holds(codec, text):
                                yield how, language, label, text.encode(codec), header, text


def by_detector(name: str, detect: Callable[[bytes], str | None]) -> None:
    right = total = 0
    began = time.process_time()
    for how, _, _, body, _, text in tried():
        if how == "missing":
            total += 1
            try:
                right += body.decode(detect(body) or "ascii") == text
            except (UnicodeError, LookupError):
                continue
    print(f"{name:34}{right:6} of {total}, {1000 * (time.process_time() - began) / total:.2f} ms a page")


def main() -> int:
    right, total, wrong = Counter[str](), Counter[str](), Counter[str]()
    began = time.process_time()
    for how, language, label, body, header, text in tried():
        total[how] += 1
        if decode(body, header)[0] == text:
            right[how] += 1
        else:
            wrong[f"{language} in {label}, declared {header.partition('=')[2] or 'in the page'}"] += 1
    spent = 1000 * (time.process_time() - began) / total.total()
    print(f"{len(TEXTS)} languages, {len(ENCODINGS)} encodings, {spent:.2f} ms a page")
    for how in ("right", "missing", "wrong"):
        print(f"  declaration {how:20}{right[how]:6} of {total[how]}")
    for name, count in wrong.most_common(10):
        print(f"    not: {name} ({count})")
    from charset_normalizer import from_bytes

    by_detector("charset-normalizer, no declaration", lambda body: (best := from_bytes(body).best()) and best.encoding)
    try:
        import cchardet
    except ImportError:
        print("faust-cchardet is not installed (pip install 'pagewitness[fast]')")
    else:
        by_detector("faust-cchardet, no declaration", lambda body: cchardet.detect(body)["encoding"])
    body = (page("lt") * 200).encode()
    began = time.process_time()
    for _ in range(200):
        decode(body, "text/html; charset=utf-8")
    print(f"plain UTF-8 of {len(body) // 1000} kB: {5 * (time.process_time() - began):.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
