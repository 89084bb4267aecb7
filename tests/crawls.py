"""What the tests of importing and recleaning share: pages of a crawl, as records of WARC."""

from typing import Any

ONE, TWO = "https://one.example/assessment", "https://two.example/report"


def record(url: str, at: int, body: bytes = b"", **more: Any) -> dict[str, Any]:
    """A record dated so many days after the beginning of 2024, for `helpers.warc`."""
    return {"url": url, "at": f"2024-01-{at + 1:02}T00:00:00Z", "body": body, "id": f"<urn:{url}:{at}>"} | more
