"""A folder of pages with known truth, scored by its own `evaluate.py`s: both tables, and what leaks."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

REAL = ("segments", "articles", "terms", "all_types")  # of extraction: F1
REAL_LEAKS = ("consent", "controls", "genuine")  # of extraction: so many of so many
CHROME = ("whole", "blocks", "consent", "controls", "menus", "title", "genuine")  # of chrome: shares
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


def score(folder: Path, texts: Mapping[str, str]) -> dict[str, Any]:
    """Both tables.

    Args:
        texts: of each page by its id; a page without one has none.

    Returns:
        the extraction's figures by name, the chrome's as `chrome NAME`, and `leaking`: (page, text) of both.
    """
    real, chrome = rows(folder, "extraction"), rows(folder, "chrome")
    whole = {row["id"]: texts.get(row["id"], "") for row in (*real, *chrome)}
    leaks = json.loads((folder / "extraction/dev/leaks.json").read_text("utf-8"))
    found: dict[str, Any] = scorer(folder, "extraction").score(real, leaks, whole)
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


def show(scores: Mapping[str, Mapping[str, Any]]) -> None:
    """Print some scores side by side, a figure a line."""
    width = max(12, *map(len, scores)) + 2
    print(" " * 18 + "".join(f"{name:>{width}}" for name in scores))
    for name in (*REAL, *REAL_LEAKS, "genuine_share", *(f"chrome {name}" for name in CHROME)):
        cells = [one[name] for one in scores.values()]
        print(f"{name:18}" + "".join(f"{cell if isinstance(cell, str) else f'{cell:.4f}':>{width}}" for cell in cells))
