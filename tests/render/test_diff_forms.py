"""A change for readers: folded, in a few words, as HTML and as Markdown."""

import re
from html.parser import HTMLParser

import pytest

from pagewitness.archive.diff import Change, Hunk, compare
from pagewitness.archive.render.folding import (
    Fold,
    LinesShown,
    Side,
    directions,
    fold_unchanged,
    label,
    revisions_compared,
    summary,
)
from pagewitness.archive.render.html import difference as html
from pagewitness.archive.render.markdown import difference as markdown
from pagewitness.archive.render.markdown import escaped

OLD = Side("https://one.example/a", "Threats 2024", 1, "2024-02-18T06:00:00.000000Z")
NEW = Side("https://one.example/a", "Threats & <risks>", 2, "2024-02-19T06:00:00.000000Z")
STAYING = [f"Paragraph number {number} stays as it is." for number in range(10)]


def change(old: list[str], new: list[str]) -> Change:
    return compare([("p", text) for text in old], [("p", text) for text in new])


EDITED = change([*STAYING, "It is likely.", "<b>x</b> & 33"], [*STAYING, "It is very likely.", "<b>x</b> & 34"])


# --- folding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("context", "shown"), [(0, 0), (1, 1), (3, 3), (10, 10), (50, 10)])
def test_what_is_the_same_is_folded_but_for_some_context(context: int, shown: int) -> None:
    items = fold_unchanged(EDITED, LinesShown(context))
    assert sum(not isinstance(item, Fold) and item.change == "same" for item in items) == shown
    folds = [item for item in items if isinstance(item, Fold)]
    assert sum(len(fold.hunks) for fold in folds) == 10 - shown


def test_all_hunks_are_there_in_their_order_folded_or_not() -> None:
    for context in range(5):
        flat: list[Hunk] = []
        for item in fold_unchanged(change([*STAYING, "old"], ["new", *STAYING]), LinesShown(context)):
            flat += item.hunks if isinstance(item, Fold) else [item]
        assert flat == list(change([*STAYING, "old"], ["new", *STAYING]).hunks)


def test_new_first_shows_what_changed_by_what_happened_to_it() -> None:
    """And nothing else; the rest of the order is that of the text."""
    made = change(
        ["It is likely, says the office.", "old one", *STAYING],
        ["It is unlikely, says the office.", *STAYING, "new one"],
    )
    shown = fold_unchanged(made, LinesShown(new_first=True))
    assert [one.change for one in shown if not isinstance(one, Fold)] == ["added", "edited", "removed"]
    assert fold_unchanged(made, LinesShown(summary=True)) == []


def test_chapters_that_came_and_went_are_named_first() -> None:
    made = compare(
        [("h2", "Cables at sea"), ("p", "Same text of both reports."), ("h2", "Drones over the border")],
        [
            ("h2", "Cables and pipes at sea"),
            ("p", "Same text of both reports."),
            ("h3", "Elections"),
            ("p", "Elections are calm."),
        ],
    )
    assert (
        summary(made)[1]
        == "Headings: removed Drones over the border; added Elections; edited Cables at sea → Cables and pipes at sea."
    )
    assert not [line for line in summary(EDITED) if line.startswith("Headings")]


def test_a_text_without_a_change_is_one_fold() -> None:
    (fold,) = fold_unchanged(change(STAYING, STAYING), LinesShown(1))
    assert isinstance(fold, Fold)
    assert fold.said == "10 unchanged paragraphs"


# --- in words ---------------------------------------------------------------------------------------------------------


def test_the_summary_counts_blocks_and_words_and_names_what_is_touched() -> None:
    said = change(
        [*STAYING, "In 2023 it was 33 firms."], [*STAYING, "In 2024 it was 34 firms.", "Wholly new Baltic Fleet"]
    )
    assert summary(said) == [
        "Paragraphs: 1 edited, 1 added. Words: +6 -2.",
        "Numbers: removed 33; added 34.",
        "Dates: removed 2023; added 2024.",
        "Names: added Baltic Fleet.",
    ]
    assert summary(change(STAYING, STAYING)) == ["No difference."]


def test_the_summary_lists_only_the_first_of_many_numbers() -> None:
    many = change(["it says nothing"], ["it says nothing", " ".join(f"and {number}" for number in range(100, 120))])
    assert "100 · 101 · 102 · 103 · 104 · 105 and 14 more" in summary(many)[1]


def test_a_coarse_change_says_so_and_what_helps() -> None:
    coarse = compare([("p", "one two three")], [("p", "one 2 three")], late=lambda: True)
    assert summary(coarse)[-1] == (
        "Coarse: some paragraphs are shown as replaced although they may share words and not all numbers, dates and names "
        "were compared; a larger --budget compares more closely."
    )


def test_who_has_which_office_can_be_read_after_a_swap() -> None:
    """A name and its office are two lines: what moved is shown with the line that it belongs to, before and after."""
    before = [
        ("h3", "Varga"),
        ("p", "Interior"),
        ("h3", "Okonkwo"),
        ("p", "Finance"),
        ("h3", "Petrova"),
        ("p", "Health"),
    ]
    after = [before[0], before[3], before[2], before[1], *before[4:]]
    swapped = compare(before, after)
    said = {hunk.new: label(hunk, directions(swapped)) for hunk in swapped.hunks if hunk.change == "moved"}
    assert said == {
        "Finance": "moved up, from under “Okonkwo” to under “Varga”",
        "Okonkwo": "moved up, from above “Finance” to above “Interior”",
    }


def test_labels_tell_where_it_moved_and_into_how_many_it_was_split() -> None:
    up = change([*STAYING, "Moves from here to there."], ["Moves from here to there.", *STAYING])
    assert label(up.hunks[0], directions(up)) == f"moved up, from behind “{STAYING[-1]}” to the beginning"
    down = change(["Moves from here to there.", *STAYING], [*STAYING, "Moves from here to there."])
    assert label(down.hunks[-1], directions(down)) == f"moved down, from the beginning to behind “{STAYING[-1]}”"
    split = change(["Here is one sentence. There is another one."], ["Here is one sentence.", "There is another one."])
    assert label(split.hunks[0], {}) == "edited, 1 paragraph into 2"


def test_between_names_the_addresses_only_where_they_differ() -> None:
    assert revisions_compared(OLD, NEW) == "revision 1 (2024-02-18 06:00) to revision 2 (2024-02-19 06:00)"
    assert "https://two.example/" in revisions_compared(OLD, Side("https://two.example/", None, 1, NEW.captured_at))


# --- HTML -------------------------------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """The tags of a page, and its text without style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if "style" not in self.open else ""


def test_html_is_whole_and_needs_nothing_else() -> None:
    """No script, no address that is fetched."""
    page = html(EDITED, OLD, NEW, language="en")
    outline = Outline(page)
    assert outline.open == []
    assert {tag for tag, _ in outline.tags} & {"script", "link", "img", "iframe", "object"} == set()
    assert "url(" not in page
    assert "@import" not in page
    assert ("html", {"lang": "en"}) in outline.tags
    assert [name for name, _ in outline.tags].count("h1") == 1


def test_html_shows_the_texts_of_a_page_and_never_their_markup() -> None:
    outline = Outline(html(EDITED, OLD, NEW))
    assert "b" not in {tag for tag, _ in outline.tags}
    assert "<b>x</b> & " in outline.text
    assert "Threats & <risks>" in outline.text
    assert all(text in outline.text for text in STAYING), "folded text is there too"


def test_html_says_what_changed_without_colour() -> None:
    """With ins and del, a word for each block, and words for who listens."""
    page = html(EDITED, OLD, NEW)
    assert re.search(r"<ins>.*?added: .*?very.*?</ins>", page)
    assert re.search(r"<del>.*?removed: .*?33.*?</del>", page)
    assert page.count('aria-label="Edited"') == 2
    assert "text-decoration: line-through" in page
    assert "prefers-color-scheme: dark" in page


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_html_has_enough_contrast(scheme: str) -> None:
    """At least 4.5 to 1 for all text (WCAG 2.2, 1.4.3)."""
    page = html(EDITED, OLD, NEW)
    start = page.index(":root", page.index("prefers-color-scheme") if scheme == "dark" else 0)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", page[start : page.index("}", start)]))
    for ink, paper in [
        ("ink", "paper"),
        ("quiet", "paper"),
        ("ins-ink", "ins"),
        ("del-ink", "del"),
        ("ins-ink", "paper"),
    ]:
        one, other = sorted((luminance(colours[ink]), luminance(colours[paper])))
        assert (other + 0.05) / (one + 0.05) >= 4.5, (ink, paper)


def test_html_links_only_addresses_of_the_web() -> None:
    page = html(EDITED, OLD, Side("javascript:alert(1)", None, 2, NEW.captured_at))
    assert 'href="javascript' not in page


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_has_del_and_ins_and_escapes_what_markdown_would_take_for_itself() -> None:
    said = markdown(EDITED, OLD, NEW)
    assert said.startswith("# Threats \\& \\<risks\\>\n")
    assert "**Edited**\n\n> It is <ins>very</ins> likely." in said
    assert "> \\<b\\>x\\</b\\> \\& <del>33</del><ins>34</ins>" in said
    assert "*… 9 unchanged paragraphs …*" in said


def test_markdown_of_a_split_paragraph_is_several() -> None:
    """No tag presence two of them."""
    said = markdown(
        change(["Here is one sentence. There is another one."], ["Here is one sentence.", "There is another one."]),
        OLD,
        NEW,
    )
    assert "> Here is one sentence. <ins>¶</ins>\n>\n> There is another one.\n" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("a-b #5", "a-b #5"),
    ],
)
def test_markdown_of_a_text_is_no_heading_and_no_list(text: str, said: str) -> None:
    assert escaped(text) == said
