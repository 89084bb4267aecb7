"""The title and the headings of a PDF: as its pages show them, or as its bookmarks and structure tags do."""

from __future__ import annotations

import pytest
from pdfs import SENTENCES, column, drawn, made, report, stream_of
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean


def read(body: bytes, url: str | None = None) -> Reading:
    return clean(body, "application/pdf", url)


def plain(title: str) -> bytes:
    """A page in one type, and the file's own title."""

    def page(canvas: Canvas) -> None:
        canvas.setTitle(title)
        column(canvas, 60, 760, ["Review of the year"])
        column(canvas, 60, 730, SENTENCES[:3])

    return drawn(page)


@pytest.mark.parametrize(
    "made_up",
    ["", "untitled", "(anonymous)", "Microsoft Word - draft3.docx", "Présentation PowerPoint", "assessment_final-v2", "report.indd",
     "Document1", "C:\\Users\\me\\report", "Unbenannt"],
)  # fmt: skip
def test_a_title_that_a_program_made_up_is_none(made_up: str) -> None:
    """Then the first page has it: its first heading, or how it begins."""
    assert read(plain(made_up)).title == "Review of the year"
    heading = report([("h3", "Review of the year"), ("p", SENTENCES[1])], title=made_up)
    assert read(heading).title == "Review of the year"


def test_the_name_of_the_file_is_no_title_and_a_real_one_is() -> None:
    body = plain("ReviewFinal")
    assert read(body, "https://agency.example/files/review-final.pdf").title == "Review of the year"
    assert read(body, "https://agency.example/files/4711.pdf").title == "ReviewFinal"


@pytest.mark.parametrize("first", [SENTENCES[0], "Figure 1: Incidents"])
def test_a_first_sentence_and_a_caption_are_no_titles(first: str) -> None:
    assert read(drawn(lambda canvas: column(canvas, 60, 760, [first, "", *SENTENCES[1:3]]))).title is None


@pytest.mark.parametrize("author", ["anonymous", "(anonymous)", "unspecified", "Administrator", "user1", "N/A"])
def test_who_is_nobody_is_no_author(author: str) -> None:
    assert read(report([("p", SENTENCES[0])], author=author)).author is None


def test_bookmarks_name_headings_in_the_type_of_the_text() -> None:
    """With their levels, numbered or not; not if they name other things."""

    def page(
        canvas: Canvas, entries: tuple[tuple[str, int], ...] = (("Cyber", 0), ("Fraud", 1), ("Espionage", 0))
    ) -> None:
        for name, level in entries:
            canvas.bookmarkPage(name)
            canvas.addOutlineEntry(name, name, level)
        for at, name in enumerate(["1 Cyber", "1.1 Fraud", "2 Espionage"]):
            column(canvas, 60, 760 - 100 * at, [name])
            column(canvas, 60, 740 - 100 * at, SENTENCES[2 * at : 2 * at + 2])

    found = read(drawn(page)).document
    assert [(one.kind, one.text) for one in found if one.kind.startswith("h")] == [
        ("h2", "1 Cyber"), ("h3", "1.1 Fraud"), ("h2", "2 Espionage"),
    ]  # fmt: skip
    others = read(
        drawn(lambda canvas: page(canvas, (("Page 1", 0), ("Bookmark", 0), ("Cyber", 0), ("_GoBack", 0), ("x", 0))))
    )
    assert not [one for one in others.document if one.kind in ("h2", "h3")]


def tagged(*parts: tuple[int, int, str, str], tree: dict[int, str]) -> bytes:
    """A tagged page.

    Args:
        parts: x, y and text of each, and the type of its element.
        tree: by the number of a part, from which on it begins, the types of the elements that are opened around it.
    """
    content = b"".join(
        b"/P <</MCID %d>> BDC BT /F 10 Tf 1 0 0 1 %d %d Tm (%s) Tj ET EMC\n" % (at, x, y, text.encode())
        for at, (x, y, text, _) in enumerate(parts)
    )
    objects: list[bytes] = []
    first = 9

    def add(kind: str, parent: int, kids: str) -> int:
        objects.append(f"<< /Type /StructElem /S /{kind} /P {parent} 0 R /Pg 3 0 R /K [{kids}] >>".encode())
        return first + len(objects) - 1

    groups: dict[str, list[int]] = {}
    own, roots = list[int](), list[int]()
    for at, (_, _, _, kind) in enumerate(parts):
        leaf = add(kind, 7, str(at))
        own.append(leaf)
        if at in tree:
            groups.setdefault(tree[at], []).append(leaf)
        else:
            roots.append(leaf)
    if groups:
        rows = [add("TR", 7, " ".join(f"{one} 0 R" for one in cells)) for cells in groups.values()]
        for row, cells in zip(rows, groups.values(), strict=True):
            for one in cells:
                objects[one - first] = objects[one - first].replace(b"/P 7 0 R", b"/P %d 0 R" % row)
        table = add("Table", 7, " ".join(f"{row} 0 R" for row in rows))
        for row in rows:
            objects[row - first] = objects[row - first].replace(b"/P 7 0 R", b"/P %d 0 R" % table)
        roots.append(table)
    return made(
        b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /StructParents 0 "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        stream_of(content), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /StructTreeRoot /K [7 0 R] /ParentTree 8 0 R >>",
        f"<< /Type /StructElem /S /Document /P 6 0 R /K [{' '.join(f'{one} 0 R' for one in roots)}] >>".encode(),
        f"<< /Nums [0 [{' '.join(f'{one} 0 R' for one in own)}]] >>".encode(), *objects,
    )  # fmt: skip


def test_tags_name_headings_and_cells() -> None:
    """Two rows without rules are too few to be a table by their places."""
    body = tagged(
        (60, 760, "National assessment", "H1"), (60, 740, SENTENCES[0], "P"), (60, 720, "Cyber attacks", "H2"),
        (60, 705, SENTENCES[1], "P"), (60, 680, "Area", "TH"), (200, 680, "Level", "TH"), (60, 665, "Energy", "TD"),
        (200, 665, "high", "TD"), (60, 640, "Espionage", "H2"), (60, 625, SENTENCES[2], "P"),
        tree={4: "head", 5: "head", 6: "row", 7: "row"},
    )  # fmt: skip
    assert [(one.kind, one.text) for one in read(body).document] == [
        ("h1", "National assessment"), ("p", SENTENCES[0]), ("h2", "Cyber attacks"), ("p", SENTENCES[1]), ("row", "Area | Level"),
        ("row", "Energy | high"), ("h2", "Espionage"), ("p", SENTENCES[2]),
    ]  # fmt: skip


def test_tags_that_name_everything_a_heading_are_not_believed() -> None:
    parts = [(60, 760 - 20 * at, sentence, "H1") for at, sentence in enumerate(SENTENCES[:4])]
    assert {one.kind for one in read(tagged(*parts, tree={})).document} == {"p"}
