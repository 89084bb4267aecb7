"""A folder of pages with known truth, scored by its own `evaluate.py`s: both tables, and what leaks."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.labels import Page, body_of

from pagewitness.archive.derived import VisibleBlock

REAL = ("segments", "articles", "terms", "all_types")  # of extraction: F1
REAL_LEAKS = ("consent", "controls", "genuine")  # of extraction: so many of so many
WHOLE = ("whole", "holes")  # of extraction: so many of so many
CHROME = ("whole", "blocks", "consent", "controls", "menus", "title", "genuine")  # of chrome: shares
SURE = 0.9  # share of a made block's words from which it is the document
Row = dict[str, Any]


@cache
def scorer(folder: Path, part: str) -> Any:
    """The scorer of a part, `extraction` or `chrome`, by its path."""
    spec = importlib.util.spec_from_file_location(f"{part}_evaluate", folder / part / "evaluate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def rows(folder: Path, part: str) -> list[Row]:
    """The lines of a part's index."""
    return [json.loads(line) for line in (folder / part / "dev/index.jsonl").read_text("utf-8").splitlines()]


@cache
def _neutral(folder: Path) -> dict[str, Any]:
    """What counts neither way in news articles: titles, standfirsts and captions, by page."""
    news = [row for row in rows(folder, "extraction") if row["source"] == "scrapinghub"]
    return {row["id"]: scorer(folder, "extraction").neutral_texts(body_of(folder, "extraction", row)) for row in news}


def score(folder: Path, texts: Mapping[str, str], only: Collection[str] = ()) -> dict[str, Any]:
    """Both tables.

    Args:
        texts: of each page by its id; a page without one has none.
        only: the pages of the chrome's table; empty for all.

    Returns:
        the extraction's figures by name, the chrome's as `chrome NAME`, and `leaking`: (page, text) of both.
    """
    real = rows(folder, "extraction")
    chrome = [row for row in rows(folder, "chrome") if not only or row["id"] in only]
    whole = {row["id"]: texts.get(row["id"], "") for row in (*real, *chrome)}
    leaks = json.loads((folder / "extraction/dev/leaks.json").read_text("utf-8"))
    found: dict[str, Any] = scorer(folder, "extraction").score(real, leaks, whole, _neutral(folder))
    judge = scorer(folder, "chrome")
    verdicts = {row["id"]: judge.judge(row, whole[row["id"]]) for row in chrome}
    total = judge.total(chrome, verdicts)
    found |= {f"chrome {name}": total[name] for name in CHROME}
    found["leaking"] = [*found["leaking"], *_leaking(verdicts)]
    return found


def _leaking(verdicts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (page, f"{kind}: {one[:80]}")
        for page, verdict in verdicts.items()
        for kind, texts in sorted(verdict["leaks"].items())
        for one in texts[:1]
    ]


def made_scores(pages: Sequence[Page], blocks: Mapping[str, Sequence[VisibleBlock]]) -> dict[str, str]:
    """Of made pages how many have every block of their document, and how many have a block of the frame.

    Args:
        pages: of any kind.
        blocks: of each page by its id, as decided.
    """
    found: dict[str, str] = {}
    for kind in ("list", "text"):
        own = [page for page in pages if page.part == "made" and page.row["kind"] == kind]
        whole = leaking = kept = total = 0
        for page in own:
            shown = blocks[page.row["id"]][-len(page.labels) :]
            have = [
                block.document or block.by == "title: twin"
                for block, label in zip(shown, page.labels, strict=True)
                if label > SURE
            ]
            whole, kept, total = whole + all(have), kept + sum(have), total + len(have)
            leaking += any(block.document and label < 1 - SURE for block, label in zip(shown, page.labels, strict=True))
        found[kind] = f"{len(own)}, whole {whole}, leaking {leaking}, blocks kept {kept / max(1, total):.4f}"
    return found


def show(scores: Mapping[str, Mapping[str, Any]]) -> None:
    """Print some scores side by side, a figure a line."""
    width = max(12, *map(len, scores)) + 2
    print(" " * 18 + "".join(f"{name:>{width}}" for name in scores))
    for name in (*REAL, *WHOLE, *REAL_LEAKS, "genuine_share", *(f"chrome {name}" for name in CHROME)):
        cells = [one[name] for one in scores.values()]
        print(f"{name:18}" + "".join(f"{cell if isinstance(cell, str) else f'{cell:.4f}':>{width}}" for cell in cells))
