"""The views: credible and current for our own SQL, and the texts and changes for people who open the file themselves."""

from __future__ import annotations

from pagewitness.archive.store.credible import CREDIBLE, SHOWS_TEXT, last_credible_sql

# Of the observations of a page, those before the one `shown`.
BEFORE_IT = "observed_at <= shown.observed_at and (observed_at, visit_id) < (shown.observed_at, shown.visit_id)"


def text_sql(blocks: str, without: str = "", which: str = "") -> str:
    """SQL for the text of some blocks in order, a line each.

    Args:
        blocks: an expression for their ids (JSON).
        without: the same for ids to leave out, in whatever wording.
        which: with `without`, the condition on the presence that a block must have.
    """
    where = (
        f"""where (form, kind) not in (
                select other.form, other.kind from json_each({without}) as ids join blocks as other on other.id = ids.value)
            and exists (select 1 from presence where block_id = blocks.id and {which}) """
        if without
        else ""
    )
    return f"""(select group_concat(text, char(10)) from (
            select text from json_each({blocks}) cross join blocks on blocks.id = value {where}order by key))"""


# What became visible with an observation, and what was no longer visible then: only that was added or removed.
CAME = "(since_at, since_visit) > (last.observed_at, last.visit_id) and since_at <= shown.observed_at"
WENT = "(until_at, until_visit) > (last.observed_at, last.visit_id) and until_at <= shown.observed_at"


VIEWS = f"""
create view credible as -- observations that are neither suspect nor pending
    select * from observations where {CREDIBLE};
create view current_revision as -- of each page, its last credible observation, and so its current revision
    select pages.id as page_id, credible.visit_id, observed_at, credible.capture_id, revision, number
    from pages cross join credible on credible.visit_id = ({last_credible_sql("pages.id")})
    join revisions on revisions.visit_id = revision;
create view revision_text as -- the text of each revision
    select url, number, captured_at, revisions.title, words, {text_sql("revisions.blocks")} as text
    from revisions join pages on pages.id = revisions.page_id;
create view latest as -- the current text of each page
    select url, sources.name as source, revisions.title, revisions.number, captured_at,
        (select max(observed_at) from credible where revision = revisions.visit_id and {SHOWS_TEXT}) as last_seen_at, words,
        {text_sql("revisions.blocks")} as text
    from current_revision join revisions on revisions.visit_id = revision
    join pages on pages.id = current_revision.page_id left join sources on sources.id = source_id
    where kind <> 'boilerplate' and role <> 'pager';
create view changes as -- when another text became current, a new or an earlier one
    select url, sources.name as source, revisions.number, earlier.number as number_before, shown.observed_at as captured_at,
        case shown.verdict when 'returned' then 'returned' else revisions.cause end as cause, revisions.title, revisions.words,
        {text_sql("revisions.blocks", "earlier.blocks", CAME)} as added,
        {text_sql("earlier.blocks", "revisions.blocks", WENT)} as removed
    from credible as shown join revisions on revisions.visit_id = shown.revision
    join credible as last on last.visit_id = ({last_credible_sql("shown.page_id", BEFORE_IT)})
    join revisions as earlier on earlier.visit_id = last.revision
    join pages on pages.id = shown.page_id left join sources on sources.id = source_id
    where shown.verdict in ('changed', 'returned') and pages.kind <> 'boilerplate' and pages.role <> 'pager';
"""
