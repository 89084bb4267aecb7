"""Options that select pages, shared by `search`, `phrase` and `alert`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import reduce, wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pagewitness.archive.search.temporal_match import Filters


def _own_name(context: click.Context, _: click.Parameter, name: str | None) -> str | None:
    """The catalogue's own name for a publisher that people also call otherwise; a part of that name stays what it is."""
    if not name:
        return name
    own: str = context.obj.called(name)
    return name if name.casefold() in own else own


source_option = click.option(
    "--source", metavar="NAME", callback=_own_name, help="Only pages of this publisher (its name or a part of it)."
)

_PAGES = (
    source_option,
    click.option("--country", metavar="CODE", help="Only pages of this country's publishers: LT, EU, …"),
    click.option("--title", metavar="TEXT", help="Only pages with this in their title."),
    click.option("--kind", type=click.Choice(["html", "pdf", "boilerplate"]), help="Only pages of this kind."),
    click.option("--lang", metavar="CODE", help="Only text in this language: en, lt, …"),
)
_DATES = (
    click.option("--since", metavar="DATE", help="Only text that was seen on the page then or later."),
    click.option("--until", metavar="DATE", help="Only text that was on the page then or earlier."),
)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the options say, as the user wrote it."""

    source: str | None
    country: str | None
    title: str | None
    kind: str | None
    lang: str | None
    since: str | None = None
    until: str | None = None

    def filters(self) -> Filters:
        """What it means. Raises QueryError for a malformed language or moment, and for a period in the future."""
        from pagewitness.archive import times
        from pagewitness.archive.search.temporal_match import Filters

        since, until = times.between(self.since, self.until, times.now())
        language = _language(self.lang)
        return Filters(
            source=self.source, country=self.country, title=self.title, kind=self.kind, language=language, since=since,
            until=until,
        )  # fmt: skip


def filter_options(*, dates: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the filter options to a command, which receives them as one argument `filters` (`temporal_match.Filters`).

    Args:
        dates: whether to add --since and --until.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def called(*args: Any, **options: Any) -> Any:
            given = _Given(**{one.name: options.pop(one.name) for one in fields(_Given) if one.name in options})
            return function(*args, filters=given.filters(), **options)

        options = [*_PAGES, *(_DATES if dates else ())]
        return reduce(lambda decorated, option: option(decorated), reversed(options), called)

    return decorate


def _language(lang: str | None) -> str | None:
    """A language code in lower case. Raises QueryError if it is malformed."""
    from pagewitness.archive.errors import QueryError

    if lang and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", lang):
        raise QueryError(f"--lang {lang} is not a language code: write en, lt, pt-BR, …")
    return lang.lower() if lang else None
