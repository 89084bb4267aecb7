"""The channels that notify people of changes: the tables below `[notify]`.

`[notify.mail]` is a channel. With tables below it (`[notify.mail.editors]`) these are the channels, and what `[notify.mail]`
has holds for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pagewitness.config import ConfigError, nearest, source_headers

KINDS: Final = ("atom", "mail", "webhook", "apprise", "heartbeat")
PATHS: Final = (
    "notify.atom.folder", "notify.mail.password_file", "notify.webhook.secret_file", "notify.apprise.urls_file",
)  # fmt: skip
_PORTS: Final = {"tls": 465, "starttls": 587, "none": 25}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to notify people.

    Attributes:
        name: `mail`, or `mail.editors` for `[notify.mail.editors]`.
        sources, searches, pages: what it is restricted to; if all are empty, it sends everything.
    """

    name: str
    sources: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether it sends only some changes."""
        return bool(self.sources or self.searches or self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomChannel(Channel):
    """Feeds in a folder; `base` is the address at which it is offered, or empty."""

    folder: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChannel(Channel):
    """Mail; `defaults.toml` says what each setting is for."""

    host: str
    port: int
    security: str
    user: str
    password_file: str
    sender: str
    to: tuple[str, ...]
    every: str
    new_first: bool

    def password(self) -> str:
        """The password, from its file; empty for none. Raises ConfigError."""
        return _secret(self.password_file, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel(Channel):
    """A POST request for each change."""

    url: str
    secret_file: str

    def secret(self) -> str:
        """The secret, from its file; empty for none. Raises ConfigError."""
        return _secret(self.secret_file, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel(Channel):
    """Services by Apprise."""

    urls: tuple[str, ...]
    urls_file: str

    def services(self) -> tuple[str, ...]:
        """All addresses, those of the file included. Raises ConfigError."""
        further = [line.strip() for line in _secret(self.urls_file, self.name).splitlines()]
        return self.urls + tuple(line for line in further if line and not line.startswith("#"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatChannel:
    """An address that is asked for when runs begin, end and fail."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Notify:
    """All channels that are set up.

    Attributes:
        tables: the values of all of them, set up or not, by name and key.
    """

    atom: tuple[AtomChannel, ...] = ()
    mail: tuple[MailChannel, ...] = ()
    webhook: tuple[WebhookChannel, ...] = ()
    apprise: tuple[AppriseChannel, ...] = ()
    heartbeat: tuple[HeartbeatChannel, ...] = ()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def channels(self) -> list[Channel | HeartbeatChannel]:
        """All of them."""
        return [*self.atom, *self.mail, *self.webhook, *self.apprise, *self.heartbeat]

    def only(self, names: Collection[str]) -> Notify:
        """Those with certain names."""
        kept = {kind: tuple(one for one in getattr(self, kind) if one.name in names) for kind in KINDS}
        return Notify(tables=self.tables, **kept)


def taken_apart(notify: object, file: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The tables below `[notify]` of a settings file, and the tables below those, by names such as `notify.mail.editors`.

    Raises ConfigError.
    """
    if not isinstance(notify, dict):
        raise ConfigError(f"{file}: 'notify' is a table: write [notify.mail] and its keys below.")
    own: dict[str, Any] = {}
    further: dict[str, dict[str, Any]] = {}
    for kind, keys in notify.items():
        if kind not in KINDS:
            raise ConfigError(f"{file}: there is no table [notify.{kind}]{nearest(kind, KINDS)}")
        if not isinstance(keys, dict):
            raise ConfigError(
                f"{file}: write [notify.{kind}] and its keys below, or [notify.{kind}.NAME] for each of several."
            )
        own[f"notify.{kind}"] = {key: value for key, value in keys.items() if not isinstance(value, dict)}
        for name, values in keys.items():
            if isinstance(values, dict):
                further[f"notify.{kind}.{_named(name, kind, file)}"] = values
    return own, further


def _named(name: str, kind: str, file: Path) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{file}: [notify.{kind}.{name}]: write the name in small letters, digits, - and _.")
    return name


def channels(tables: Mapping[str, Mapping[str, Any]], named: Mapping[str, Mapping[str, Any]]) -> Notify:
    """The channels that are set up.

    Args:
        tables: the values of each kind, by key.
        named: those of further channels, by names such as `notify.mail.editors`.

    Raises:
        ConfigError: a channel lacks something.
    """
    whole = dict(_whole(tables, named))
    made: dict[str, Any] = {kind: [] for kind in KINDS}
    for name, values in whole.items():
        kind = name.partition(".")[0]
        is_default = name == kind and any(other.startswith(f"{kind}.") for other in whole)
        if not is_default and (channel := _MADE[kind](name, dict(values))) is not None:
            made[kind].append(channel)
    return Notify(tables=whole, **{kind: tuple(found) for kind, found in made.items()})


def _whole(
    tables: Mapping[str, Mapping[str, Any]], named: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The values of each channel, by its name."""
    yield from tables.items()
    for name, values in named.items():
        short = name.removeprefix("notify.")
        yield short, {**tables[short.partition(".")[0]], **values}


def _atom(name: str, values: dict[str, Any]) -> AtomChannel | None:
    return AtomChannel(name=name, **values) if values["folder"] else None


def _mail(name: str, values: dict[str, Any]) -> MailChannel | None:
    if not values["host"] and not values["to"]:
        return None
    for key, example in (
        ("host", '"mail.example.org"'),
        ("from", '"archive@example.org"'),
        ("to", '["me@example.org"]'),
    ):
        if not values[key]:
            raise ConfigError(f"[notify.{name}] needs {key}, such as {key} = {example}.")
    values["sender"] = values.pop("from")
    for address in (values["sender"], *values["to"]):
        _check_address(address, name)
    values["port"] = values["port"] or _PORTS[values["security"]]
    return MailChannel(name=name, **values)


def _check_address(address: str, name: str) -> None:
    try:
        usable = bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError):  # what the parser of the library raises
        usable = False
    if not usable or not address.isascii() or not address.isprintable():
        raise ConfigError(f"[notify.{name}]: {address!r} is not an address of mail, such as archive@example.org.")


def _webhook(name: str, values: dict[str, Any]) -> WebhookChannel | None:
    return WebhookChannel(name=name, **values) if _address(name, values["url"]) else None


def _apprise(name: str, values: dict[str, Any]) -> AppriseChannel | None:
    return AppriseChannel(name=name, **values) if values["urls"] or values["urls_file"] else None


def _heartbeat(name: str, values: dict[str, Any]) -> HeartbeatChannel | None:
    return HeartbeatChannel(name=name, **values) if _address(name, values["url"]) else None


def _address(name: str, url: str) -> str:
    """An address of the web, or nothing. The message does not repeat it: it may be secret."""
    try:
        parts = urlsplit(url)
        usable = not url or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        usable = False
    if usable and "@" in parts.netloc:
        raise ConfigError(f"[notify.{name}] url has a user name in it, which is not sent: leave it out.")
    if not usable:
        raise ConfigError(f"[notify.{name}] url is not an address that begins with https:// or http://.")
    return url


_MADE: Final = {"atom": _atom, "mail": _mail, "webhook": _webhook, "apprise": _apprise, "heartbeat": _heartbeat}


def _secret(file: str, name: str) -> str:
    return source_headers.text_of(Path(file), f"[notify.{name}]") if file else ""
