"""The canonical form of an address, which identifies a page (pure).

Ours and not a library's, since a page's identity must not change when a library is upgraded (docs/decisions/0004).
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

# Parameters for where a reader came from; they never change the page.
TRACKING = frozenset({
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga",
    "_gl", "_hsenc", "_hsmi", "mkt_tok", "xtor", "wt.mc_id", "s_cid", "pk_campaign", "pk_kwd", "mtm_campaign", "mtm_source",
})  # fmt: skip
# Parameters that hold a session, and those that may: a parliament has sessions, too, but with shorter names.
_SESSION = re.compile(r"phpsess(?:ion)?id|jsessionid|aspsessionid[a-z]*", re.IGNORECASE)
_MAYBE_SESSION = re.compile(r"s|sid|sess|session|session_?id|sess_?id|oscsid|zenid|cftoken", re.IGNORECASE)
_LEAST_SESSION = 16  # letters and digits
_MADE = re.compile(r"(?=[a-z]*\d)[0-9a-z]+", re.IGNORECASE)  # not a word
_IN_PATH = re.compile(r";(?:[a-z]*sess[a-z]*(?:id)?|sid|cfid|cftoken)=[^/?#;]*", re.IGNORECASE)
_ROUTE = re.compile(r"!|/")  # begins a fragment with which a script selects what it shows
BOILERPLATE = "boilerplate:"  # the beginning of the address of a page that lists a host's boilerplate
_PORTS = {"http": 80, "https": 443}
_SAFE = "/:@!$&'()*+,;=-._~%"
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")  # RFC 3986, 2.3: escaped or not, the same
_NO_ADDRESS = "is not an http or https address: give it whole, with https://"
_FORBIDDEN = re.compile(r"[\s#%/:<>?@\[\\\]^|]")  # in a host's name (url.spec.whatwg.org/#forbidden-host-code-point)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")


def key_of(url: str, ignored: Collection[str] = ()) -> str:
    """The canonical form of an address: two addresses with one key are one page.

    The scheme's letters, `http` against `https`, upper case and a trailing dot in the host, default ports, dot segments
    (`/./`, `/../`), fragments, tracking parameters, sessions, and unneeded escapes do not count. Everything else does, also
    `www.`, the order of the parameters, a trailing slash, and fragments that select the content (`#/reports`,
    `#!reports`), because pages can differ by them.

    Args:
        ignored: parameters that do not count on this site (a source's rules).

    >>> key_of("HTTPS://Www.Example.org.:443/a%7Eb/?utm_source=x&tab=2#top")
    '//www.example.org/a~b/?tab=2'

    Raises:
        ValueError: it is not an http or https address; the text says why, and how to write one.
    """
    parts, port = _parts(url)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"'{_shown(url)}' {_NO_ADDRESS}")
    host = _ascii(parts.hostname.removesuffix("."))
    if ":" not in host and not _is_name(host):
        raise ValueError(f"'{_shown(url)}' has no valid host: '{_shown(parts.hostname)}' can't be the name of one")
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _PORTS[scheme]:
        netloc += f":{port}"
    path = _without_dots(_ESCAPE.sub(_unescaped, _IN_PATH.sub("", parts.path)))
    path = quote(path, safe=_SAFE, errors="surrogatepass") or "/"
    # Older sites write other encodings than UTF-8 in a query: surrogates keep such bytes apart.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    query = urlencode(
        [pair for pair in pairs if not _tracks(*pair) and pair[0] not in ignored], errors="surrogateescape"
    )
    route = quote(_ESCAPE.sub(_unescaped, parts.fragment), safe=f"{_SAFE}?") if _ROUTE.match(parts.fragment) else ""
    return f"//{netloc}{path}" + (f"?{query}" if query else "") + (f"#{route}" if route.strip("!/") else "")


def without_session(url: str) -> str:
    """An address without its session, tracking parameters and fragment, as far as these do not select the content.

    >>> without_session("https://a.example/list;jsessionid=0A1B?id=7&PHPSESSID=8f2c1d#top")
    'https://a.example/list?id=7'
    """
    address, _, fragment = url.strip().partition("#")
    path, _, query = address.partition("?")
    pairs = (pair for pair in query.split("&") if pair)
    kept = "&".join(pair for pair in pairs if not _tracks(pair.partition("=")[0], pair.partition("=")[2]))
    route = f"#{fragment}" if _ROUTE.match(fragment) and fragment.strip("!/") else ""
    return _IN_PATH.sub("", path) + (f"?{kept}" if kept else "") + route


def host_in(key: str) -> str:
    """The authority in a canonical form."""
    return key[2:].partition("/")[0]


def _unescaped(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()


def _without_dots(path: str) -> str:
    """A path without its dot segments (RFC 3986, 5.2.4).

    >>> _without_dots("/a/./b/../c/.."), _without_dots("/../a//./b")
    ('/a/', '/a//b')
    """
    if "/." not in path:
        return path
    kept: list[str] = []
    first, *segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join([first, *kept])


def is_web(url: str) -> bool:
    """Whether an address is http or https."""
    try:
        return bool(key_of(url))
    except ValueError:
        return False


def fault_in(url: str) -> str:
    """Why an address can't be that of a page to keep, as the end of a sentence about it; empty if it can."""
    if any(letter.isspace() for letter in url) or not is_web(url):
        return "is not an http or https address"
    return "has a user name or password, which is never sent" if names_user(url) else ""


def names_user(url: str) -> bool:
    """Whether an address has a user name, perhaps with a password, before the host."""
    return "@" in urlsplit(url.strip()).netloc


def _parts(url: str) -> tuple[SplitResult, int | None]:
    if any(c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in url.strip()):
        raise ValueError(f"'{_shown(url)}' has control characters: omit them")
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise ValueError(f"'{_shown(url)}' {_NO_ADDRESS}") from None
    try:
        if (port := parts.port) != 0:
            return parts, port
    except ValueError:  # it is no number, or too large
        pass
    raise ValueError(f"'{_shown(url)}' has no valid port: a port is a number from 1 to 65535")


def _is_name(host: str) -> bool:
    """Whether a host may be the name of one (RFC 1035, 2.3.4, for lengths); underscores occur, and are allowed."""
    return len(host) <= 253 and all(0 < len(label) <= 63 for label in host.split(".")) and not _FORBIDDEN.search(host)


def _shown(url: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in url)


def _tracks(parameter: str, value: str) -> bool:
    """Whether a parameter says where a reader came from, or which reader it is."""
    if parameter.lower() in TRACKING or parameter.lower().startswith("utm_") or _SESSION.fullmatch(parameter):
        return True
    return (
        bool(_MAYBE_SESSION.fullmatch(parameter))
        and len(value) >= _LEAST_SESSION
        and _MADE.fullmatch(value) is not None
    )


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()
