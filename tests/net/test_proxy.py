"""Behind a proxy and behind TLS inspection: what is checked, what is sent where, and what is recorded."""

from __future__ import annotations

import socket
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from loopback import TLS, Handler, Loopback, Reply, network, refuse_other_connections
from proxy import Proxy

from pagewitness.archive.errors import FetchError, Refused
from pagewitness.archive.model import Answer
from pagewitness.config import ConfigError
from pagewitness.scraper.net.fetch import Failed, fetch, open_session

HTML = b"<p>Threats grow.</p>" * 500


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_other_connections(monkeypatch)


def resolving(**hosts: str) -> Any:
    """A resolver that knows these names (with a hyphen for a dot), the numbers, and no others."""

    def found(host: str, port: int) -> list[Any]:
        known = {name.replace("_", "."): address for name, address in hosts.items()}
        address = known.get(host, host)
        if not address.replace(".", "").isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return found


def error_of(result: object, kind: type[Exception]) -> str:
    assert isinstance(result, Failed), result
    assert isinstance(result.error, kind), repr(result.error)
    return str(result.error)


def test_a_name_that_only_the_proxy_knows_is_fetched_through_it(site: Loopback) -> None:
    """In absolute form; the record has the proxy's address, and no password."""
    site.routes["/a"] = Reply(200, HTML)
    with (
        Proxy({"inner.example": "127.0.0.1"}, "Basic YW5uOnBhc3M=") as proxy,
        open_session(network(proxy=proxy.url.replace("//", "//ann:pass@")), resolve=resolving()) as session,
    ):
        url = f"http://inner.example:{site.server_port}/a"
        answer = fetch(url, session)
        assert isinstance(answer, Answer), answer
        assert answer.body == HTML
        assert proxy.requests == [("GET", url, "Basic YW5uOnBhc3M=")]
        assert site.requests[0].headers["Proxy-Authorization"] is None
        assert answer.exchange is not None
        assert (answer.exchange.address, answer.exchange.port) == ("127.0.0.1", proxy.server_port)
        assert ("Proxy-Authorization", "…") in answer.exchange.request_headers
        assert "YW5u" not in repr(answer)


@pytest.mark.parametrize("tls", [False, True])
def test_https_goes_through_a_tunnel(tls: bool) -> None:
    """The certificate is the site's, checked by its name; the tunnel is kept; the proxy itself may be asked over TLS."""
    with (
        Loopback({"/": Reply(200, HTML)}, certificate="localhost") as site,
        Proxy({"localhost": "127.0.0.1"}, tls=tls) as proxy,
        open_session(
            network(proxy=proxy.url), trust=str(TLS / "localhost.pem"), resolve=resolving(localhost="127.0.0.1")
        ) as session,
    ):
        for _ in range(2):
            answer = fetch(site.url(), session)
            assert isinstance(answer, Answer), answer
            assert answer.body == HTML
        assert proxy.requests == [("CONNECT", f"localhost:{site.server_port}", None)]
        assert answer.exchange is not None
        assert answer.exchange.tls_version is not None


def test_a_site_with_a_wrong_certificate_fails_behind_a_proxy_too() -> None:
    """A proxy is no reason to trust anybody."""
    with (
        Loopback({"/": Reply(200, HTML)}, certificate="elsewhere") as site,
        Proxy({"localhost": "127.0.0.1"}) as proxy,
        open_session(network(proxy=proxy.url), trust=str(TLS / "elsewhere.pem"), resolve=resolving()) as session,
    ):
        assert "the certificate is not to be trusted" in error_of(fetch(site.url(), session), FetchError)
        assert site.requests == []


def test_the_proxys_own_address_is_checked(site: Loopback) -> None:
    """A private one has to be allowed, by number or by name."""
    with Proxy({"inner.example": "127.0.0.1"}) as proxy:
        for address in (proxy.url, f"http://proxy.example:{proxy.server_port}"):
            with open_session(
                network(proxy=address, allow=(ip_network("10.0.0.0/8"),)), resolve=resolving(proxy_example="127.0.0.1")
            ) as session:
                said = error_of(fetch("http://inner.example/", session), Refused)
            assert '[network] allow = ["127.0.0.1/32"]' in said
        assert proxy.requests == []


@pytest.mark.parametrize(
    "url", ["http://inner.example/", "https://inner.example/", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/"]
)
def test_a_site_that_leads_to_a_private_address_as_seen_from_here_is_refused(url: str) -> None:
    """By name or by number: the proxy is not asked."""
    with (
        Proxy() as proxy,
        open_session(network(proxy=proxy.url), resolve=resolving(inner_example="10.0.0.1")) as session,
    ):
        assert "10.0.0.1" in error_of(fetch(url, session), Refused)
        assert "10.0.0.1" in error_of(fetch(url, session), Refused)  # that it was asked before changes nothing
        assert proxy.requests == []


def test_a_redirect_is_checked_behind_a_proxy(site: Loopback) -> None:
    """Each hop again."""
    site.routes["/"] = Reply(302, b"", (("Location", "http://private.example/"),))
    with (
        Proxy({"inner.example": "127.0.0.1"}) as proxy,
        open_session(network(proxy=proxy.url), resolve=resolving(private_example="10.0.0.1")) as session,
    ):
        error_of(fetch(f"http://inner.example:{site.server_port}/", session), Refused)
        assert len(proxy.requests) == 1


def test_a_proxy_that_says_no_or_nothing_is_named(site: Loopback) -> None:
    """The sentence says that it is the proxy, and never its password."""
    with Proxy(password="Basic other") as proxy:
        address = proxy.url.replace("//", "//ann:secret@")
        with open_session(network(proxy=address), resolve=resolving()) as session:
            said = error_of(fetch("https://inner.example/", session), FetchError)
            assert "the proxy of [network] proxy gives no connection (Tunnel connection failed: 407" in said
            answer = fetch("http://inner.example/", session)
            assert isinstance(answer, Answer)  # an answer as any other: nobody can tell whose it is
            assert answer.status == 407
    with open_session(network(proxy=address), resolve=resolving()) as session:
        for scheme in ("http", "https"):
            said = error_of(fetch(f"{scheme}://inner.example/", session), FetchError)
            assert "the proxy of [network] proxy gives no connection (Connection refused)" in said
            assert "secret" not in said


def test_a_ca_bundle_is_trusted_beside_the_usual_authorities() -> None:
    """For an institution whose firewall signs what it inspects."""
    with Loopback({"/": Reply(200, HTML)}, certificate="localhost") as site:
        with open_session(network(), trust=str(TLS / "elsewhere.pem")) as session:
            assert isinstance(fetch(site.url(), session), Failed)
        with open_session(network(ca_bundle=str(TLS / "localhost.pem")), trust=str(TLS / "elsewhere.pem")) as session:
            answer = fetch(site.url(), session)
            assert isinstance(answer, Answer), answer
            assert answer.body == HTML


def test_a_ca_bundle_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    """In one sentence, before anything is fetched."""
    missing, empty = tmp_path / "missing.pem", tmp_path / "empty.pem"
    empty.write_text("hello")
    for file, said in ((missing, "can't be read: No such file or directory"), (empty, "holds no certificates in PEM")):
        with pytest.raises(ConfigError) as caught:
            open_session(network(ca_bundle=str(file)))
        assert said in str(caught.value)
        assert str(file) in str(caught.value)


def test_a_tunnel_that_closes_while_we_ask_is_opened_again() -> None:
    """As a connection without a proxy is: the request goes out once more, through a new tunnel."""
    ports: list[int] = []

    def once_for_each_connection(handler: Handler) -> Reply | None:
        port = handler.client_address[1]
        ports.append(port)
        return None if ports.count(port) > 1 else Reply(200, b"ok")

    with (
        Loopback({"/": once_for_each_connection}, certificate="localhost") as site,
        Proxy({"localhost": "127.0.0.1"}) as proxy,
        open_session(network(proxy=proxy.url), trust=str(TLS / "localhost.pem"), resolve=resolving()) as session,
    ):
        for _ in range(3):
            answer = fetch(site.url(), session)
            assert isinstance(answer, Answer), answer
            assert answer.body == b"ok"
        assert len(proxy.requests) == 3
        assert len(ports) == 5
