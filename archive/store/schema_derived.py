"""The schema of what is derived from the evidence, and of the full-text indexes over it."""

from __future__ import annotations

from pagewitness.archive.text.words import FOLDED_LETTERS


def folding(column: str) -> str:
    """SQL that spells ł đ ø ß þ æ œ as people type them: unicode61 folds case and diacritics, but not these."""
    for letter, plain in FOLDED_LETTERS.items():
        column = f"replace({column}, '{letter}', '{plain}')"
    return column


DERIVED = f"""
create table fold_queue ( -- visits that are not in their page's history yet
    visit_id integer primary key references visits (id),
    page_id integer not null references pages (id)
);
create index fold_queue_page on fold_queue (page_id);
create table cleaners (name text primary key, since text not null) without rowid; -- when it was first used here
create table readings ( -- the result of a cleaner for a page
    id integer primary key,
    page_id integer not null references pages (id),
    cleaner text not null, -- without the reader of PDFs, if this is not a PDF
    page_digest text not null, -- of the stripped page: equal digest, equal reading
    title text,
    language text,
    published text,
    modified text,
    author text,
    layout blob not null, -- its visible lines in order: zstd, JSON: columns (`fold/layout.py`)
    targets blob, -- where the links of its document lead: zstd, JSON: [[line id, words, address, line before], …]; or null
    not_credible text, -- why it is not credible as the document
    details text not null default '{{}}', -- JSON: agency, canonical, alternates, attachments, found
    unique (page_id, cleaner, page_digest)
);
create table capture_readings ( -- which reading a capture has
    capture_id integer not null references captures (id),
    cleaner text not null, -- the whole name
    reading_id integer not null references readings (id),
    encodings text not null, -- JSON: declared, sniffed, used, mojibake; format, ocr, unread of a PDF
    primary key (capture_id, cleaner)
) without rowid;
create index capture_readings_reading on capture_readings (reading_id, cleaner);
create table read_attempts ( -- readings that timed out or stalled, possibly not because of the page; they are retried
    capture_id integer not null references captures (id),
    cleaner text not null,
    tries integer not null,
    primary key (capture_id, cleaner)
) without rowid;
create table lines ( -- the texts of all visible lines, once for each page
    id integer primary key,
    page_id integer not null references pages (id),
    digest text not null,
    text text not null,
    unique (page_id, digest)
);
create table line_groups ( -- how lines stand on a page: those that stand alike are siblings
    id integer primary key,
    page_id integer not null references pages (id),
    kind text not null,
    zone text not null,
    path text not null, -- their innermost containers
    unique (page_id, kind, zone, path)
);
create table votes ( -- what the readings of a page say of the membership of its lines, added up
    page_id integer primary key references pages (id),
    cleaner text not null,
    reading_id integer not null, -- the newest that was looked at
    left_out text not null, -- JSON: those up to it that have no vote, as their captures don't show the page
    lines blob not null -- zstd, JSON (`fold/pooling.py`)
);
create table observations ( -- what each visit showed, a capture or a 304, with the judge's verdict
    visit_id integer primary key references visits (id),
    page_id integer not null references pages (id),
    observed_at text not null,
    capture_id integer references captures (id),
    verdict text not null, -- first, changed, pending, unchanged, returned, suspect
    reason text,
    state text, -- removed, moved, blocked, variant: what an answer that is not credible says of the page
    revision integer references revisions (visit_id) deferrable initially deferred -- current then; null before the first
);
create index observations_page on observations (page_id, observed_at, visit_id);
create index observations_news on observations (observed_at, visit_id) where verdict in ('first', 'changed', 'returned');
create index observations_pending on observations (visit_id) where verdict = 'pending';
create index observations_undecided on observations (visit_id) where verdict = 'unchanged' and reason is not null;
create index observations_state on observations (page_id) where state in ('removed', 'moved', 'blocked');
create index observations_revision on observations (revision, observed_at);
create table revisions ( -- the page's clean text while it stayed the same
    visit_id integer primary key references visits (id), -- the first capture with it
    page_id integer not null references pages (id),
    capture_id integer not null references captures (id),
    captured_at text not null,
    number integer not null, -- its rank by time
    cause text not null, -- first, change, edition, moved
    cleaner text not null,
    reading_id integer not null references readings (id),
    title text,
    words integer not null,
    digest text not null, -- of its text
    blocks text not null -- the ids of its blocks in order, JSON
);
create unique index revisions_page on revisions (page_id, captured_at, visit_id);
create index revisions_newest on revisions (captured_at desc, page_id);
create table blocks ( -- the lines of revisions, a row for each wording: what is searched and compared
    id integer primary key, -- page_id * 2^20 + n: lines find their page by a shift
    page_id integer generated always as (id >> 20) virtual references pages (id),
    form text not null, -- a digest of its normal form: lines with one form and kind are one line in several wordings
    kind text not null,
    language text,
    text text not null,
    stems text not null, -- each with its language
    bigrams text, -- the text with scripts without blanks as overlapping pairs of letters; null if there are none
    words text generated always as ({folding("coalesce(bigrams, text)")}) virtual -- what the index of words reads
);
create index blocks_form on blocks (page_id, form, kind);
create index blocks_language on blocks (language);
create table presence ( -- when a line was visible on its page: to the first credible observation without it
    block_id integer not null references blocks (id),
    since_visit integer not null references visits (id),
    since_at text not null,
    until_visit integer references visits (id),
    until_at text, -- null while it is there
    primary key (block_id, since_visit)
) without rowid;
create table checkpoints ( -- the fold's state after a page's last observation, from which it continues
    page_id integer primary key references pages (id),
    observed_at text not null,
    visit_id integer not null references visits (id),
    cleaner text not null,
    boilerplate text not null default '', -- the digest of what was no member
    state text not null -- JSON
);
create table listed ( -- addresses that a listing, a feed or a sitemap lists, and files that a page links, each with when
    page_id integer not null references pages (id), -- which lists them
    key text not null, -- the canonical form of the address: with it, what is followed is found in pages
    since_at text not null, -- the first observation with it, after one without it
    until_at text, -- the first observation without it; null while it is listed
    url text not null,
    title text not null, -- the words of the link
    place integer not null, -- its rank on the page, from 0: at the last observation with it
    dated text, -- the date that the feed, the sitemap or the line gives it; or null
    primary key (page_id, key, since_at)
) without rowid;
create index listed_key on listed (key);
create table listed_upto ( -- the observation up to which `listed` is made
    page_id integer primary key references pages (id),
    observed_at text not null,
    visit_id integer not null,
    shown text not null -- the reading and the revision that it showed, and the role of the page then
);
create table boilerplate ( -- what a host repeats over its pages
    host text primary key,
    digest text not null,
    masked text not null -- JSON: the lines that are no members, each with the pages whose main text it is
) without rowid;
create table boilerplate_cursor ( -- the newest reading that boilerplate was learned from
    cleaner text not null, -- the cleaner in use then
    reading_id integer not null
);
"""

SEARCH = """
-- Words as they are (folded, with positions), and stems (present or not). Datasette and sqlite-utils look for
-- content="blocks" in double quotes.
create virtual table blocks_fts using fts5(
    words, language, content="blocks", content_rowid="id", tokenize='unicode61 remove_diacritics 2');
create virtual table blocks_stems using fts5(
    stems, content="blocks", content_rowid="id", detail=none, tokenize='unicode61 remove_diacritics 2');
create table stemmer (version text not null, done integer); -- that made the stems; of a newer one, up to which block
create trigger blocks_insert after insert on blocks begin
    insert into blocks_fts (rowid, words, language) values (new.id, new.words, new.language);
    insert into blocks_stems (rowid, stems) values (new.id, new.stems);
end;
create trigger blocks_delete after delete on blocks begin
    insert into blocks_fts (blocks_fts, rowid, words, language) values ('delete', old.id, old.words, old.language);
    insert into blocks_stems (blocks_stems, rowid, stems) values ('delete', old.id, old.stems);
end;
create trigger blocks_update after update on blocks begin
    insert into blocks_fts (blocks_fts, rowid, words, language) values ('delete', old.id, old.words, old.language);
    insert into blocks_stems (blocks_stems, rowid, stems) values ('delete', old.id, old.stems);
    insert into blocks_fts (rowid, words, language) values (new.id, new.words, new.language);
    insert into blocks_stems (rowid, stems) values (new.id, new.stems);
end;
"""
