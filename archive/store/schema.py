"""The schema, readable from top to bottom: what we follow, the evidence, what is derived from it, search, news, views.

Evidence is appended and never altered (triggers see to it); everything derived can be thrown away and made again from it.
Times are text: UTC, ISO 8601 with microseconds. Digests are SHA-256 in hex. Comments inside a statement stay in the file, so
`.schema` and Datasette show them, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pagewitness.archive.store.schema_derived import DERIVED, SEARCH
from pagewitness.archive.store.schema_views import VIEWS


def _append_only(*tables: str) -> str:
    """Triggers that keep rows as they were written."""
    return "".join(
        f"""
create trigger {table}_{event} before {event} on {table} begin
    select raise(abort, '{table} is append-only'); end;"""
        for table in tables
        for event in ("update", "delete")
    )


FOLLOWED = """
create table sources ( -- a publisher, from the catalogue or named by the user
    id integer primary key,
    name text not null unique,
    title text,
    country text, -- ISO 3166-1 alpha-2, EU or INT; null for a source that is not in the catalogue
    languages text not null default '[]', -- ISO 639-1, JSON
    rules text not null default '', -- how its pages are read, JSON; a digest of it is a part of the cleaner's name
    links text not null default '[]', -- patterns of the addresses that its listings lead to, JSON; none: those of the same site
    series text not null default '[]', -- its reports with the months in which a new one is expected, JSON: [[titles, months, keys], …]
    browser integer not null default 0, -- 1: a browser shows its pages
    pacing text not null default '' -- what it says about adaptive intervals, JSON
);
create table sites ( -- the hosts of sources
    host text primary key,
    source_id integer not null references sources (id),
    ignored text not null default '[]' -- parameters in addresses that do not distinguish pages, JSON
) without rowid;
create table pages ( -- a followed or imported address
    id integer primary key,
    url text not null,
    key text not null unique, -- its canonical form, which identifies the page
    host text not null, -- whose pace and robots.txt apply
    source_id integer references sources (id),
    kind text not null default 'html', -- html, pdf, or boilerplate: the lines that a host repeats
    title text,
    followed integer not null default 0,
    due_at text, -- null while it is not followed
    slack real not null default 0, -- seconds before due_at from which a run visits it
    ahead real not null default 0, -- seconds that due_at was ahead when it was set; 0 until the page is visited
    interval real not null default 86400, -- its own: seconds between two visits, as its source or the settings say
    rate real, -- changes a second, by its visits; null while its intervals are not adaptive, or its visits are too few
    adapted real, -- seconds between two visits, by that rate; null: its own interval applies
    failures integer not null default 0, -- failed visits in a row
    role text not null default 'page', -- page, listing; or what only leads to pages: pager, feed, sitemap
    parent_id integer references pages (id), -- the page on which it was found; null if somebody added it
    depth integer not null default 0, -- steps from a page that somebody added
    browser integer -- 1: a browser shows it; 0: none does; null: as its source says
);
create index pages_due on pages (host, due_at) where followed;
create index pages_source on pages (source_id, kind);
create index pages_host on pages (host);
create index pages_kind on pages (kind);
create index pages_parent on pages (parent_id) where parent_id is not null;
create index pages_role on pages (role) where role <> 'page';
create table hosts ( -- leased to one process at a time
    host text primary key,
    free_at text not null default '', -- when it may be visited again
    claim integer not null default 0, -- the fencing token, one higher with each lease
    claimed_by text,
    claimed_until text,
    robots text -- the latest robots.txt as the scraper uses it, JSON; the table robots has them all
);
"""

EVIDENCE = f"""
create table frames ( -- a compressed run (zstd) of one page's bodies
    id integer primary key,
    page_id integer not null references pages (id),
    data blob not null
);
create table bodies ( -- the bytes of an answer, once for each digest
    id integer primary key,
    digest text not null unique,
    size integer not null,
    frame_id integer not null references frames (id),
    offset integer not null default 0 -- in the decompressed frame
);
create table collectors ( -- who made visits, and from where
    id integer primary key,
    software text not null,
    version text not null,
    vantage text,
    operator text
);
create unique index collectors_once on collectors (software, version, coalesce(vantage, ''), coalesce(operator, ''));
create table exchanges ( -- requests and how they were answered, each once: most visits of a page repeat the last one
    id integer primary key,
    exchange text not null unique -- JSON: method, request_headers, address, port, http_version, tls_version, certificates
);
create table certificates ( -- the leaf certificates of servers, once each
    digest text primary key, -- of its DER form
    der blob not null
) without rowid;
create table captures ( -- one stored answer
    id integer primary key,
    page_id integer not null references pages (id),
    captured_at text not null, -- by our clock; server_date is the server's
    url text not null, -- the address that answered
    status integer not null,
    headers text not null, -- as they came, JSON: [[name, value], …]
    redirects text not null default '[]', -- the hops before it, JSON: [[status, from, to], …]
    body_id integer not null references bodies (id),
    record_id text unique, -- the WARC-Record-ID
    truncated text, -- why the answer is incomplete (WARC-Truncated); null if it is complete
    server_date text -- its Date header in our form; null if it is missing or malformed
);
create index captures_page on captures (page_id, captured_at);
create index captures_body on captures (body_id);
create index captures_redirected on captures (page_id, captured_at, url) where redirects <> '[]';
create table renderings ( -- what a browser made of a capture; the capture is then read from the DOM
    capture_id integer primary key references captures (id),
    dom_id integer not null references bodies (id), -- as HTML
    picture_id integer references bodies (id), -- PNG; null if there is none
    made text not null -- JSON: browser, url, width, height, at_rest, requests, bytes, refused
);
create index renderings_dom on renderings (dom_id);
create table visits ( -- one attempt to see a page, with its result
    id integer primary key,
    page_id integer not null references pages (id),
    url text not null, -- the page's address at the time
    writer text not null, -- run: a live visit; import: from a WARC; learn: boilerplate
    visited_at text not null,
    outcome text not null, -- captured, not-modified, disallowed, refused, failed
    status integer,
    reason text,
    capture_id integer references captures (id), -- the capture that it made, or that a 304 confirmed
    collector_id integer references collectors (id),
    exchange_id integer references exchanges (id), -- null where nothing was asked: forbidden by robots.txt, from a WARC
    chain text not null -- links it to the visit before it by the same writer: an altered or missing row shows
);
create index visits_page on visits (page_id, visited_at);
create index visits_writer on visits (writer);
create index visits_failed on visits (page_id, visited_at) -- visits that may have failed: few
    where (outcome in ('failed', 'refused', 'disallowed') or status >= 400);
create table robots_texts (digest text primary key, text text not null) without rowid;
create table robots ( -- each answer to a request for a robots.txt
    id integer primary key,
    origin text not null, -- such as https://example.org
    fetched_at text not null,
    status integer, -- null if there was no answer
    digest text references robots_texts (digest) -- null if there was no text
);
create index robots_origin on robots (origin, fetched_at);
{_append_only("visits", "captures", "renderings", "robots", "robots_texts", "certificates", "collectors", "exchanges")}
create trigger bodies_delete before delete on bodies begin
    select raise(abort, 'bodies is append-only'); end;
-- Compacting moves bodies between frames; what they are stays.
create trigger bodies_update before update of id, digest, size on bodies begin
    select raise(abort, 'bodies is append-only'); end;
"""

NEWS = f"""
create table notifications ( -- what subscribers were notified of, in the order of ids
    id integer primary key,
    page_id integer not null references pages (id),
    visit_id integer not null references visits (id), -- the observation that they know it from
    from_capture integer references captures (id), -- the first one with the revision that they knew before; null for none
    to_capture integer not null references captures (id), -- the first one with the revision that they know now
    notified_at text -- the time of the live visit; null for a silent row: an import or another cleaner
);
create index notifications_page on notifications (page_id, id);
create unique index notifications_once on notifications (page_id, notified_at) where notified_at is not null;
{_append_only("notifications")}
create table alerts ( -- saved searches
    id integer primary key,
    name text not null unique,
    query text not null,
    added_at text not null,
    filters text not null default '{{}}' -- filters on pages and the language, JSON
);
create table alert_pages ( -- the pages that match them
    alert_id integer not null references alerts (id),
    page_id integer not null references pages (id),
    found_at text not null, -- the time of the run that found it
    lost_at text, -- the time of the run after which it no longer matched; null while it does
    began_silent integer not null default 0, -- 1: only a new reading of old evidence began or ended the match: no news
    ended_silent integer not null default 0,
    primary key (alert_id, page_id, found_at)
) without rowid;
create table alert_turns ( -- when pages began or ceased to match them, in the order of ids; silent turns are not in it
    id integer primary key autoincrement, -- no id comes twice, though an alert is removed with its turns
    alert_id integer not null references alerts (id),
    page_id integer not null references pages (id),
    found integer not null, -- 0: it ceased to match
    at text not null
);
create index alert_turns_alert on alert_turns (alert_id);
create table bookmarks ( -- up to where people have seen the changes
    name text primary key,
    visit_id integer not null, -- the newest visit then
    undecided text not null, -- ids of visits that were not judged for good by then, JSON
    seen_at text not null
) without rowid;
create unique index alert_pages_open on alert_pages (alert_id, page_id) where lost_at is null;
create table channels ( -- up to where the notices of each channel that notifies people are in the outbox
    name text primary key,
    notification_id integer not null, -- the newest notification then
    visit_id integer not null, -- the newest visit then, for what is no notification: removals, moves, blocks
    undecided text not null, -- ids of visits that were not judged for good by then, JSON
    alert_turn_id integer not null, -- the newest turn of an alert then
    looked_at text not null -- the time then
) without rowid;
create table outbox ( -- notices: what a channel sends about one change
    id integer primary key,
    channel text not null,
    key text not null, -- the same at each attempt, so that receivers recognise a repeat
    notice text not null, -- JSON; empty once it is sent, except in a channel that shows it again: feeds
    added_at text not null,
    state text not null default 'waiting', -- waiting, sending, sent, abandoned
    delivery text, -- those that are sent together have the same one; null before the first attempt
    tries integer not null default 0,
    due_at text not null, -- not tried before
    tried_at text, -- when it was tried last
    holder text, -- the process that is sending it; null if none is
    error text, -- why the last attempt failed; or what was amiss though it was sent
    unique (channel, key)
);
create index outbox_open on outbox (channel, due_at) where state in ('waiting', 'sending');
create index outbox_deliveries on outbox (channel, delivery);
"""

SECTIONS = (FOLLOWED, EVIDENCE, DERIVED, SEARCH, NEWS, VIEWS)


def statements() -> Iterator[str]:
    """All statements, one by one, in order."""
    written = ""
    for line in "".join(SECTIONS).splitlines():
        if not written and (not line or line.startswith("--")):
            continue
        written += f"{line}\n"
        if sqlite3.complete_statement(written):
            yield written.strip()
            written = ""
