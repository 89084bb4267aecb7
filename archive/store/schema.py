"""The tables, as prose with SQL in it; `migrations` puts them in order.

Evidence is appended and never altered (triggers say so); everything derived can be thrown away and made again from it.
Times are text, UTC, ISO 8601 with microseconds. Digests are SHA-256 in hex.
"""

from __future__ import annotations

from pagewitness.archive.text.words import FOLDED_LETTERS


def _folding(column: str) -> str:
    """SQL that spells ł đ ø ß þ æ œ as people type them: unicode61 folds case and diacritics, but not these."""
    for letter, plain in FOLDED_LETTERS.items():
        column = f"replace({column}, '{letter}', '{plain}')"
    return column


FOLLOWING = [
    # A publisher's section to follow.
    """create table sources (
        id integer primary key,
        name text not null unique
    )""",
    # One followed or imported address. `key` is its canonical form, `host` the authority whose pace and robots.txt
    # rule it, `due_at` null while it is not followed, `failures` the failed visits in a row.
    """create table pages (
        id integer primary key,
        url text not null,
        key text not null unique,
        host text not null,
        source_id integer references sources,
        kind text not null default 'html',
        title text,
        followed integer not null default 0,
        due_at text,
        interval real not null default 86400,
        failures integer not null default 0
    )""",
    "create index pages_due on pages (host, due_at) where followed",
    # A host is leased to one process at a time: `claim` is the fencing token, counted up with each lease. `free_at` is
    # when the host may be visited again. `robots`: the last robots.txt and when it was fetched, as JSON.
    """create table hosts (
        host text primary key,
        free_at text not null default '',
        claim integer not null default 0,
        claimed_by text,
        claimed_until text,
        robots text
    )""",
]

EVIDENCE = [
    # A compressed run (zstd) of one page's bodies.
    "create table frames (id integer primary key, page_id integer not null references pages, data blob not null)",
    # The bytes of an answer, once per digest: `size` bytes at `offset` of the decompressed frame.
    """create table bodies (
        id integer primary key,
        digest text not null unique,
        size integer not null,
        frame_id integer not null references frames,
        offset integer not null default 0
    )""",
    # One stored answer. `url` is the address that answered, `redirects` the hops before it: [[status, from, to], …].
    # `headers` as they came: [[name, value], …]. `record_id`: the WARC-Record-ID. `truncated`: why the answer is not
    # whole (WARC-Truncated), null when it is.
    """create table captures (
        id integer primary key,
        page_id integer not null references pages,
        captured_at text not null,
        url text not null,
        status integer not null,
        headers text not null,
        redirects text not null default '[]',
        body_id integer not null references bodies,
        record_id text unique,
        truncated text
    )""",
    "create index captures_page on captures (page_id, captured_at)",
    "create index captures_body on captures (body_id)",
    # One attempt, whatever came of it. `capture_id`: the capture that it made, or whose validators a 304 answered.
    # `writer`: `run` for what we saw ourselves, `import` for what a WARC says. `chain` links each row to the one that
    # this writer appended before it, so that a row altered or taken out later shows.
    """create table visits (
        id integer primary key,
        page_id integer not null references pages,
        writer text not null,
        visited_at text not null,
        outcome text not null,
        status integer,
        reason text,
        capture_id integer references captures,
        chain text not null
    )""",
    "create index visits_page on visits (page_id, visited_at)",
    "create index visits_writer on visits (writer)",
    *(
        f"""create trigger {table}_{event} before {event} on {table} begin
            select raise(abort, 'evidence is append-only: {table}');
        end"""
        for table in ("visits", "captures")
        for event in ("update", "delete")
    ),
    """create trigger bodies_delete before delete on bodies begin
        select raise(abort, 'evidence is append-only: bodies');
    end""",
    # `compact` moves bodies between frames; what they are stays.
    """create trigger bodies_update before update of id, digest, size on bodies begin
        select raise(abort, 'evidence is append-only: bodies');
    end""",
]

DERIVED = [
    # Visits that the page's history does not reflect yet: written with the visit, taken out by the fold.
    "create table fold_queue (visit_id integer primary key, page_id integer not null)",
    "create index unfolded_page on fold_queue (page_id)",
    # What one cleaner makes of one stripped page. `layout` (zstd): the visible blocks in order, as JSON rows
    # [line id, kind, zone, link share, document]. `text_digest` names the words of its document.
    """create table readings (
        id integer primary key,
        page_id integer not null references pages,
        cleaner text not null,
        stripped text not null,
        title text,
        language text,
        published text,
        modified text,
        author text,
        layout blob not null,
        not_credible text,
        text_digest text not null,
        unique (page_id, cleaner, stripped)
    )""",
    # Which reading a capture has under a cleaner, and how its body was decoded (JSON: declared, used).
    """create table capture_readings (
        capture_id integer not null references captures,
        cleaner text not null,
        reading_id integer not null references readings,
        encodings text not null,
        primary key (capture_id, cleaner)
    ) without rowid""",
    # The texts of all visible blocks, once per page.
    """create table lines (
        id integer primary key,
        page_id integer not null references pages,
        digest text not null,
        text text not null,
        unique (page_id, digest)
    )""",
    # What each visit showed and what the judge says of it. `revision`: the revision in force then (by its visit), null
    # before the first. A row is a capture, or a 304, which shows its capture again.
    """create table observations (
        visit_id integer primary key references visits,
        page_id integer not null references pages,
        observed_at text not null,
        capture_id integer references captures,
        verdict text not null,
        reason text,
        revision integer
    )""",
    "create index observations_page on observations (page_id, observed_at, visit_id)",
    "create index observations_revision on observations (revision, observed_at)",
    # The page's clean text while it stayed the same, known by the visit and the capture that first showed it.
    # `number` is its rank by time; `blocks` its blocks' ids in order, as JSON.
    """create table revisions (
        visit_id integer primary key references visits,
        page_id integer not null references pages,
        capture_id integer not null references captures,
        captured_at text not null,
        number integer not null,
        cause text not null,
        cleaner text not null,
        reading_id integer not null references readings,
        title text,
        words integer not null,
        digest text not null,
        blocks text not null
    )""",
    "create unique index revisions_page on revisions (page_id, captured_at, visit_id)",
    # The blocks of revisions: the unit of search, diff and blame. The id carries the page: page_id * 2^20 + n, so that
    # words in different paragraphs find their page by a shift. `words` is what the first index reads.
    f"""create table blocks (
        id integer primary key,
        page_id integer generated always as (id >> 20) virtual references pages,
        digest text not null,
        kind text not null,
        language text,
        text text not null,
        stems text not null,
        words text generated always as ({_folding("text")}) virtual
    )""",
    "create unique index blocks_digest on blocks (page_id, digest)",
    # When a block stood on its page: from the observation that first had it to the first credible one without it
    # (half-open; null while it stands). Spans are blame.
    """create table presence (
        block_id integer not null references blocks,
        since_visit integer not null references visits,
        since_at text not null,
        until_visit integer references visits,
        until_at text,
        primary key (block_id, since_visit)
    ) without rowid""",
    # The fold's state after a observation, from which it can go on, with what was pending then.
    """create table checkpoints (
        page_id integer not null references pages,
        observed_at text not null,
        visit_id integer not null,
        cleaner text not null,
        state text not null,
        primary key (page_id, observed_at, visit_id)
    ) without rowid""",
]

SEARCHED = [
    # Words as they stand (folded, with positions), and stems (present or not). `content="blocks"` in double quotes is
    # what Datasette and sqlite-utils look for.
    """create virtual table blocks_fts using fts5(
        words, content="blocks", content_rowid="id", tokenize='unicode61 remove_diacritics 2')""",
    """create virtual table blocks_stems using fts5(
        stems, content="blocks", content_rowid="id", detail=none, tokenize='unicode61 remove_diacritics 2')""",
    """create trigger blocks_insert after insert on blocks begin
        insert into blocks_fts (rowid, words) values (new.id, new.words);
        insert into blocks_stems (rowid, stems) values (new.id, new.stems);
    end""",
    """create trigger blocks_delete after delete on blocks begin
        insert into blocks_fts (blocks_fts, rowid, words) values ('delete', old.id, old.words);
        insert into blocks_stems (blocks_stems, rowid, stems) values ('delete', old.id, old.stems);
    end""",
    """create trigger blocks_update after update on blocks begin
        insert into blocks_fts (blocks_fts, rowid, words) values ('delete', old.id, old.words);
        insert into blocks_stems (blocks_stems, rowid, stems) values ('delete', old.id, old.stems);
        insert into blocks_fts (rowid, words) values (new.id, new.words);
        insert into blocks_stems (rowid, stems) values (new.id, new.stems);
    end""",
]

# For people who open the file with Datasette or the sqlite-utils command line.
VIEWS = [
    """create view latest as
        select pages.url, revisions.title, revisions.number, revisions.captured_at, revisions.words
        from pages join observations on observations.visit_id = (
            select visit_id from observations where page_id = pages.id and revision is not null
            order by observed_at desc, visit_id desc limit 1)
        join revisions on revisions.visit_id = observations.revision""",
    """create view revision_text as
        select pages.url, revisions.number, revisions.captured_at, revisions.title,
            (select group_concat(blocks.text, char(10)) from json_each(revisions.blocks)
             join blocks on blocks.id = json_each.value) as text
        from revisions join pages on pages.id = revisions.page_id""",
    """create view changes as
        select pages.url, revisions.number, revisions.cause, revisions.captured_at, revisions.title, revisions.words
        from revisions join pages on pages.id = revisions.page_id where revisions.cause <> 'first'""",
]

# Scripts without blanks become searchable: `cut` is the text with its runs of letters as overlapping pairs, null where
# there are none. The first index has the block's language beside its words, and stems know theirs, so that words in one
# language are found without a look at the blocks. Filters get the indexes that they need.
_INDEXED = "insert into blocks_fts (rowid, words, language) values (new.id, new.words, new.language)"
_STEMMED = "insert into blocks_stems (rowid, stems) values (new.id, new.stems)"
_TAKEN_OUT = """insert into blocks_fts (blocks_fts, rowid, words, language)
            values ('delete', old.id, old.words, old.language);
        insert into blocks_stems (blocks_stems, rowid, stems) values ('delete', old.id, old.stems)"""
UNSPACED = [
    *(f"drop trigger blocks_{event}" for event in ("insert", "delete", "update")),
    "drop table blocks_fts",
    "drop table blocks_stems",
    "alter table blocks drop column words",
    "alter table blocks add column cut text",
    f"alter table blocks add column words text generated always as ({_folding('coalesce(cut, text)')}) virtual",
    "update blocks set cut = cut_text(text), stems = stem_keys(text, language)",
    """create virtual table blocks_fts using fts5(
        words, language, content="blocks", content_rowid="id", tokenize='unicode61 remove_diacritics 2')""",
    """create virtual table blocks_stems using fts5(
        stems, content="blocks", content_rowid="id", detail=none, tokenize='unicode61 remove_diacritics 2')""",
    *(f"insert into {index} ({index}) values ('rebuild')" for index in ("blocks_fts", "blocks_stems")),
    f"create trigger blocks_insert after insert on blocks begin {_INDEXED}; {_STEMMED}; end",
    f"create trigger blocks_delete after delete on blocks begin {_TAKEN_OUT}; end",
    f"create trigger blocks_update after update on blocks begin {_TAKEN_OUT}; {_INDEXED}; {_STEMMED}; end",
    "create index readings_language on readings (language)",
    "create index pages_source on pages (source_id, kind)",
]

STALLED = [
    # How often reading a capture did not get on, for what need not be the page's fault: it is tried some times.
    """create table read_attempts (
        capture_id integer not null references captures,
        cleaner text not null,
        tries integer not null,
        primary key (capture_id, cleaner)
    ) without rowid""",
]

# Saved searches, and the pages that fit them: `found_at` and `lost_at` are the runs that noticed it.
ALERTS = [
    "create table alerts (id integer primary key, name text not null unique, query text not null, added_at text not null)",
    """create table alert_pages (
        alert_id integer not null references alerts,
        page_id integer not null references pages,
        found_at text not null,
        lost_at text,
        primary key (alert_id, page_id, found_at)
    ) without rowid""",
    "create unique index alert_pages_open on alert_pages (alert_id, page_id) where lost_at is null",
]

# What subscribers were told of each page, in the order of ids: from the revision that `from_capture` first showed (null:
# nothing was known) to that of `to_capture`, which was in force at the observation `visit_id`. `told_at` is when the visit was
# that showed it, null where nobody was told, since an import or another cleaner made the difference. Since when a cleaner
# is in use here: old readings stay, so that it can be said what was shown then.
TOLD = [
    """create table told (
        id integer primary key,
        page_id integer not null references pages,
        visit_id integer not null references visits,
        from_capture integer references captures,
        to_capture integer not null references captures,
        told_at text
    )""",
    "create index told_page on told (page_id, id)",
    "create unique index told_once on told (page_id, told_at) where told_at is not null",
    # What was in force before there was this table counts as known.
    """insert into told (page_id, visit_id, to_capture)
        select pages.id, observations.visit_id, revisions.capture_id
        from pages join observations on observations.visit_id = (
            select visit_id from observations where page_id = pages.id and verdict not in ('suspect', 'pending')
            order by observed_at desc, visit_id desc limit 1)
        join revisions on revisions.visit_id = observations.revision""",
    *(
        f"""create trigger told_{event} before {event} on told begin
            select raise(abort, 'what was told is append-only');
        end"""
        for event in ("update", "delete")
    ),
    "create table cleaners (name text primary key, since text not null) without rowid",
]

# What a site repeats over its pages. `boilerplate`: for each host the lines (as `words.plain` has them) that the fold masks
# by the latest list of the page `boilerplate:HOST`, as JSON, each with the ids of pages whose main text it is: there it
# stays; `digest` names them, and a page's checkpoints say by which its history was made. `counts` (zstd, JSON rows [line
# id, digest of its plain form, readings that show it, that take it for the document, that do so in the main text]): what
# the readings of a page up to `reading_id` say of each of its lines. `learned`: up to which reading boilerplate was learned,
# and while which cleaner was in use.
BOILERPLATE = [
    "create table boilerplate (host text primary key, digest text not null, masked text not null) without rowid",
    """create table counts (
        page_id integer primary key references pages,
        cleaner text not null,
        reading_id integer not null,
        lines blob not null
    )""",
    "create table learned (cleaner text not null, reading_id integer not null)",
    "alter table checkpoints add column boilerplate text not null default ''",
    "create index pages_host on pages (host)",
    "create index pages_furniture on pages (id) where kind = 'boilerplate'",
]

# What the catalogue says of publishers: `rules` (JSON; empty for none) alter what is read of their pages and are a part of
# the cleaner's name there; `scale` names the estimative words that they print. `sites`: the hosts of their entries, and the
# parameters in addresses that do not tell pages apart there (JSON).
SOURCES = [
    "alter table sources add column title text",
    "alter table sources add column country text",
    "alter table sources add column languages text not null default '[]'",
    "alter table sources add column rules text not null default ''",
    "alter table sources add column scale text",
    """create table sites (
        host text primary key,
        source_id integer not null references sources,
        ignored text not null default '[]'
    ) without rowid""",
]

# What our own doing (another cleaner, boilerplate) began (1) or ended (2) of what fits an alert is no news.
QUIET = ["alter table alert_pages add column quiet integer not null default 0"]

# What the pages of an alert have to be beside fitting its query (JSON, as `fits.Filters` has it; only what is asked for).
FILTERED = ["alter table alerts add column filters text not null default '{}'"]

# What else a reading knows of its page (JSON: agency, canonical, alternates, attachments, and where each was found), and
# `languages`: of blocks that are in another language than the page, by their places among its visible blocks. So the
# languages of an archive are those of its blocks.
DETAILS = [
    "alter table readings add column details text not null default '{}'",
    "drop index readings_language",
    "create index blocks_language on blocks (language)",
]

# What search asks of every query: the newest pages first, and which pages are boilerplate.
NEWEST = [
    "create index revisions_newest on revisions (captured_at desc, page_id)",
    "drop index pages_furniture",
    "create index pages_kind on pages (kind)",
]
