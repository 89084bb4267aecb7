"""The address policy: what may be connected to, whatever it is dressed up as."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_network

import pytest

from pagewitness.archive.errors import Refused
from pagewitness.scraper.net.guard import Guard, Target

PUBLIC = Guard()


def refusal(url: str, guard: Guard = PUBLIC) -> str:
    with pytest.raises(Refused) as caught:
        guard.check_url(url)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.org", Target("http", "example.org", 80, "/")),
        ("HTTPS://Example.ORG:8443/a?b=c#d", Target("https", "example.org", 8443, "/a?b=c")),
        ("https://enisa.europa.eu./x", Target("https", "enisa.europa.eu.", 443, "/x")),
        ("https://žvalgyba.lt/grėsmės", Target("https", "xn--valgyba-cxb.lt", 443, "/gr%C4%97sm%C4%97s")),
        ("http://8.8.8.8/", Target("http", "8.8.8.8", 80, "/")),
        ("http://[2606:4700::1111]:81/", Target("http", "2606:4700::1111", 81, "/")),
        ("http://example.org/a@b", Target("http", "example.org", 80, "/a@b")),
        ("http://under_score.example.org/", Target("http", "under_score.example.org", 80, "/")),
    ],
)
def test_an_ordinary_address_is_read_as_it_will_be_asked(url: str, target: Target) -> None:
    """Host as it is resolved, path as it is sent; the trailing dot of a name is kept, for the resolver."""
    assert PUBLIC.check_url(url) == target


def test_an_origin_leaves_out_the_usual_port() -> None:
    """RFC 6454."""
    assert Target("https", "example.org", 443, "/a").origin == "https://example.org"
    assert Target("http", "example.org", 443, "/a").origin == "http://example.org:443"
    assert Target("http", "::1", 80, "/a").origin == "http://[::1]"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "data:text/html,x", "javascript:1", "//example.org", "", "x"]
)
def test_only_http_and_https_are_fetched(url: str) -> None:
    """CVE-2024-51483 and its like: file:// and others."""
    assert "neither http:// nor https://" in refusal(url)


@pytest.mark.parametrize("url", ["http:///x", "http:/x", "http:example.org", "https://:80/", "http://./"])
def test_a_host_is_needed(url: str) -> None:
    """There is nothing to connect to otherwise."""
    assert "names no host" in refusal(url)


@pytest.mark.parametrize(
    "url", ["http://user@example.org/", "http://user:secret@example.org/", "http://example.org@10.0.0.1/"]
)
def test_a_user_name_in_the_address_is_refused(url: str) -> None:
    """It makes one host look like another; and the password is not repeated in the log."""
    assert "carries a user name" in refusal(url)
    assert "secret" not in refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1\\@example.org/",  # GHSA-rph4-96w6-q594: two parsers, two hosts
        "http://example.org\\.evil.example/",
        "http://exa\tmple.org/",
        "http://example.org/\r\nHost: x",
        "http://example.org/a b",
        "http://example.org/\x00",
        "http://example.org/\x85",
        "http://example.org/\u3000",
        " http://example.org/",
    ],
)
def test_what_programs_read_differently_is_refused(url: str) -> None:
    """Backslashes, white space and control characters."""
    assert "white space, a control character or a backslash" in refusal(url)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "0177.0.0.1", "127.0.0.1.", "1.2.3.4.5"]
)
def test_numbers_that_pass_for_an_address_are_refused(host: str) -> None:
    """Decimal, octal, hexadecimal and short forms, also where the address itself is allowed."""
    assert "disguises its host" in refusal(f"http://{host}/", Guard([ip_network("0.0.0.0/0")]))


@pytest.mark.parametrize(
    "url", ["http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://example.org:99999/", "http://[::1/", "http://[::1]x/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """Look-alike digits and dots, ports out of range, broken brackets."""
    assert "can't be read as an address" in refusal(url)


def test_a_percent_encoded_host_is_what_it_decodes_to() -> None:
    """It is judged by the parser that also connects."""
    assert "127.0.0.1 is an address that is not public" in refusal("http://%31%32%37.0.0.1/")


NOT_PUBLIC = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.9.10", "169.254.169.254", "172.16.0.1",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "224.0.1.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1",
    "100::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1", "::10.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "2002:6440:1::",
    "2001:0:808:808:0:0:f5ff:fffe",  # Teredo: server 8.8.8.8, client 10.0.0.1
    "2001:0:a00:1:0:0:f7f7:f7f7",  # Teredo: server 10.0.0.1, client 8.8.8.8
]  # fmt: skip


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_what_is_not_public_is_refused(ip: str) -> None:
    """Loopback, private, shared (CGNAT), link-local with the cloud's metadata, multicast; and what wraps them."""
    with pytest.raises(Refused, match="is not public"):
        PUBLIC.check_address(ip, "host.example")


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "193.219.9.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_what_is_public_is_allowed(ip: str) -> None:
    """Plain, or wrapping what is public."""
    PUBLIC.check_address(ip, "host.example")


def test_a_refusal_names_host_address_and_remedy() -> None:
    """One sentence, with what to write into the settings."""
    with pytest.raises(Refused) as caught:
        PUBLIC.check_address("10.0.0.5", "intra.example")
    assert str(caught.value) == (
        "intra.example resolves to 10.0.0.5, an address that is not public; to connect to it all the same, "
        'add it to the settings: [network] allow = ["10.0.0.5/32"].'
    )
    assert refusal("http://[::1]/").startswith("::1 is an address that is not public")
    assert '["::1/128"]' in refusal("http://[::1]/")


def test_the_settings_allow_networks() -> None:
    """Those that are named, also inside an IPv4-mapped address, and no others."""
    guard = Guard([ip_network("127.0.0.0/8"), ip_network("fd00::/8"), ip_network("100.64.0.0/10")])
    for ip in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "100.64.0.1", "8.8.8.8"):
        guard.check_address(ip, "host.example")
    for ip in ("::1", "10.0.0.1", "::ffff:10.0.0.1", "fc00::1", "169.254.169.254"):
        with pytest.raises(Refused):
            guard.check_address(ip, "host.example")


def test_what_is_no_ip_address_is_refused() -> None:
    """A resolver may answer anything."""
    with pytest.raises(Refused, match="no IP address"):
        PUBLIC.check_address("/var/run/socket", "host.example")


def test_a_guard_does_not_change() -> None:
    """What was allowed at the start is what is allowed."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        PUBLIC.allow = ()  # type: ignore[misc]
