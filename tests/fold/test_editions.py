"""When a change is next year's text on the same address."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.fold.editions import is_edition
from pagewitness.archive.fold.reading_view import ReadingView

OLD = [
    f"The service counted {number} cases of the {number}th kind, which is fewer than it had expected."
    for number in range(20, 30)
]
NEW = [
    f"Courts heard {number} witnesses on day {number}, and most of what they said was not known before."
    for number in range(40, 50)
]
BOILERPLATE = [
    f"The law obliges the service to publish chapter {number} each spring, by act {number}." for number in range(1, 11)
]


def text(heading: str, paragraphs: list[str], title: str | None = None) -> Text:
    """A reading that shows a heading and paragraphs."""
    blocks = [VisibleBlock("h1", heading), *(VisibleBlock("p", one) for one in paragraphs)]
    return Text(ReadingView(blocks, title), range(len(blocks)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (text("Threat assessment 2023", OLD), text("Threat assessment 2024", NEW)),
        (text("Threat assessment 2023", [*OLD, *BOILERPLATE]), text("Threat assessment 2024", [*NEW, *BOILERPLATE])),
        (text("Threat assessment 2023/2024", OLD), text("Threat assessment 2024/2025", NEW)),
        (text("Bulletin no. 9", OLD), text("Bulletin no. 10", NEW)),
        (text("Summary", OLD, "Annual report 2023"), text("Summary", NEW, "Annual report 2024")),
        (text("National threat assessment 2023", OLD), text("Threat assessment for 2024", NEW)),
        (
            text("Threat assessment", ["This is the state of 2023.", *OLD]),
            text("Threat assessment", ["As of 2024.", *NEW]),
        ),
    ],
)
def test_a_later_text_that_is_called_the_same_is_a_new_edition(old: Text, new: Text) -> None:
    """Both may share what is in every edition."""
    assert is_edition(old, new)
    assert not is_edition(new, old), "an earlier one is none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(text("Threats 2023", OLD), text("Threats 2024", OLD), id="a year put right in the title"),
        pytest.param(text("Threats 2023", OLD), text("Threats 2024", [*OLD[:9], NEW[0]]), id="and a paragraph"),
        pytest.param(text("Threats", OLD), text("Threats", NEW), id="a rewritten text without a year"),
        pytest.param(text("Threats 2024", OLD), text("Threats 2024", NEW), id="a rewritten text of the same year"),
        pytest.param(text("Threats 2023", OLD), text("Visit our harbour fair 2024", NEW), id="another matter"),
        pytest.param(
            text("Threats", OLD), text("Threats", [*OLD, "Since 2024 there are more."]), id="a year further down"
        ),
        pytest.param(
            text("Terms", ["Last updated in 2023.", *OLD]),
            text("Terms", ["Last updated in 2024.", *(one.replace("counted", "saw") for one in OLD)]),
            id="paragraphs that were edited, each of them",
        ),
        pytest.param(text("", []), text("", []), id="nothing at all"),
    ],
)
def test_other_changes_are_none(old: Text, new: Text) -> None:
    assert not is_edition(old, new)
