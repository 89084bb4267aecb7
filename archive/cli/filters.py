"""The options that keep some pages: what `search`, `phrase` and `alert` share."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce, wraps
from typing import Any

import click

_PAGES = (
    click.option("--source", metavar="NAME", help="Only pages of this publisher (or a part of its name)."),
    click.option("--country", metavar="CODE", help="Only pages of publishers of this country: LT, EU …"),
    click.option("--title", metavar="TEXT", help="Only pages with this in their title."),
    click.option("--kind", type=click.Choice(["html", "pdf", "boilerplate"]), help="Only pages of this kind."),
    click.option("--lang", metavar="CODE", help="Only text in this language: en, lt, …"),
)
_DATES = (
    click.option("--since", metavar="DATE", help="It stood then or later."),
    click.option("--until", metavar="DATE", help="It stood then or before."),
)


REPEATED = "the site repeats this line, and it may have changed since: `search --kind boilerplate` has what it says now"


def filter_options(*, dates: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a command take the filters on pages and their language, which it gets as one argument `filters` (`fits.Filters`).

    Args:
        dates: whether it takes those on the time in which something stood, too.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def called(
            *args: Any, source: str | None, country: str | None, title: str | None, kind: str | None, lang: str | None,
            since: str | None = None, until: str | None = None, **rest: Any,
        ) -> Any:  # fmt: skip
            from pagewitness.archive import times
            from pagewitness.archive.search.temporal_match import Filters

            from_then, to_then = times.between(since, until, times.now())
            past("--since", since, from_then)
            filters = Filters(
                source=source, country=country, title=title, kind=kind, language=_language(lang), since=from_then,
                until=to_then,
            )  # fmt: skip
            return function(*args, filters=filters, **rest)

        options = [*_PAGES, *(_DATES if dates else ())]
        return reduce(lambda decorated, option: option(decorated), reversed(options), called)

    return decorate


def past(option: str, given: str | None, moment: str | None) -> None:
    """Raise a QueryError where the beginning of a time is yet to come: of that nobody has seen anything."""
    from pagewitness.archive import times
    from pagewitness.archive.errors import QueryError

    if moment and moment > times.now():
        raise QueryError(f"{option} {given} is yet to come: name a time that is past.")


def _language(lang: str | None) -> str | None:
    """The code of a language in small letters. Raises QueryError where it is none."""
    from pagewitness.archive.errors import QueryError

    if lang and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", lang):
        raise QueryError(f"--lang {lang} is no code of a language: write en, lt, pt-BR …")
    return lang.lower() if lang else None
