"""The settings of the browser that shows pages which need scripts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Browsing:
    """Which browser, and what one page may take; times in seconds. `defaults.toml` says what each is for."""

    path: str
    settle: float
    deadline: float
    megabytes: int
    requests: int
    max_bytes: int
    height: int
