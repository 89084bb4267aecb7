"""The outbox: what each channel is to send, and what became of it.

A notice is in it before anything is sent. An attempt is on record before it begins; so a process that is killed loses
nothing, and whoever comes next sends again what may not have arrived, under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.store import holders
from pagewitness.archive.store.bookmarks import SeenSoFar
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import digest_of

FIRST_PAUSE = 60.0  # seconds after the first attempt that failed; then four times as long each time
LONGEST_PAUSE = 12 * 3600.0
GIVE_UP = 5 * 86400.0  # seconds after which a notice is abandoned,
LEAST_TRIES = 5  # if it was tried so often
LONGEST_ATTEMPT = 600.0  # seconds
OPEN = "state in ('waiting', 'sending')"


class ToldSoFar(NamedTuple):
    """Up to where the notices of a channel are in the outbox."""

    notification_id: int
    visit_id: int
    undecided: str
    alert_turn_id: int
    looked_at: str

    @property
    def seen(self) -> SeenSoFar:
        """The same as a bookmark, for events that are no notifications."""
        return SeenSoFar(self.visit_id, self.undecided, self.looked_at)


def told_so_far(db: Sqlite, channel: str) -> ToldSoFar | None:
    """Up to where a channel's notices are in the outbox; None for a new channel."""
    sql = "select notification_id, visit_id, undecided, alert_turn_id, looked_at from channels where name = :name"
    return db.one(ToldSoFar, sql, name=channel)


def begin_channel(db: Sqlite, channel: str, here: ToldSoFar) -> None:
    """Begin a channel: it tells what comes after a point. One that has begun stays as it is."""
    db.execute(
        """insert into channels (name, notification_id, visit_id, undecided, alert_turn_id, looked_at)
           values (:name, :notification_id, :visit_id, :undecided, :alert_turn_id, :looked_at) on conflict do nothing""",
        name=channel,
        **here._asdict(),
    )


class Outgoing(NamedTuple):
    """A notice that is to be put into the outbox: its key, and its text as JSON."""

    key: str
    notice: str


def put(db: Sqlite, channel: str, notices: Iterable[Outgoing], since: ToldSoFar, here: ToldSoFar) -> bool:
    """Put notices into the outbox and move the channel on, in one transaction.

    Args:
        notices: all from one point to another.
        since, here: these points.

    Returns:
        False if another process did it meanwhile; then nothing is written.
    """
    with db.transaction():
        moved = db.execute(
            """update channels set notification_id = :notification_id, visit_id = :visit_id, undecided = :undecided,
                   alert_turn_id = :alert_turn_id, looked_at = :looked_at
               where name = :name and notification_id = :last and visit_id = :seen and alert_turn_id = :turn
                   and looked_at = :looked""",
            name=channel, last=since.notification_id, seen=since.visit_id, turn=since.alert_turn_id,
            looked=since.looked_at, **here._asdict(),
        )  # fmt: skip
        if not moved:
            return False
        db.many(
            """insert into outbox (channel, key, notice, added_at, due_at) values (:channel, :key, :notice, :at, :at)
               on conflict do nothing""",
            [{"channel": channel, "at": here.looked_at, **one._asdict()} for one in notices],
        )
    return True


@dataclass(frozen=True, slots=True)
class Delivery:
    """Notices that are sent together.

    Attributes:
        key: the same at each attempt.
        notices: as JSON, the oldest first.
        added_at: when the oldest was put into the outbox.
        tries: attempts, with the one that begins now.
    """

    channel: str
    key: str
    notices: tuple[str, ...]
    added_at: str
    tries: int


class _Row(NamedTuple):
    id: int
    key: str
    notice: str
    added_at: str
    tries: int
    state: str
    delivery: str | None
    holder: str | None
    tried_at: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a channel is to be sent.

    Attributes:
        together: whether all notices that wait go in one delivery.
        daily: whether one delivery a day (UTC) is enough.
        at_once: whether not to wait for the pause after a failure to end.
    """

    together: bool = False
    daily: bool = False
    at_once: bool = False


def claim(db: Sqlite, channel: str, terms: Terms, now: str, tried: Collection[str] = ()) -> Delivery | None:
    """Take what a channel is to send next, and put the attempt on record; None if there is nothing to send now.

    First comes what a process was sending that has been killed: nobody knows whether it arrived.

    Args:
        tried: keys of deliveries that were tried just now.
    """
    with db.transaction():
        rows = db.all(
            _Row,
            f"""select id, key, notice, added_at, tries, state, delivery, holder, tried_at from outbox
                where channel = :channel and {OPEN} and (delivery is null or delivery not in (select value from json_each(:tried)))
                    and (due_at <= :now or due_at > :never or :at_once or state = 'sending')
                order by state, delivery is null, id""",
            channel=channel, now=now, at_once=terms.at_once, tried=json.dumps(list(tried)),
            never=times.later(now, 2 * LONGEST_PAUSE),  # a time that comes of a clock that was wrong
        )  # fmt: skip
        left = [row for row in rows if row.state == "waiting" or _is_abandoned(row, now)]
        taken = _chosen(left, terms, terms.daily and _has_sent_today(db, channel, now))
        if not taken:
            return None
        key = taken[0].delivery or (taken[0].key if len(taken) == 1 else digest_of(*(one.key for one in taken))[:32])
        db.many(
            """update outbox set state = 'sending', delivery = :delivery, holder = :holder, tries = tries + 1,
                   tried_at = :now where id = :id""",
            [{"id": one.id, "delivery": key, "holder": holders.name_of_process(), "now": now} for one in taken],
        )
    return Delivery(channel, key, tuple(one.notice for one in taken), taken[0].added_at, taken[0].tries + 1)


def _chosen(rows: Sequence[_Row], terms: Terms, enough: bool) -> list[_Row]:
    """The notices of one delivery: one that has begun before others."""
    begun = next((row.delivery for row in rows if row.delivery is not None), None)
    if begun is not None:
        return [one for one in rows if one.delivery == begun]
    if enough:
        return []
    return list(rows) if terms.together else list(rows[:1])


def _is_abandoned(row: _Row, now: str) -> bool:
    """Whether the process that was sending a notice has ended, or has had it for longer than any attempt takes."""
    tried = row.tried_at or ""
    return holders.is_dead(row.holder or "") or not times.later(now, -LONGEST_ATTEMPT) <= tried <= now


def _has_sent_today(db: Sqlite, channel: str, now: str) -> bool:
    # Not after today: such a time comes of a clock that was wrong.
    sql = """
        select 1 from outbox where channel = :channel and delivery is not null
            and tried_at >= :day and tried_at < :next_day limit 1"""
    return bool(db.value(sql, channel=channel, day=now[:10], next_day=times.later(now, 86400)[:10]))


def keep_sent(db: Sqlite, delivery: Delivery, *, forget: bool = True, amiss: str | None = None) -> None:
    """Record that a delivery was sent.

    Args:
        forget: whether to empty its notices.
        amiss: what was not as it should be all the same.
    """
    db.execute(
        """update outbox set state = 'sent', holder = null, error = :amiss,
               notice = case when :forget then '' else notice end
           where channel = :channel and delivery = :key and state = 'sending'""",
        channel=delivery.channel, key=delivery.key, amiss=amiss, forget=forget,
    )  # fmt: skip


def keep_failed(db: Sqlite, delivery: Delivery, error: str, now: str) -> bool:
    """Record that an attempt failed, and when the next one may begin.

    Returns:
        True if it was the last one: for days it could not be sent, and it is abandoned.
    """
    abandoned = delivery.tries >= LEAST_TRIES and now >= times.later(delivery.added_at, GIVE_UP)
    pause = min(FIRST_PAUSE * 4.0 ** min(delivery.tries - 1, 10), LONGEST_PAUSE)
    db.execute(
        """update outbox set state = :state, holder = null, error = :error, due_at = :due
           where channel = :channel and delivery = :key and state = 'sending'""",
        channel=delivery.channel, key=delivery.key, error=error, due=times.later(now, pause),
        state="abandoned" if abandoned else "waiting",
    )  # fmt: skip
    return abandoned


class Waiting(NamedTuple):
    """What the outbox has for a channel.

    Attributes:
        waiting, sent, abandoned: how many notices.
        oldest: when the oldest that waits was put in; None if none waits.
        due_at: when the next attempt may begin; None if none waits.
        error: why the last attempt failed; None if none did.
    """

    channel: str
    waiting: int
    sent: int
    abandoned: int
    oldest: str | None
    due_at: str | None
    error: str | None


def what_waits(db: Sqlite) -> list[Waiting]:
    """What the outbox has for each channel that ever told anything, by name."""
    return db.all(
        Waiting,
        f"""select channel, sum({OPEN}) as waiting, sum(state = 'sent') as sent, sum(state = 'abandoned') as abandoned,
                min(case when {OPEN} then added_at end) as oldest, min(case when {OPEN} then due_at end) as due_at,
                max(case when {OPEN} then error end) as error
            from outbox group by channel order by channel""",
    )


def notices_of(db: Sqlite, channel: str, most: int) -> list[str]:
    """The newest notices of a channel that are kept, as JSON, the newest first."""
    sql = "select notice from outbox where channel = :channel and notice <> '' order by id desc limit :most"
    return db.column(str, sql, channel=channel, most=most)


def forget_older(db: Sqlite, channel: str, most: int) -> None:
    """Empty all sent notices of a channel but the newest."""
    db.execute(
        """update outbox set notice = '' where channel = :channel and state = 'sent' and notice <> '' and id <= (
               select id from outbox where channel = :channel and notice <> '' order by id desc limit 1 offset :most)""",
        channel=channel, most=most,
    )  # fmt: skip


def open_notices(db: Sqlite, channel: str) -> list[str]:
    """The notices of a channel that wait or are being sent, as JSON, the oldest first."""
    return db.column(str, f"select notice from outbox where channel = :channel and {OPEN} order by id", channel=channel)
