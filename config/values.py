"""Turn values of settings from TOML or the environment into the form that the program uses (pure).

The text of a ValueError completes the sentence "… is not …".
"""

from __future__ import annotations

import math
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

from pagewitness.config.quiet_hours import checked_hours, checked_zone

Subnet = IPv4Network | IPv6Network
Number = TypeVar("Number", int, float)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.ASCII)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
# Numbers are never negative; only these may be 0.
_MAY_BE_ZERO = frozenset(
    {"network.delay", "network.retries", "clean.workers", "discover.pager", "discover.files", "notify.mail.port"}
)
_IN_A_HEADER = frozenset({"network.contact", "network.accept_language", "network.user_agent_suffix"})
_USER = re.compile(r"//[^/?#]*@")
_MISTYPED_USER = re.compile(r"(\w+:/+)?.*@")
# Addresses whose path is a secret, and the values that a setting may have.
_ADDRESSES = frozenset({"notify.webhook.url", "notify.heartbeat.url", "notify.apprise.urls"})
_CHOICES = {"notify.mail.security": ("starttls", "tls", "none"), "notify.mail.every": ("change", "run", "day")}
_PATH = re.compile(r"(?<=://)([^/?#@]*)(?=[/?#]).*|(?<=://).*@.*")
_ANY_ADDRESS = re.compile(r"(?<=://).*")
_BETWEEN_ADDRESSES = re.compile(r"[\s,]+(?=[A-Za-z][\w+.-]*://)")


def parse_value(key: str, default: object, value: object) -> object:
    """Parse and check a value, by the type of its key's default.

    Args:
        key: "table.key".
        default: as `defaults.toml` gives it: a list (of networks), true or false, a whole number, a duration such as "5s", or text.

    Raises:
        ValueError: saying what the value should have been.
    """
    if isinstance(default, list):
        return _networks(value) if key == "network.allow" else _texts(key, value)
    if isinstance(default, bool):
        return parse_switch(value)
    if isinstance(default, int):
        return _positive(key, _whole(value))
    if isinstance(default, str) and _DURATION.fullmatch(default):
        return _positive(key, parse_duration(value))
    if key in _CHOICES:
        return _choice(_text(key, value), _CHOICES[key])
    return _CHECKS.get(key, str)(_text(key, value))


def separated(key: str, text: str) -> list[str]:
    """The parts of a list in an environment variable: separated by commas, addresses also by blanks.

    >>> separated("notify.mail.to", "ann@example.org, bo@example.org")
    ['ann@example.org', 'bo@example.org']
    """
    parts = _BETWEEN_ADDRESSES.split(text) if key in _ADDRESSES else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def masked(value: str) -> str:
    """An address without the user name and password in it.

    >>> masked("http://user:secret@proxy.example:3128")
    'http://…@proxy.example:3128'
    """
    return _USER.sub("//…@", value)


def masked_proxy(value: str) -> str:
    """The same for what was meant to be the address of a proxy, however it is mistyped.

    >>> masked_proxy("user:s3/cret@proxy.example:3128")
    '…@proxy.example:3128'
    """
    return _MISTYPED_USER.sub(r"\1…@", value)


def masked_setting(key: str, value: object) -> object:
    """The value of a setting without what is secret in it: passwords, and the paths of addresses that are secrets.

    >>> masked_setting("notify.webhook.url", "https://chat.example/hooks/s3cret")
    'https://chat.example…'
    """
    if isinstance(value, list | tuple):
        return [masked_setting(key, one) for one in value]
    if not isinstance(value, str):
        return value
    if key == "notify.apprise.urls":
        return _ANY_ADDRESS.sub("…", value)
    if key in _ADDRESSES:
        return _PATH.sub(r"\1…", value)
    return masked_proxy(value) if key == "network.proxy" else masked(value)


def parse_duration(value: object) -> float:
    """A duration in seconds, from a number or from text such as `90s`, `15m`, `6h`, `1d`. Raises ValueError.

    >>> parse_duration("6h")
    21600.0
    """
    if isinstance(value, str) and (written := _DURATION.fullmatch(value.strip().lower())):
        return float(written[1]) * _UNITS[written[2]]
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    raise ValueError("a duration: seconds as a number, or text such as 90s, 15m, 6h, 1d")


def parse_switch(value: object) -> bool:
    """True or false, also as text, as the environment has it. Raises ValueError.

    >>> parse_switch("true"), parse_switch(False)
    (True, False)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and (said := value.strip().lower()) in ("true", "false"):
        return said == "true"
    raise ValueError("true or false")


def _networks(value: object) -> tuple[Subnet, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError('a list of networks such as ["127.0.0.0/8"]')
    return tuple(map(_network, value))


def _texts(key: str, value: object) -> tuple[str, ...]:
    """A list of texts; one text alone is a list of one."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(
        isinstance(one, str) and one.strip() and one.isprintable() for one in given
    ):
        raise ValueError("a list of texts")
    return tuple(one.strip() for one in given)


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"one of {', '.join(choices)}")
    return text


def _network(text: str) -> Subnet:
    try:
        return ip_network(text)
    except ValueError as error:
        hint = "write its first address" if "host bits" in str(error) else "such as 127.0.0.0/8 or ::1/128"
        raise ValueError(f"a list of networks, and '{text}' is not a network ({hint})") from None


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("a whole number")


def _positive(key: str, number: Number) -> Number:
    if number > 0 or (number == 0 and key in _MAY_BE_ZERO):
        return number
    raise ValueError("0 or more" if key in _MAY_BE_ZERO else "more than 0")


def _text(key: str, value: object) -> str:
    if isinstance(value, str) and value.isprintable() and (value.isascii() or key not in _IN_A_HEADER):
        return value
    raise ValueError("ASCII text, as a header needs it" if key in _IN_A_HEADER else "text on one line")


def _proxy(text: str) -> str:
    """The address of a proxy, or nothing."""
    if not text:
        return text
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and text.isascii()
        bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    except ValueError:  # such as an invalid port
        usable = bare = False
    if not (usable and bare and " " not in text):
        raise ValueError("the address of a proxy: http://HOST:PORT or https://HOST:PORT")
    return text


# Texts that are not free.
_CHECKS = {"network.proxy": _proxy, "schedule.quiet": checked_hours, "schedule.timezone": checked_zone}
