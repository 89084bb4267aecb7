"""Which stretches of two sequences are the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.diff import alignment
from pagewitness.archive.diff.alignment import ascending, common, equals

SEQUENCE = st.text("abcdefgh", max_size=40)


@pytest.mark.parametrize("short", [alignment.SHORT, 40], ids=["at once", "cut"])
@given(old=SEQUENCE, new=SEQUENCE)
def test_stretches_are_the_same_and_ascend(short: int, old: str, new: str) -> None:
    """In both sequences, without touching."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "SHORT", short)
        found = equals(old, new)
    end_old = end_new = -1
    for i, j, length in found:
        assert length > 0
        assert old[i : i + length] == new[j : j + length]
        assert i > end_old or j > end_new
        assert i >= end_old
        assert j >= end_new
        end_old, end_new = i + length, j + length


@given(SEQUENCE)
def test_a_sequence_is_the_same_as_itself(text: str) -> None:
    assert equals(text, text) == ([(0, 0, len(text))] if text else [])


def test_the_longest_common_subsequence_is_found() -> None:
    assert equals("abcde", "xbcye") == [(1, 1, 2), (4, 4, 1)]


@given(SEQUENCE, SEQUENCE)
def test_common_ends_do_not_overlap(old: str, new: str) -> None:
    start, end = common(old, new)
    assert start + end <= min(len(old), len(new))
    assert old[:start] == new[:start]
    assert old[len(old) - end :] == new[len(new) - end :]


def test_long_sequences_are_cut_where_they_agree() -> None:
    """50,000 elements, one of a hundred replaced: all that stayed is found, and nothing is coarse."""
    chance = random.Random(1)
    old = "".join(chr(0x100 + chance.randrange(5000)) for _ in range(50_000))
    new = "".join("~" if chance.random() < 0.01 else element for element in old)
    told: list[int] = []
    found = equals(old, new, on_coarse=lambda: told.append(1))
    assert sum(length for _, _, length in found) == len(old) - new.count("~")
    assert told == []


def test_where_there_is_nowhere_to_cut_it_is_coarse_and_told() -> None:
    """Two letters, tens of thousands of times."""
    told: list[int] = []
    equals("ab" * 20_000, "bca" * 20_000, on_coarse=lambda: told.append(1))
    assert told


def test_the_most_pairs_that_ascend() -> None:
    assert ascending([(0, 3), (1, 0), (2, 1), (3, 5), (4, 2)]) == [(1, 0), (2, 1), (4, 2)]
    assert ascending([]) == []


def test_long_stretches_are_not_compared_when_it_is_too_late() -> None:
    """And that is reported; short ones are."""
    told: list[int] = []
    old, new = "a" + "bc" * 20_000, "d" + "cb" * 20_000
    assert equals(old, new, late=lambda: True, on_coarse=lambda: told.append(1)) == []
    assert told
    assert equals("abcd", "acbd", late=lambda: True)
