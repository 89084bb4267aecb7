"""Which changes people learn of, and what the outbox does when it can't be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import day
from loopback import Loopback, Reply, network
from told_worlds import FIRST, SECOND, THIRD, URL, World, world

from pagewitness.archive import times
from pagewitness.archive.diff.listed import ListedChange, ListedEntry, SamePage
from pagewitness.archive.diff.notice import notice_from_text, notice_of
from pagewitness.archive.render import notices as render
from pagewitness.archive.search import alerts
from pagewitness.archive.store import evidence, outbox
from pagewitness.archive.store.outbox import Outgoing, Terms
from pagewitness.archive.views import news
from pagewitness.config.channels import Notify
from pagewitness.scraper.net.session import open_session
from pagewitness.scraper.tell import telling


@pytest.fixture
def hook() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def told(hook: Loopback, tmp_path: Path) -> Iterator[World]:
    """A world with a webhook that has begun."""
    with world(tmp_path, f'[notify.webhook]\nurl = "{hook.url("/s3cret")}"\n') as made:
        made.begin()
        yield made


def events(hook: Loopback) -> list[dict[str, Any]]:
    return [json.loads(post.body) for post in hook.posts]


def causes(hook: Loopback) -> list[str]:
    return [event["data"]["cause"] for event in events(hook)]


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_a_change_is_told_once(told: World, hook: Loopback) -> None:
    """And no visit that showed nothing new."""
    told.visit(1, SECOND)
    assert [(one.channel, one.sent, one.waiting, one.error) for one in told.tell()] == [("webhook", 1, 0, None)]
    told.visit(2, SECOND)
    assert [one.sent for one in told.tell()] == [0]
    [event] = events(hook)
    assert event["type"] == "page.change"
    data = event["data"]
    assert data["summary"] == "An attack on the port is [-unlikely-]{+likely+}."
    assert (data["url"], data["title"], data["captured_at"], data["not_before"]) == (URL, "Assessment", day(1), day(0))
    assert [hunk["change"] for hunk in data["hunks"]] == ["edited"]


def test_what_was_there_before_a_channel_began_is_not_told(hook: Loopback, tmp_path: Path) -> None:
    with world(tmp_path, f'[notify.webhook]\nurl = "{hook.url()}"\n') as made:
        made.visit(0, FIRST)
        made.visit(1, SECOND)
        assert [one.sent for one in made.tell()] == [0]
    assert hook.posts == []


def test_a_page_that_somebody_added_is_no_news_and_one_that_a_listing_gained_is(told: World, hook: Loopback) -> None:
    told.visit(1, FIRST, url="https://example.org/added")
    assert [one.sent for one in told.tell()] == [0]
    told.visit(1, FIRST, url="https://example.org/found")
    listing, found = (evidence.known_page(told.db, url) for url in (URL, "https://example.org/found"))
    told.db.execute("update pages set parent_id = :parent where id = :id", parent=listing.id, id=found.id)
    listed = """insert into listed (page_id, key, since_at, url, title, place)
        values (:page, (select key from pages where id = :id), :at, '', '', 0)"""
    told.db.execute("update channels set notification_id = notification_id - 1")
    told.db.execute(listed, page=listing.id, id=found.id, at=day(0))  # from the beginning
    assert [one.sent for one in told.tell()] == [0]
    told.db.execute("update channels set notification_id = notification_id - 1")
    told.db.execute("update listed set since_at = :at", at=day(0.5))
    assert [one.sent for one in told.tell()] == [1]
    assert causes(hook) == ["first"]


def test_what_an_import_or_another_cleaner_changed_is_not_told(told: World, hook: Loopback) -> None:
    told.visit(0.5, SECOND, writer="import")
    told.visit(0.6, ["Not found."], writer="import", status=404)
    told.visit(0.7, SECOND, writer="import")
    assert [one.sent for one in told.tell()] == [0]
    assert hook.posts == []


def test_a_page_that_is_removed_and_back_is_told(told: World, hook: Loopback) -> None:
    for at in (1, 1.1, 1.2):
        told.visit(at, ["Not found."], status=404)
        told.tell()
    told.visit(2, FIRST)
    told.tell()
    told.tell()
    assert causes(hook) == ["removed", "back"]
    assert events(hook)[0]["data"]["summary"] == "HTTP status 404"


def test_the_same_edit_on_several_pages_is_one_notice(told: World, hook: Loopback) -> None:
    told.visit(0, FIRST, url="https://example.org/other")
    told.tell()
    for url in (URL, "https://example.org/other"):
        told.visit(1, SECOND, url=url)
    told.tell()
    [event] = events(hook)
    assert sorted(page["url"] for page in event["data"]["pages"]) == [URL, "https://example.org/other"]


def test_a_change_names_the_saved_searches_that_it_has_to_do_with(told: World, hook: Loopback) -> None:
    """Or the page's match comes alone, if the change was sent before."""
    alerts.add_alert(told.db, "attacks", '"is likely"', day(0))
    told.visit(1, SECOND)
    alerts.record(told.db, times.now())
    told.tell()
    told.visit(2, THIRD)
    told.tell()
    alerts.record(told.db, times.now())
    told.tell()
    assert [(event["data"]["cause"], event["data"]["searches"]) for event in events(hook)] == [
        ("change", [{"name": "attacks", "matches": True}]),
        ("change", []),
        ("search", [{"name": "attacks", "matches": False}]),
    ]


@pytest.mark.parametrize("ahead", [10 * 365 * 86400, 0.001])
def test_what_an_alert_found_is_told_though_a_clock_was_ahead_or_another_process_told_meanwhile(
    told: World, hook: Loopback, monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    alerts.add_alert(told.db, "attacks", "likely", day(0))
    found_at = times.now()
    told.visit(1, SECOND)
    with monkeypatch.context() as patched:
        patched.setattr(times, "now", lambda: times.later(found_at, ahead))
        told.tell()
    alerts.record(told.db, found_at)
    told.tell()
    told.tell()
    assert [event["data"]["searches"] for event in events(hook)] == [[], [{"name": "attacks", "matches": True}]]


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ('pages = ["org/assessment"]', ["assessment"]),
        ('pages = ["other"]', ["other"]),
        ('pages = ["Assessment"]', ["assessment", "other"]),
        ('searches = ["attacks"]', ["other"]),
        ('sources = ["Example Agency"]', ["assessment"]),
    ],
)
def test_a_channel_tells_only_what_it_is_restricted_to(
    hook: Loopback, tmp_path: Path, restriction: str, expected: list[str]
) -> None:
    with world(tmp_path, f'[notify.webhook]\nurl = "{hook.url()}"\n{restriction}\n') as made:
        made.visit(0, FIRST, url="https://example.org/other")
        made.begin()
        made.db.execute("insert into sources (id, name) values (1, 'Example Agency')")
        made.db.execute("update pages set source_id = 1 where url = :url", url=URL)
        alerts.add_alert(made.db, "attacks", "certain", day(0))
        made.visit(1, SECOND)
        made.visit(1, THIRD, url="https://example.org/other")
        alerts.record(made.db, times.now())
        made.tell()
    assert sorted(event["data"]["url"].rpartition("/")[2] for event in events(hook)) == expected


def test_a_channel_that_is_restricted_to_nothing_that_there_is_says_so_and_loses_nothing(
    hook: Loopback, tmp_path: Path
) -> None:
    with world(tmp_path, f'[notify.webhook]\nurl = "{hook.url()}"\nsearches = ["attacks"]\n') as made:
        made.begin()
        made.visit(1, SECOND)
        [one] = made.tell()
        assert one.error == "[notify.webhook] searches: there is no alert 'attacks': `pagewitness alert` lists them."
        alerts.add_alert(made.db, "attacks", "nowhere", day(0))
        made.db.execute(
            "insert into alert_turns (alert_id, page_id, found, at) select 1, id, 1, :at from pages", at=day(2)
        )
        assert [one.sent for one in made.tell()] == [1]


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_what_could_not_be_sent_waits_and_comes_under_the_same_key(told: World, hook: Loopback) -> None:
    hook.routes["/s3cret"] = Reply(500)
    told.visit(1, SECOND)
    [one] = told.tell()
    assert (one.sent, one.waiting) == (0, 1)
    assert one.error == f"{hook.origin}… answers with HTTP status 500."
    assert [one.error for one in told.tell()] == [None], "it waits for the pause to end"
    assert len(hook.posts) == 1
    hook.routes["/s3cret"] = Reply(204)
    assert [(one.sent, one.waiting) for one in told.tell(at_once=True)] == [(1, 0)]
    keys = {post.headers["webhook-id"] for post in hook.posts}
    assert len(hook.posts) == 2
    assert len(keys) == 1


def test_pauses_grow_and_after_days_a_notice_is_given_up(
    told: World, hook: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.routes["/s3cret"] = Reply(500)
    told.visit(1, SECOND)
    pauses, now = [], times.now()
    monkeypatch.setattr(times, "now", lambda: now)
    for _ in range(30):
        [one] = told.tell()
        due = told.db.value("select due_at from outbox")
        pauses.append((times.moment(due) - times.moment(now)).total_seconds())
        if one.abandoned:
            break
        now = due
    assert pauses[:4] == [60, 240, 960, 3840]
    assert max(pauses) == outbox.LONGEST_PAUSE
    assert 8 < len(pauses) < 20
    assert [(one.waiting, one.abandoned) for one in outbox.what_waits(told.db)] == [(0, 1)]
    assert [one.sent for one in told.tell(at_once=True)] == [0]


@pytest.mark.parametrize(("status", "asked"), [(400, 2), (503, 1)])
def test_a_notice_that_is_refused_holds_up_no_other_but_a_server_that_is_down_is_asked_once(
    told: World, hook: Loopback, status: int, asked: int
) -> None:
    hook.routes["/s3cret"] = Reply(status)
    told.visit(0, FIRST, url="https://example.org/other")
    told.tell()
    told.visit(1, SECOND)
    told.visit(1, THIRD, url="https://example.org/other")
    [one] = told.tell()
    assert (len(hook.posts), one.waiting) == (asked, 2)


def test_a_redirect_is_not_followed(told: World, hook: Loopback) -> None:
    hook.routes["/s3cret"] = Reply(307, headers=(("Location", hook.url("/elsewhere")),))
    told.visit(1, SECOND)
    [one] = told.tell()
    assert one.error == f"{hook.origin}… answers with HTTP status 307; redirects are not followed."
    assert [post.path for post in hook.posts] == ["/s3cret"]
    assert hook.paths == []


def test_a_private_address_is_told_only_where_it_is_allowed_and_no_error_names_a_secret_path(
    told: World, hook: Loopback
) -> None:
    told.visit(1, SECOND)
    with open_session(network(allow=())) as session:
        [one] = telling.tell(told.db, told.notify, session)
    assert one.error is not None
    assert '[network] allow = ["127.0.0.1/32"]' in one.error
    assert "s3cret" not in one.error
    assert hook.posts == []


def test_an_attempt_that_was_killed_is_made_again_first(told: World, hook: Loopback) -> None:
    """Nobody knows whether it arrived; a process that still sends is left alone."""
    told.visit(1, SECOND)
    since = outbox.told_so_far(told.db, "webhook")
    assert since is not None
    made = [Outgoing(one.key, one.to_text()) for one in news.news(told.db, since)]
    assert outbox.put(told.db, "webhook", made, since, news.told_here(told.db, times.now()))
    assert outbox.claim(told.db, "webhook", Terms(), times.now()) is not None
    assert [one.sent for one in told.tell()] == [0], "this process is still alive, and sending it"
    told.db.execute("update outbox set holder = replace(holder, ' ', ' 99999') where state = 'sending'")
    machine, _, _ = told.db.value("select holder from outbox").partition(" ")
    told.db.execute("update outbox set holder = :dead", dead=f"{machine} 4194305 1")
    assert [one.sent for one in told.tell()] == [1]


def test_what_another_machine_has_been_sending_for_long_is_sent_again(told: World) -> None:
    """Nobody here can know whether its process still runs: a container has another name each time."""
    told.visit(1, SECOND)
    since = outbox.told_so_far(told.db, "webhook")
    assert since is not None
    made = [Outgoing(one.key, one.to_text()) for one in news.news(told.db, since)]
    assert outbox.put(told.db, "webhook", made, since, news.told_here(told.db, times.now()))
    assert outbox.claim(told.db, "webhook", Terms(), times.now()) is not None
    told.db.execute("update outbox set holder = 'elsewhere 7 1'")
    assert [one.sent for one in told.tell()] == [0]
    told.db.execute("update outbox set tried_at = :at", at=times.later(times.now(), -outbox.LONGEST_ATTEMPT - 1))
    assert [one.sent for one in told.tell()] == [1]


def test_two_processes_that_look_at_once_put_a_change_in_once(told: World) -> None:
    told.visit(1, SECOND)
    since = outbox.told_so_far(told.db, "webhook")
    assert since is not None
    made = [Outgoing(one.key, one.to_text()) for one in news.news(told.db, since)]
    here = news.told_here(told.db, times.now())
    assert outbox.put(told.db, "webhook", made, since, here)
    assert not outbox.put(told.db, "webhook", made, since, here)
    assert told.db.value("select count(*) from outbox") == 1


def test_a_notice_is_the_same_after_it_was_kept(told: World) -> None:
    told.visit(1, SECOND)
    since = outbox.told_so_far(told.db, "webhook")
    assert since is not None
    [made] = news.news(told.db, since)
    again = notice_from_text(made.to_text())
    assert again == made
    assert again.as_json() == made.as_json()


def test_two_things_that_happen_to_a_page_at_once_have_two_keys() -> None:
    page = SamePage(URL, "Assessment", None, 2, 1, day(1), day(0))
    links = [
        ListedChange("repointed", (page,), line=(("=", said),)) for said in ("“one” leads there", "“two” leads there")
    ]
    assert len({notice_of(one).key for one in links}) == 2
    assert notice_of(links[0]).key == notice_of(links[0]).key


def test_entries_of_a_listing_are_named_in_every_form() -> None:
    page = SamePage(URL, "Reports", None, None, None, day(1), day(0))
    new = ListedEntry("new", "https://example.org/2024", "Report 2024")
    kept = notice_of(ListedChange("listed", (page,), line=(("=", "1 new: “Report 2024”"),), entries=(new,)))
    again = notice_from_text(kept.to_text())
    assert again == kept
    assert render.heading(again) == "New entries: Reports"
    assert "new: Report 2024 (https://example.org/2024)" in render.as_plain_text([again])
    assert "new: Report 2024" in render.as_html_part(again)


def test_without_channels_nothing_is_kept(told: World) -> None:
    told.visit(1, SECOND)
    assert telling.tell(told.db, Notify(), told.session) == []
    assert told.db.value("select count(*) from outbox") == 0
