"""`pagewitness sources`: publishers that can be followed by name."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import click

from pagewitness.archive.cli import Invocation, counted, json_option, nearest_name, pass_invocation, print_json
from pagewitness.archive.cli.terminal import NARROW, echo, echo_message, echo_wrapped, print_table, terminal_columns
from pagewitness.archive.text.columns import safe
from pagewitness.archive.times import every


@click.command()
@click.argument("query", nargs=-1)
@json_option
@pass_invocation
def command(invocation: Invocation, query: tuple[str, ...], as_json: bool) -> None:
    """List publishers that can be followed by name.

    Names that only your archive has are listed, too: those that you gave to `add`, and hosts. With QUERY, list those
    that match all its words; a single match is shown in full. Add your own in files of the same format
    (docs/sources.md) in the folder `sources` beside your settings.
    """
    from pagewitness.config import catalogue

    known = catalogue.load_catalogue(invocation.settings.sources)
    words = " ".join(query)
    followed, own = _archived(invocation, known)
    every = {source.name.lower(): source for source in (*known.values(), *own)}
    found = [every[words.lower()]] if words.lower() in every else catalogue.matching(every.values(), words)
    if as_json:
        for source in found:
            print_json(_fields(source, followed))
    elif not found:
        near = nearest_name(words, every)
        hint = f"did you mean '{every[near].name}'?" if near else "`pagewitness sources` lists all."
        echo_message(f"No source matches '{words}'; {hint}")
    elif len(found) == 1:
        _show(found[0], followed, invocation.interval)
    else:
        if listed := [source for source in found if source.file]:
            _list(listed, followed)
            echo()
        if own := [source for source in found if not source.file]:
            echo_wrapped("Only this archive has:")
            for source in own:
                echo_wrapped(f"{source.name} ({counted(len(source.entries), 'page')})", "  ", "    ")
            echo()
        echo_wrapped("`pagewitness sources NAME` shows one in full, `pagewitness follow NAME` follows it.")


def _archived(invocation: Invocation, known: Collection[str]) -> tuple[dict[str, str], list[Any]]:
    """Followed pages by their keys, and the sources of the archive that the catalogue does not have.

    Both are empty if there is no archive yet.
    """
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.store import sources
    from pagewitness.config.catalogue import CatalogueSource, Entry

    try:
        with invocation.read() as db:
            pages = {name: sources.addresses_of(db, name) for name in sources.source_names(db) if name not in known}
            return sources.followed(db), [
                CatalogueSource(name, "", "", (), tuple(Entry(url, True) for url in own.values()), ours=False)
                for name, own in pages.items()
                if own
            ]
    except NotFound:
        return {}, []


def _is_followed(source: Any, url: str, followed: Collection[str]) -> bool:
    from pagewitness.archive.addresses import key_of

    return key_of(url, source.rules.ignore) in followed


def _list(found: list[Any], followed: Collection[str]) -> None:
    if (room := terminal_columns()) and room < NARROW:
        _list_briefly(found, followed)
        return
    cells = []
    for source in found:
        seen = sum(entry.verified for entry in source.entries)
        count = sum(_is_followed(source, entry.url, followed) for entry in source.entries)
        entries = f"{seen}" if seen == len(source.entries) else f"{seen} (+{len(source.entries) - seen} unverified)"
        cells.append(
            (source.name, source.country, " ".join(source.languages), entries, str(count or "-"), source.title)
        )
    print_table(("SOURCE", "COUNTRY", "LANGUAGES", "ADDRESSES", "FOLLOWED", "TITLE"), cells, flexible=5)


def _list_briefly(found: list[Any], followed: Collection[str]) -> None:
    """For a narrow terminal: how many addresses are followed, of how many, in place of three columns."""
    cells = []
    for source in found:
        count = sum(_is_followed(source, entry.url, followed) for entry in source.entries)
        cells.append((source.name, source.country, f"{count} of {len(source.entries)}", source.title))
    print_table(("SOURCE", "COUNTRY", "FOLLOWED", "TITLE"), cells, flexible=3)


def _show(source: Any, followed: Collection[str], interval: float) -> None:
    languages = f"; {', '.join(source.languages)}" if source.languages else ""
    echo_wrapped(
        f"{source.name}: {source.title} ({source.country}{languages})" if source.file else source.name, "", "  "
    )
    echo_wrapped(
        f"visited {every(source.every)}" if source.every else f"visited {every(interval)} (your setting)", "  ", "  "
    )
    if source.note:
        echo_wrapped(source.note, "  ", "  ")
    for entry in source.entries:
        marks = [*(["followed"] if _is_followed(source, entry.url, followed) else []),
                 *(["unverified"] if not entry.verified else [])]  # fmt: skip
        echo(f"  {safe(entry.url)}" + (f"  [{', '.join(marks)}]" if marks else ""))
        if entry.note:
            echo_wrapped(entry.note, "      ", "      ")
    for name, value in asdict(source.rules).items():
        if value:
            echo_wrapped(f"rules.{name} = {json.dumps(value, ensure_ascii=False)}", "  ", "    ")
    echo_wrapped(
        f"from {source.file}" if source.file else "named in this archive only, by `add` or a page's host", "  ", "    "
    )


def _fields(source: Any, followed: Collection[str]) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "country": source.country,
        "languages": source.languages,
        "every": source.every,
        "note": source.note,
        "entries": [
            asdict(entry) | {"followed": _is_followed(source, entry.url, followed)} for entry in source.entries
        ],
        "rules": {name: value for name, value in asdict(source.rules).items() if value},
        "file": source.file,
    }
