"""How well dates and authors are found: on pages whose linked data says them, which is hidden first.

    python tests/benchmarks/metadata.py FOLDER [--meta] [--count 0] [--worst 10]

FOLDER holds pages (`*.html.gz` or `*.html`, at any depth) and maybe, in it or above, an `index.jsonl` with {id, url}.
`--meta` hides the meta elements too. Printed are, for datePublished, dateModified and author: right, wrong and nothing
found, for us by where it was found, and for `trafilatura.extract_metadata` on the same bytes; then the worst pages.
Dates are right when the day is (in the zone written, or in UTC); authors when one's names are all among the other's.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pagewitness.archive.text.words import folded_tokens
from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.encoding.decode import decode

_SCRIPT = re.compile(rb"<script[^>]*ld\+json[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_META = re.compile(rb"<meta\b[^>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"charset", re.IGNORECASE)
_ARTICLE = re.compile(r"Article|Posting|Report$|Recipe|WebPage|CreativeWork|Review$")
KINDS = {"published": "datePublished", "modified": "dateModified", "author": "author"}


def truth(body: bytes) -> dict[str, str]:
    """What a page's linked data says, of its first article."""
    entries: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for script in _SCRIPT.findall(body):
        try:
            _gather(json.loads(script.decode("utf-8", "replace"), strict=False), entries, names)
        except ValueError:
            continue
    entries.sort(key=lambda one: "WebPage" in str(one.get("@type")))  # an article's author is not its site's
    found: dict[str, str] = {}
    for kind, key in KINDS.items():
        for entry in entries:
            value = _name(entry.get(key), names) if kind == "author" else entry.get(key)
            if isinstance(value, str) and value.strip():
                found.setdefault(kind, value.strip())
    return found


def _gather(value: Any, entries: list[dict[str, Any]], names: dict[str, str]) -> None:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            if isinstance(one.get("@id"), str) and isinstance(one.get("name"), str):
                names[one["@id"]] = one["name"]
            if _ARTICLE.search(str(one.get("@type"))):
                entries.append(one)
            _gather(one.get("@graph", []), entries, names)


def _name(value: Any, names: dict[str, str]) -> str | None:
    if isinstance(value, list):
        return ", ".join(filter(None, (_name(one, names) for one in value)))
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")))
    return value if isinstance(value, str) and not value.startswith("http") else None


def hidden(body: bytes, meta: bool) -> bytes:
    """A page without its linked data, and without its meta elements where that is wanted."""
    body = _SCRIPT.sub(b"", body)
    return _META.sub(lambda found: found[0] if _CHARSET.search(found[0]) else b"", body) if meta else body


def is_right(kind: str, found: str, wanted: str) -> bool:
    """Whether what was found is what the linked data says."""
    if kind != "author":
        return bool(_days(found) & _days(wanted))
    ours, theirs = set(folded_tokens(found)), set(folded_tokens(wanted))
    return bool(ours) and bool(theirs) and (ours <= theirs or theirs <= ours)


def _days(date: str) -> set[str]:
    """The day as it is written, and in UTC."""
    days = {date[:10]}
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return days
    return days | ({moment.astimezone(UTC).isoformat()[:10]} if moment.tzinfo else set())


def pages(folder: Path) -> Iterator[tuple[str, str | None, bytes]]:
    """The pages of a folder: name, address or None, body."""
    index = next((file for near in (folder, folder.parent) if (file := near / "index.jsonl").exists()), None)
    rows = map(json.loads, index.read_text("utf-8").splitlines()) if index else iter(())
    urls = {row["id"]: row.get("url") for row in rows}
    for file in sorted((*folder.rglob("*.html.gz"), *folder.rglob("*.html"))):
        body = file.read_bytes()
        name = file.name.split(".html")[0]
        yield name, urls.get(name), gzip.decompress(body) if file.suffix == ".gz" else body


def theirs(body: bytes, url: str | None) -> dict[str, str | None]:
    """What trafilatura finds."""
    from trafilatura import extract_metadata

    found = extract_metadata(decode(body, None)[0], default_url=url)
    return {"published": found.date, "author": found.author} if found else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--meta", action="store_true", help="hide meta elements too")
    parser.add_argument("--count", type=int, default=0, help="so many pages; 0 for all")
    parser.add_argument("--worst", type=int, default=10)
    args = parser.parse_args()
    ours: dict[str, Counter[str]] = defaultdict(Counter)
    other: dict[str, Counter[str]] = defaultdict(Counter)
    methods: dict[str, Counter[str]] = defaultdict(Counter)
    worst: list[tuple[int, str]] = []
    found_by_htmldate: Counter[str] = Counter()
    for at, (name, url, body) in enumerate((one for one in pages(args.folder) if truth(one[2])), 1):
        if args.count and at > args.count:
            break
        wanted, without = truth(body), hidden(body, args.meta)
        reading, their = clean(without, None, url), theirs(without, url)
        told: list[str] = []
        if "published" in wanted and not reading.published:
            from htmldate import find_date

            one = find_date(decode(without, None)[0], extensive_search=False, original_date=True, url=url)
            found_by_htmldate[
                "right" if one and is_right("published", one, wanted["published"]) else "wrong" if one else "nothing"
            ] += 1
        for kind, value in wanted.items():
            found = getattr(reading, kind)
            verdict = "nothing" if not found else "right" if is_right(kind, found, value) else "wrong"
            ours[kind][verdict] += 1
            if found:
                methods[f"{kind}: {reading.details['found'][kind]}"][verdict] += 1
            if kind != "modified":
                one = their.get(kind)
                other[kind]["nothing" if not one else "right" if is_right(kind, one, value) else "wrong"] += 1
            if verdict != "right":
                told.append(f"{kind} {found!r} [{reading.details.get('found', {}).get(kind)}] for {value!r}")
        worst.append((-sum(2 if "None" not in one[:16] else 1 for one in told), f"{name}: {'; '.join(told)}"))
    for title, table in (
        ("pagewitness", ours),
        ("trafilatura", other),
        ("pagewitness, by where it was found", methods),
    ):
        print(f"{title:42}{'right':>8}{'wrong':>8}{'nothing':>8}{'of':>8}")
        for kind, row in sorted(table.items()):
            print(
                f"  {kind:40}" + "".join(f"{row[one]:8}" for one in ("right", "wrong", "nothing")) + f"{row.total():8}"
            )
    print(f"htmldate where we find no date of publication: {dict(found_by_htmldate)}")
    for _, line in sorted(worst)[: args.worst]:
        print(f"  worst {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
