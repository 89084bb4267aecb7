"""Which observations are credible, and which revision is current at a moment: the SQL, written once.

The schema makes the views `credible` and `current_revision` from it.
"""

from __future__ import annotations

CREDIBLE = "verdict not in ('suspect', 'pending')"
# Of credible observations: it shows the text of its revision. If its order, or a line beside the text, differs, a reason says so.
SHOWS_TEXT = "(verdict <> 'unchanged' or reason is null)"

# Conditions on observations for `last_credible_sql`, by the parameters that they need.
AT = "observed_at <= :at"
BEFORE = "observed_at <= :at and (observed_at, visit_id) < (:at, :visit)"
UP_TO = "observed_at <= :at and (observed_at, visit_id) <= (:at, :visit)"
OTHER = "revision <> (select visit_id from revisions where page_id = :page and number = :number)"


def last_credible_sql(page: str = ":page", condition: str = "true") -> str:
    """SQL for the visit of a page's last credible observation; its `revision` is the current one then.

    Args:
        page: an SQL expression for the page's id.
        condition: which observations count, such as `AT`.
    """
    return f"""select visit_id from credible where page_id = {page} and {condition}
        order by observed_at desc, visit_id desc limit 1"""
