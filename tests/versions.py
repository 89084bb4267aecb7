"""What the cleaner reads and what the judge says about a few made pages: digests by the version that made them (versions.toml).

    python tests/versions.py            record what today's versions make of the pages
    python tests/versions.py --show     print the outputs themselves, to be compared before and after a change

Recording adds the versions that are not in the file yet. It refuses to overwrite what is recorded of a version, unless
a library that has a say has another version than then.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from helpers import URL, answer, archive, day, html, read, reading, told
from hostile_pages import TEXT, nested
from languages import TEXTS
from pdfs import SENTENCES, report

from pagewitness.archive.derived import Reading
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.judge import JUDGE
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.clean import clean
from pagewitness.scraper.clean.cleaner_version import CLEANER, LIBRARIES, OPTIONAL, PDF_LIBRARY, PDF_READER

FILE: Final = Path(__file__).parent / "versions.toml"
PAGES: Final = Path(__file__).parent / "pages"
_RULES: Final = {"strip": ["aside"], "kinds": {"quote": ["p.cited"]}, "phrases": ["Read more*"]}


@dataclass(frozen=True)
class Versioned:
    """A part of the product whose outputs a version names.

    Attributes:
        name: of the version's constant.
        version: today's.
        module: where it is raised.
        libraries: those whose versions have a say, and the one that makes the pages.
        outputs: makes what it gives for each page, by the page's name.
    """

    name: str
    version: str
    module: str
    libraries: tuple[str, ...]
    outputs: Callable[[], dict[str, Any]]

    def installed(self) -> list[str]:
        """The libraries as they are installed, such as `lxml-6.1.3`."""
        return [f"{name}-{found}" for name in self.libraries if (found := _version(name))]

    def digests(self) -> dict[str, str]:
        """The digest of each output."""
        return {name: digest_of(output) for name, output in self.outputs().items()}


def digest_of(output: Any) -> str:
    """The digest of an output, short."""
    return hashlib.sha256(json.dumps(output, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


# --- the cleaner ------------------------------------------------------------------------------------------------------


def said(found: Reading) -> dict[str, Any]:
    """What a reading says about its page; how that was found out, and in which words, is left out."""
    return {
        "title": found.title,
        "language": found.language,
        "dates": [found.published, found.modified],
        "author": found.author,
        "credible": found.not_credible is None,
        "details": {name: value for name, value in found.details.items() if name != "found"},
        "blocks": [
            [one.kind, one.text, one.zone, one.links, one.document, one.page, one.language] for one in found.blocks
        ],
    }


def _in_language(language: str) -> bytes:
    title, *paragraphs = TEXTS[language]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><title>{title} | VSD</title><meta charset="utf-8">'
        f'<meta property="article:published_time" content="2024-03-07T10:00:00+02:00"></head><body>'
        f'<nav><ul><li><a href="/">Start</a></li><li><a href="/r">Reports</a></li></ul></nav><main><h1>{title}</h1>'
        f"{body}<table><tr><th>Area</th><th>2024</th></tr><tr><td>A</td><td>10<sup>6</sup></td></tr></table></main>"
        f"<footer><p>© VSD 2024</p></footer></body></html>"
    ).encode()


def _rich() -> bytes:
    return (
        '<!doctype html><html lang="en"><head><title>Ice report – Harbour Office</title>'
        '<link rel="canonical" href="https://office.example/ice"><link rel="alternate" hreflang="lt" href="/lt/ice">'
        '<script type="application/ld+json">{"@type":"Report","headline":"Ice report","datePublished":"2024-02-19",'
        '"dateModified":"2024-02-31","author":{"name":"Ona Onaitė"}}</script></head><body>'
        '<div class="cookie-banner" role="dialog"><p>We use cookies.</p><button>Accept all</button></div>'
        f'<article><h1>Ice report</h1><p>{SENTENCES[0]}</p><p class="cited">{SENTENCES[1]}</p>'
        f"<h2>Outlook</h2><ul><li>{SENTENCES[2]}</li><li>{SENTENCES[3]}</li></ul><p>{SENTENCES[4]} "
        '<a href="/ice.pdf">The whole report (PDF)</a></p><p>Read more in the archive of this office.</p>'
        "<figure><img src=x alt=y><figcaption>The northern harbour in February.</figcaption></figure></article>"
        '<aside><h3>Related</h3><a href="/a">Other reports</a></aside><button>Print</button></body></html>'
    ).encode()


def _html_outputs() -> dict[str, Any]:
    bodies: dict[str, tuple[bytes, str]] = {
        file.stem: (file.read_bytes(), "") for file in sorted([*PAGES.glob("*.html"), *PAGES.glob("*.plain")])
    }
    bodies |= {f"made-{language}": (_in_language(language), "") for language in TEXTS}
    bodies |= {
        "made-rich": (_rich(), ""),
        "made-rich-by-rules": (_rich(), json.dumps(_RULES)),
        "made-deep": (nested("div", 300, TEXT * 3).encode(), ""),
        "made-too-deep": (nested("div", 3_000, TEXT * 3).encode(), ""),
        "made-windows-1257": (
            _in_language("lt").decode().replace("utf-8", "windows-1257").encode("cp1257", "replace"),
            "",
        ),
        "made-mojibake": (_in_language("lt").decode().encode().decode("cp1252", "ignore").encode(), ""),
        "made-plain": ("\n\n".join(TEXTS["lt"]).encode(), ""),
        "made-short": (html("Ice", ["Nothing to report."]), ""),
    }
    outputs = {
        name: said(clean(body, None, "https://office.example/ice", rules)) for name, (body, rules) in bodies.items()
    }
    return outputs | {"members of made-held": _members(_held())}


def _held() -> bytes:
    """A page with lines that are members only by their place."""
    return html("Ice").replace(b"<h1>", b"<div class=label>Withdrawn</div><h1>").replace(
        b"</main>", b"<ul><li><a href=/a>North</a></li><li><a href=/b>South</a></li></ul><p>The end of it.</p><p>Draft</p></main>"
    )  # fmt: skip


def _members(body: bytes) -> list[str]:
    """The members of a page that was shown once."""
    found, pool = clean(body, None, "https://office.example/ice"), Pool()
    view = ReadingView(found.blocks, found.title)
    pool.add(view)
    return [view.blocks[at].text for at in Membership(pool).members(view)]


def _pdf_outputs() -> dict[str, Any]:
    rows = [["Area", "Risk"], *([f"Area {number}", SENTENCES[number % 8]] for number in range(30))]
    bodies = {
        "report": report(
            [
                ("h1", "Threat assessment 2024"), ("h2", "Summary"), *(("p", " ".join(SENTENCES[:4])) for _ in range(8)),
                ("h2", "Findings"), *(("li", sentence) for sentence in SENTENCES), ("row", rows, 1), ("p", SENTENCES[5]),
            ],
            header="National Cyber Security Centre", title="Threat assessment 2024", author="NCSC",
        ),
        "report in Times": report(
            [("h1", "Ice in the harbours"), *(("p", SENTENCES[number % 8] * 3) for number in range(20)), ("break",),
             ("h3", "Annex"), ("p", SENTENCES[7])],
            font="Times-Roman", size=11, header="Harbour Office",
        ),
    }  # fmt: skip
    return {
        name: said(replace(found, published=None, modified=None))  # when the test made it
        for name, body in bodies.items()
        for found in [clean(body, "application/pdf", "https://office.example/report.pdf")]
    }


# --- the judge --------------------------------------------------------------------------------------------------------

_COMMON: Final = [f"Paragraph {number} of the yearly assessment says what it said before." for number in range(6)]
_SHOWN: Final[dict[str, list[str]]] = {
    "a": ["# Threats", *_COMMON, "An attack is unlikely."],
    "b": ["# Threats", *_COMMON, "An attack is likely."],
    "order": ["# Threats", *_COMMON[::-1], "An attack is likely."],
    "quotes": ["# Threats", *_COMMON, "An attack is “likely”."],
    "more": ["# Threats", *_COMMON, "An attack is likely.", "Its target would be the energy sector."],
    "counter": ["# Threats", *_COMMON, "An attack is likely.", "1,024 views"],
    "other": [
        "# Weather",
        "Rain falls on the coast until noon; afterwards the sun returns, says nobody in particular.",
    ],
    "2024": ["# Threat assessment 2024", "In 2024 the services saw more of it.", *_COMMON[:3]],
    "2025": ["# Threat assessment 2025", "In 2025 the services saw less of it.", "All else is new here.", *_COMMON[3:]],
    "lost": ["# Threats"],
}
# The days on which a page is captured, and what it shows: `!` before it is not credible, `=` is a 304.
_HISTORIES: Final[dict[str, list[tuple[float, str]]]] = {
    "changes": [(0, "a"), (1, "a"), (2, "b"), (3, "quotes"), (4, "more"), (5, "="), (6, "counter"), (7, "b")],
    "returns": [(0, "a"), (1, "b"), (2, "a"), (3, "b"), (60, "a"), (61, "b")],
    "confirmed": [(0, "a"), (1, "other"), (2, "other"), (3, "other"), (4, "other")],
    "refuted": [(0, "a"), (1, "other"), (2, "other"), (3, "a"), (4, "b")],
    "not credible": [(0, "!a"), (1, "a"), (2, "!other"), (3, "a"), (4, "lost"), (5, "a")],
    "editions": [(0, "2024"), (30, "2025"), (60, "2025"), (90, "2024")],
    "order": [(0, "b"), (1, "order"), (2, "order"), (3, "b")],
    "304s": [(0, "="), (1, "a"), (2, "="), (3, "b"), (4, "=")],
}


def _judge_outputs() -> dict[str, Any]:
    found = {}
    for name, events in _HISTORIES.items():
        with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
            found[name] = _history(db, events)
    return found


def _history(db: Sqlite, events: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """Verdicts by day, and the revisions with what they say."""
    page = evidence.known_page(db, URL)
    for at, what in events:
        if what == "=":
            evidence.note(db, Visit(page, "run", day(at), Outcome.NOT_MODIFIED, status=304))
            continue
        text = _SHOWN[what.removeprefix("!")]
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{at} {what}"))
        assert capture is not None
        read(db, capture, reading(text, title=text[0][2:], not_credible="a wall" if what[0] == "!" else None))
    derivation.derive(db, page, "c1")
    found = told(db, page)
    return {
        "verdicts": [[at, verdict, revision] for at, _, _, verdict, _, revision in found["observations"]],
        "revisions": [[at, number, cause, texts] for _, _, at, number, cause, *_, texts in found["revisions"]],
    }


# --- the file ---------------------------------------------------------------------------------------------------------

VERSIONED: Final = (
    Versioned(
        "CLEANER", CLEANER, "scraper/clean/cleaner_version.py", (*LIBRARIES, "numpy", *OPTIONAL), _html_outputs
    ),
    Versioned(
        "PDF_READER", PDF_READER, "scraper/clean/cleaner_version.py", (PDF_LIBRARY, "py3langid", "reportlab"),
        _pdf_outputs,
    ),
    Versioned("JUDGE", JUDGE, "archive/fold/judge.py", (), _judge_outputs),
)  # fmt: skip


def recorded() -> dict[str, dict[str, Any]]:
    """What the file has: by name and version (`CLEANER 1`) the libraries, and the digests by page."""
    return tomllib.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def written(entries: Mapping[str, Mapping[str, Any]]) -> str:
    """The file of some entries."""
    lines = ["# Outputs of the cleaner and the judge by their versions. Written by: python tests/versions.py"]
    for name, entry in entries.items():
        key = json.dumps(name)
        lines += ["", f"[{key}]", f"libraries = {json.dumps(entry['libraries'])}", "", f"[{key}.outputs]"]
        lines += [f"{json.dumps(page)} = {json.dumps(digest)}" for page, digest in sorted(entry["outputs"].items())]
    return "\n".join(lines) + "\n"


def record() -> str:
    """Record today's versions; what was done, in a sentence. Raises SystemExit where a version has to be raised first."""
    entries = recorded()
    for part in VERSIONED:
        name = f"{part.name} {part.version}"
        entry = {"libraries": part.installed(), "outputs": part.digests()}
        known = entries.get(name)
        if known and known["libraries"] == entry["libraries"] and known["outputs"] != entry["outputs"]:
            raise SystemExit(f"{name} is recorded with other outputs: raise {part.name} ({part.module}) first.")
        entries[name] = entry
    FILE.write_text(written(entries), encoding="utf-8")
    return f"{FILE.name} has {', '.join(entries)}."


if __name__ == "__main__":
    if "--show" in sys.argv[1:]:
        print(json.dumps({one.name: one.outputs() for one in VERSIONED}, ensure_ascii=False, indent=1))
    else:
        print(record())
