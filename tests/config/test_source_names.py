"""What people type finds the publisher that they mean; where several are called so, all of them are named."""

from __future__ import annotations

import pytest

from pagewitness.config import AmbiguousSource, UnknownSource
from pagewitness.config.catalogue import load_catalogue
from pagewitness.config.source_names import loose, matching, named, source_named

SOURCES = load_catalogue()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("vsd", "vsd"), ("VSD ", "vsd"), ("vsd.lt", "vsd"), ("efis", "valisluureamet"),
        ("Välisluureamet", "valisluureamet"), ("säpo", "sakerhetspolisen"), ("SAPO", "sakerhetspolisen"),
        ("sa\u0308po", "sakerhetspolisen"), ("nukib", "nukib"), ("NÚKIB", "nukib"), ("nbu", "nbu"),
        ("thjodaroryggisrad", "nsc-is"), ("Þjóðaröryggisráð", "nsc-is"), ("ДАНС", "dans"), ("сзру", "szru"),
        ("公安調査庁", "psia"), ("國安局", "nsb"), ("etjenesten", "e-tjenesten"), ("E-tjenesten", "e-tjenesten"),
        ("etterretningstjenesten", "e-tjenesten"), ("te-sat", "europol"), ("TESAT", "europol"), ("cfcs", "samsik"),
        ("msb", "mcf"), ("ncsc uk", "ncsc-uk"), ("ncsc-ch", "bacs"), ("certpl", "cert-pl"), ("sûreté de l'état", "vsse"),
        ("csis", "csis"), ("bis", "bis"), ("fra", "fra"), ("youtube google", ""), ("twitter", "x-dsa"), ("x", "x-dsa"),
        ("...", ""),
    ],
)  # fmt: skip
def test_any_spelling_of_a_name_finds_its_publisher(typed: str, name: str) -> None:
    """Case, accents, hyphens, dots and blanks do not matter, in any script."""
    assert [source.name for source in named(SOURCES, typed)] == ([name] if name else [])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ncsc", {"ncsc-uk", "ncsc-ie", "ncsc-nl", "ncsc-fi", "ncsc-se", "ncsc-nz", "bacs", "nksc"}),
        ("SIS", {"sis-sk", "ssi"}), ("dsn", {"dsn-at", "dsn-es"}), ("fis", {"ndb", "valisluureamet"}),
        ("iss", {"euiss", "kapo"}), ("Meta", {"meta-dsa", "meta-ai"}),
    ],
)  # fmt: skip
def test_a_name_of_several_publishers_lists_them(typed: str, names: set[str]) -> None:
    with pytest.raises(AmbiguousSource) as said:
        source_named(SOURCES, typed)
    first, *lines = str(said.value).splitlines()
    assert first == f"'{typed}' may be any of {len(names)} sources. Name one of them:"
    assert {line.partition(":")[0] for line in lines} == names


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("vsdd", "The catalogue has no source 'vsdd'; did you mean 'vsd' or 'vdd'?"),
        ("välisluuramet", "The catalogue has no source 'välisluuramet'; did you mean 'valisluureamet'?"),
        ("norway", "The catalogue has no source 'norway'; `pagewitness sources norway` shows the 3 that mention it."),
        ("zzzzzzzz", "The catalogue has no source 'zzzzzzzz'; `pagewitness sources` lists them."),
        ("", "The catalogue has no source ''; `pagewitness sources` lists them."),
    ],
)
def test_an_unknown_name_leads_to_similar_ones_or_to_a_search(typed: str, said: str) -> None:
    with pytest.raises(UnknownSource) as error:
        source_named(SOURCES, typed)
    assert str(error.value) == said


def test_sources_are_found_by_words() -> None:
    """Of their names, titles, reports, notes, addresses and country, also where these have accents."""
    assert [one.name for one in matching(SOURCES.values(), "finland")] == ["ncsc-fi", "supo"]
    assert [one.name for one in matching(SOURCES.values(), "SECURITY Lithuania")] == ["nksc", "vsd"]
    assert [one.name for one in matching(SOURCES.values(), "gresmiu")] == ["vsd"]
    assert matching(SOURCES.values(), "no such words at all") == []
    assert len(matching(SOURCES.values(), "")) == len(SOURCES)


def test_a_name_without_letters_is_no_name() -> None:
    assert loose("-–.") == ""
