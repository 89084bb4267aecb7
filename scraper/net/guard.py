"""Which addresses may be connected to (pure: it resolves nothing and connects to nothing).

The URL is checked before each request, every address that its host resolves to before each connection. An address is
allowed when it is public, or when `[network] allow` names it; one that wraps another (IPv4-mapped, 6to4, Teredo, NAT64)
is judged by what it wraps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from pagewitness.archive.errors import Refused
from pagewitness.config.values import Subnet

Address = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\\s]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"[^:/?#]+://([^/?#]*)")
# Where the last label is a number, resolvers and browsers read the whole as an IPv4 address, in the forms of inet_aton.
_NUMBER = re.compile(r"(?:.*\.)?(?:0[xX][0-9a-fA-F]*|[0-9]+)\.?")
# The IPv4 address lies in the last 32 bits: mapped and compatible (RFC 4291), NAT64 (RFC 6052).
_WRAPPING = tuple(map(ip_network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96")))
# Not everywhere known to Python's `is_global`: shared, 6to4 relays, local-use NAT64 (RFC 8215), site-local, loopback.
_NEVER_PUBLIC = tuple(
    map(ip_network, ("100.64.0.0/10", "192.88.99.0/24", "64:ff9b:1::/48", "fec0::/10", "::/128", "::1/128"))
)


class Target(NamedTuple):
    """What a URL asks for.

    Attributes:
        host: as it is resolved: IDNA-encoded, in lower case, IPv6 without brackets.
        path: path and query, percent-encoded: the request's target.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """`scheme://host`, with the port where it is not the scheme's own (RFC 6454)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


@dataclass(frozen=True)
class Guard:
    """The address policy: public addresses, and the networks that `[network] allow` names."""

    allow: Sequence[Subnet] = ()

    def check_url(self, url: str) -> Target:
        """What a URL asks for, if it may be asked for.

        Raises:
            Refused: it is not http or https, has no host, carries a user name, or is written in a way that programs
                read differently (backslash, white space, control characters, numbers for an address); or its host is
                an address that is not allowed.
        """
        target = parse_target(url)
        if (literal := _address(target.host)) is not None:
            self.check_address(str(literal), target.host)
        return target

    def check_address(self, ip: str, host: str) -> None:
        """Check an address that a host resolved to.

        Args:
            ip: the address as text; a zone (`%eth0`) is ignored.
            host: the name that it was found by, for the error.

        Raises:
            Refused: it is neither public nor allowed.
        """
        address = _address(ip)
        if address is None:
            raise Refused(f"{host} resolves to '{ip}', which is no IP address; check the name.")
        if not self._allows(address):
            what = f"{host} is" if _address(host) == address else f"{host} resolves to {address},"
            raise Refused(
                f"{what} an address that is not public; to connect to it all the same, add it to the settings: "
                f'[network] allow = ["{address}/{address.max_prefixlen}"].'
            )

    def _allows(self, address: Address) -> bool:
        if any(address in network for network in self.allow):
            return True
        inner = list(_wrapped(address))
        return all(map(self._allows, inner)) if inner else _public(address)


@lru_cache(maxsize=1024)
def parse_target(url: str) -> Target:
    """What a URL asks for, read by the parser that also connects, and only where all parsers agree. Raises Refused."""
    if _UNSAFE.search(url):
        raise Refused(f"{url!r} holds white space, a control character or a backslash; write them percent-encoded.")
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in _PORTS:
        raise Refused(f"{url} is neither http:// nor https://; only these are fetched.")
    authority = _AUTHORITY.match(url)
    if authority is not None and "@" in authority[1]:
        raise Refused(f"{_masked(url)} carries a user name; write the address without it.")
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise Refused(f"{url} can't be read as an address; check its host and port.") from None
    host = (parts.host or "").removeprefix("[").removesuffix("]")
    if authority is None or not host.strip("."):
        raise Refused(f"{url} names no host; write it as https://host/path.")
    if "%" in host or (_NUMBER.fullmatch(host) and _address(host) is None):
        raise Refused(f"{url} disguises its host '{host}'; write it as a name or as an address such as 192.0.2.1.")
    name = scheme[1].lower()
    return Target(name, host, _PORTS[name] if parts.port is None else parts.port, parts.request_uri)


def _masked(url: str) -> str:
    """The URL without user name and password, which have no place in a log."""
    return re.sub(r"//[^/?#]*@", "//…@", url, count=1)


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _wrapped(address: Address) -> Iterator[Address]:
    """The addresses that an address leads to, where it wraps any."""
    if isinstance(address, IPv4Address):
        return
    if any(address in network for network in _WRAPPING) and int(address) > 1:  # `::` and `::1` wrap nothing
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo  # server and client


def _public(address: Address) -> bool:
    # A multicast address may be "global", and so may one out of a range that is not given out yet.
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NEVER_PUBLIC)
    )
