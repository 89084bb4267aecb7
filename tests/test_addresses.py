"""Addresses: which spellings are one page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.addresses import host_in, key_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("HTTPS://EXAMPLE.org/a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&fbclid=1", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=1", "https://example.org/a?id=1"),
        ("https://example.org/%7Eab", "https://example.org/~ab"),
        ("https://example.org/%c4%85", "https://example.org/ą"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("  https://example.org/a ", "https://example.org/a"),
        ("https://example.org/a;jsessionid=0A1B2C.node1?id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?PHPSESSID=8f2c1d&id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?ASPSESSIONIDQQRT=ABCDEF&id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?sid=8f2c1d00aa11bb22cc33dd44ee55ff66", "https://example.org/a"),
        ("https://example.org/a?xtor=RSS-4", "https://example.org/a"),
        ("https://example.org/a#!", "https://example.org/a"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("https://example.org:/a", "https://example.org/a"),
        ("https://example.org/./a", "https://example.org/a"),
        ("https://example.org/b/../a", "https://example.org/a"),
        ("https://example.org/../../a", "https://example.org/a"),
        ("https://example.org/b/%2E%2e/%2e/a", "https://example.org/a"),
        ("https://example.org/a/b/..", "https://example.org/a/"),
        ("https://example.org/a/.", "https://example.org/a/"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/%61", "https://example.org/a"),
    ],
)
def test_spellings_of_one_page(one: str, other: str) -> None:
    """What does not count: the scheme, the host's case, default ports, fragments, tracking, needless escapes."""
    assert key_of(one) == key_of(other)
    assert host_in(key_of(one)) == host_in(key_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://example.org/a?x=", "https://example.org/a"),
        ("https://example.org/a?sid=12", "https://example.org/a"),
        ("https://example.org/a?assessment=12", "https://example.org/a"),
        ("https://example.org/a?session=2024-25", "https://example.org/a?session=2025-26"),
        ("https://example.org/a?s=parliamentaryreports", "https://example.org/a"),
        ("https://example.org/#/reports/1", "https://example.org/#/reports/2"),
        ("https://example.org/#!reports", "https://example.org/"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/b/..%2Fa", "https://example.org/a"),
        ("https://example.org/.../a", "https://example.org/a"),
        ("https://example.org/.a", "https://example.org/a"),
        ("https://example.org//a", "https://example.org/a"),
        ("https://example.org/a%3Fb", "https://example.org/a?b"),
        ("https://example.org/?q=%E0", "https://example.org/?q=%E1"),
        ("https://example.org/%E0", "https://example.org/%E1"),
    ],
)
def test_addresses_of_different_pages(one: str, other: str) -> None:
    """Everything else counts, since pages differ by it."""
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "text", ["", "example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "javascript:1"]
)
def test_what_is_no_http_address_has_no_key(text: str) -> None:
    """It is refused before anything is written."""
    with pytest.raises(ValueError, match="not an http or https address"):
        key_of(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://example.org:99999/", "has no valid port"),
        ("http://example.org:x/", "has no valid port"),
        ("http://example.org:0/", "has no valid port"),
        ("http://[::1/", "not an http or https address"),
        ("http://../", "has no valid host"),
        ("http://./", "has no valid host"),
        ("http://.example.org/", "has no valid host"),
        ("http://example..org/", "has no valid host"),
        ("http://example.org../", "has no valid host"),
        (f"http://{'a' * 64}.example/", "has no valid host"),
        ("http://exam<ple.org/", "has no valid host"),
    ],
)
def test_a_broken_authority_is_named_as_the_fault(text: str, why: str) -> None:
    """The part that is wrong, and not the scheme."""
    with pytest.raises(ValueError, match=why):
        key_of(text)


def test_the_host_is_the_authority_that_rules_a_page() -> None:
    """With its port where that is not the default: another port is another server."""
    assert host_in(key_of("https://Example.org:443/a")) == "example.org"
    assert host_in(key_of("http://127.0.0.1:8080/a?b")) == "127.0.0.1:8080"
    assert host_in(key_of("http://example.org?b")) == "example.org"


@given(st.text(alphabet="abĄ%2F7e/?&=+ #.~", max_size=20))
def test_a_key_is_its_own_key(path: str) -> None:
    """Asked again, nothing changes."""
    key = key_of(f"https://example.org/{path}")
    assert key_of(f"https:{key}") == key
