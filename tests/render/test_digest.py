"""What a digest says beside the changes of texts: entries of listings, reports, and episodes, each under its heading."""

from __future__ import annotations

from pagewitness.archive.diff.listed import ListedChange, ListedEntry, SamePage
from pagewitness.archive.render import digest
from pagewitness.archive.render.digest import Digest
from pagewitness.archive.render.terminal import Look

AT, BEFORE = "2026-05-15T06:00:00.000000Z", "2026-05-14T06:00:00.000000Z"


def entry(cause: str, said: str = "", entries: tuple[ListedEntry, ...] = ()) -> ListedChange:
    page = SamePage(f"https://a.example/{cause}", cause.title(), "agency", None, None, AT, BEFORE)
    return ListedChange(cause, (page,), line=(("=", said),), entries=entries)


NEW = ListedEntry("new", "https://a.example/2026.pdf", "Report 2026")
LISTED = [
    entry("failing", "no answer after 30 s"),
    entry("answering", "it failed for 3 days, since 2026-05-12 06:00 (4 visits)"),
    entry("vanished", "HTTP status 404; no longer linked on https://a.example/list"),
    entry("listed", "1 new: “Report 2026”", (NEW,)),
    entry("overdue", "agency, Report: expected in March 2026, not seen by 15 May 2026"),
]
MADE = Digest(BEFORE, AT, LISTED, (), 9, 3)


def test_each_kind_of_event_has_its_heading_and_is_counted() -> None:
    assert [(heading, [one.cause for one in some]) for heading, some in MADE.sections] == [
        ("Entries of listings", ["listed"]),
        ("Overdue reports", ["overdue"]),
        ("Removed, moved, blocked or failing, and back", ["failing", "answering", "vanished"]),
    ]
    assert MADE.summary().startswith(
        "1 new entry of listings, 1 removed, 1 failing, 1 back, 1 overdue. 9 visits to 3 pages"
    )


def test_every_form_names_the_new_entry_and_the_overdue_report() -> None:
    forms = [
        "\n".join(digest.digest_lines(MADE, Look(80, False))),
        digest.digest_as_markdown(MADE),
        digest.digest_as_html(MADE),
    ]
    for made in forms:
        flat = " ".join(made.split())
        assert "Report 2026" in flat
        assert "expected in March 2026, not seen by 15 May 2026" in flat
    assert max(map(len, forms[0].splitlines())) <= 80
    made_json = MADE.as_json()
    assert [one["cause"] for key in ("entries", "reports") for one in made_json[key]] == ["listed", "overdue"]
