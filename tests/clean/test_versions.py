"""Versions name the cleaner and the judge: other outputs under the same version are a fault, other comments are not."""

from __future__ import annotations

import pytest
from versions import VERSIONED, Versioned, digest_of, recorded, written


def check(part: Versioned) -> None:
    """Assert that a part makes what is recorded of its version."""
    name = f"{part.name} {part.version}"
    entry = recorded().get(name)
    assert entry, f"{name} is not recorded: run python tests/versions.py and commit tests/versions.toml"
    if entry["libraries"] != part.installed():
        pytest.skip(f"recorded with {', '.join(entry['libraries'])}; installed are {', '.join(part.installed())}")
    found = part.digests()
    other = sorted(
        page for page in found.keys() | entry["outputs"].keys() if found.get(page) != entry["outputs"].get(page)
    )
    assert not other, (
        f"{name} gives other outputs for {', '.join(other)} than it did. If that is meant, bump {part.name} "
        f"({part.module}) and run python tests/versions.py"
    )


@pytest.mark.parametrize("part", VERSIONED, ids=lambda part: part.name)
def test_a_version_names_its_outputs(part: Versioned) -> None:
    check(part)


def test_another_output_asks_for_another_version() -> None:
    judge = next(part for part in VERSIONED if part.name == "JUDGE")
    changed = judge.outputs()
    changed["changes"]["verdicts"][0][1] = "suspect"
    other = Versioned(judge.name, judge.version, judge.module, judge.libraries, lambda: changed)
    with pytest.raises(
        AssertionError, match=r"changes than it did.*bump JUDGE \(archive/fold/judge.py\) and run python"
    ):
        check(other)


def test_other_libraries_are_a_reason_to_skip() -> None:
    pdf = next(part for part in VERSIONED if part.name == "PDF_READER")
    with pytest.raises(pytest.skip.Exception, match="installed are reportlab"):
        check(Versioned(pdf.name, pdf.version, pdf.module, ("reportlab",), dict))


def test_what_is_recorded_of_other_versions_stays() -> None:
    entries = recorded() | {"JUDGE 0": {"libraries": ["a-1"], "outputs": {"x y": digest_of([1])}}}
    assert "JUDGE 0" in written(entries)
    import tomllib

    assert tomllib.loads(written(entries)) == entries
