"""Webhooks and their signatures, Apprise, and heartbeats."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Loopback, Reply, network
from told_worlds import SECOND, THIRD, world

from pagewitness.archive.errors import Untold
from pagewitness.config import ConfigError
from pagewitness.config.channels import HeartbeatChannel
from pagewitness.scraper.net.session import open_session
from pagewitness.scraper.tell import chat
from pagewitness.scraper.tell.asking import ask
from pagewitness.scraper.tell.heartbeat import heartbeats
from pagewitness.scraper.tell.webhook import signature

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four.").decode()


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as made:
        yield made


# --- webhooks ---------------------------------------------------------------------------------------------------------


def test_a_webhook_is_signed_as_standard_webhooks_says(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    with world(tmp_path, f'[notify.webhook]\nurl = "{server.url("/hook?a=1")}"\nsecret_file = "secret"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        made.tell()
    [post] = server.posts
    assert post.path == "/hook?a=1"
    assert post.headers["Content-Type"] == "application/json"
    assert post.headers["Idempotency-Key"] == post.headers["webhook-id"] == json.loads(post.body)["data"]["id"]
    at = post.headers["webhook-timestamp"]
    assert abs(int(at) - time.time()) < 60
    signed = f"{post.headers['webhook-id']}.{at}.".encode() + post.body
    expected = hmac.new(b"a secret of twenty-four.", signed, hashlib.sha256).digest()
    assert post.headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_the_signature_is_that_of_the_specification() -> None:
    """Its example (standard-webhooks, spec/standard-webhooks.md)."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ConfigError, match="has to be Base64"):
        signature("whsec_?", "a", 1, b"")


def test_the_documentation_lists_the_fields_of_a_webhook(server: Loopback, tmp_path: Path) -> None:
    with world(tmp_path, f'[notify.webhook]\nurl = "{server.url()}"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        made.tell()
    event = json.loads(server.posts[0].body)
    assert set(event) == {"type", "timestamp", "data"}
    text = (ROOT / "docs" / "be-told.md").read_text(encoding="utf-8")
    listed = {
        name for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert set(event["data"]) <= listed
    assert set(event["data"]["pages"][0]) <= listed
    assert set(event["data"]["hunks"][0]) <= listed


@pytest.mark.parametrize("kind", ["webhook", "heartbeat"])
def test_an_address_with_a_user_name_is_refused_and_not_repeated(tmp_path: Path, kind: str) -> None:
    settings = f'[notify.{kind}]\nurl = "https://user:pw@example.org/services/s3cret"\n'
    with pytest.raises(ConfigError, match="has a user name in it") as refused, world(tmp_path, settings):
        pass
    assert "s3cret" not in str(refused.value)
    assert "pw" not in str(refused.value)


def test_what_the_guard_says_of_an_address_keeps_it_secret() -> None:
    with open_session(network()) as session, pytest.raises(Untold) as untold:
        ask(session, "https://user:pw@example.org/services/s3cret", 5)
    assert "s3cret" not in str(untold.value)
    assert "pw" not in str(untold.value)


# --- Apprise ----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning:apprise")
def test_services_are_told_by_apprise(server: Loopback, tmp_path: Path) -> None:
    """Each on its own: if one fails, the other is not told twice."""
    (tmp_path / "more").write_text(f"# of the office\njson://127.0.0.1:{server.server_port}/two-s3cret\n")
    settings = f'[notify.apprise]\nurls = "json://127.0.0.1:{server.server_port}/one"\nurls_file = "more"\n'
    server.routes["/two-s3cret"] = Reply(500)
    with world(tmp_path, settings) as made:
        made.begin()
        made.visit(1, SECOND)
        one, two = made.tell()
        assert (one.sent, one.error) == (1, None)
        assert (two.sent, two.waiting) == (0, 1)
        assert two.error is not None
        assert two.error.startswith("json://… did not take the notice")
        assert "s3cret" not in two.error
        server.routes["/two-s3cret"] = Reply(200)
        made.tell(at_once=True)
        kept = "\n".join(map(str, made.db.rows("select * from outbox")))
    assert [post.path for post in server.posts] == ["/one", "/two-s3cret", "/two-s3cret"]
    said = json.loads(server.posts[0].body)
    assert said["title"] == "Change: Assessment"
    assert "[-unlikely-]{+likely+}" in said["message"]
    assert "s3cret" not in kept


def test_apprise_connects_to_allowed_addresses_only(server: Loopback, tmp_path: Path) -> None:
    with world(tmp_path, f'[notify.apprise]\nurls = "json://localhost:{server.server_port}/one"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        with open_session(network(allow=())) as made.session:
            [one] = made.tell()
    assert one.error is not None
    assert "[network] allow" in one.error
    assert server.posts == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning:apprise")
@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_apprise_uses_no_proxy_of_the_environment(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A proxy connects for it, to addresses that the guard refuses."""
    for other in [one for one in os.environ if one.lower().endswith("_proxy")]:
        monkeypatch.delenv(other)
    monkeypatch.setenv(name, server.origin)
    with world(tmp_path, '[notify.apprise]\nurls = "json://169.254.169.254/latest"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        [one] = made.tell()
    assert one.error is not None
    assert "[network] allow" in one.error or "169.254.169.254" in one.error
    assert (server.posts, server.paths) == ([], [])
    assert os.environ[name] == server.origin


def test_without_apprise_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a service that it does not know, and a file that is missing."""
    with world(tmp_path, '[notify.apprise]\nurls = "nothing://x"\n') as made:
        made.begin()
        made.visit(1, SECOND)
        assert [one.error for one in made.tell()] == ["nothing://… is no service that Apprise knows."]
        monkeypatch.setitem(sys.modules, "apprise", None)
        assert [one.error for one in made.tell(at_once=True)] == [chat.LACKING]
    with world(tmp_path, '[notify.apprise]\nurls_file = "missing"\n') as made:
        made.begin()
        made.visit(3, THIRD)
        [one] = made.tell()
        assert one.error is not None
        assert "missing, which [notify.apprise] names, can't be read" in one.error


# --- heartbeats -------------------------------------------------------------------------------------------------------


def test_a_heartbeat_tells_the_beginning_the_end_and_a_failure(server: Loopback) -> None:
    server.routes |= {f"/beat{path}?rid=1": Reply(200) for path in ("", "/start", "/fail")}
    channels, said = [HeartbeatChannel(name="heartbeat", url=server.url("/beat?rid=1"))], list[str]()
    with open_session(network()) as session:
        with heartbeats(channels, session, said.append):
            assert server.paths == ["/beat/start?rid=1"]
        with heartbeats(channels, session, said.append) as pulse:
            pulse.failed = True
        with pytest.raises(KeyboardInterrupt), heartbeats(channels, session, said.append):
            raise KeyboardInterrupt
    ends = [path.removeprefix("/beat").removesuffix("?rid=1") for path in server.paths]
    assert ends == ["/start", "", "/start", "/fail", "/start", "/fail"]
    assert said == []


def test_a_heartbeat_that_can_not_be_sent_fails_nothing(server: Loopback) -> None:
    said = list[str]()
    with (
        open_session(network(allow=())) as session,
        heartbeats([HeartbeatChannel(name="heartbeat", url=server.url("/s3cret"))], session, said.append),
    ):
        pass
    assert len(said) == 2
    assert said[0].startswith("[notify.heartbeat] 127.0.0.1 is an address that is not public")
    assert "s3cret" not in said[0]
