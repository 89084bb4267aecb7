"""Records of three pages: one of HTML, one of PDF, and one that was first the one and then the other."""

from __future__ import annotations

from typing import Any

from helpers import html
from pdfs import SENTENCES, report

PAGE, FILE, BOTH = (f"https://{name}.example/assessment" for name in ("page", "file", "both"))
TEXT = report([("h1", "Assessment"), ("p", " ".join(SENTENCES[:4]))])
LONGER = report([("h1", "Assessment"), ("p", " ".join(SENTENCES[:4])), ("p", SENTENCES[5])])


def record(url: str, at: int, body: bytes) -> dict[str, Any]:
    kind = "application/pdf" if body.startswith(b"%PDF") else "text/html"
    return {"url": url, "at": f"2024-01-{at + 1:02}T00:00:00Z", "body": body, "headers": [("Content-Type", kind)]}


RECORDS = [
    record(PAGE, 0, html("Assessment", SENTENCES[:4])),
    record(PAGE, 1, html("Assessment", SENTENCES[:5])),
    record(FILE, 0, TEXT),
    record(FILE, 1, LONGER),
    record(BOTH, 0, html("Assessment", SENTENCES[:4])),
    record(BOTH, 1, LONGER),
    record(BOTH, 2, html("Assessment", [*SENTENCES[:4], *SENTENCES[5:7]])),
]
