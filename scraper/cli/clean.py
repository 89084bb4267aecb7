"""`pagewitness clean FILE|-`: what the cleaner makes of a page, and with --explain why."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pagewitness.archive.errors import NotFound
from pagewitness.archive.model import Reading, VisibleBlock

_MARKS = {**{f"h{level}": "#" * level + " " for level in range(1, 7)}, "li": "• ", "quote": "> "}
_LEAST_WIDTH = 40


@click.command("clean")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
@click.option("--url", help="The address that the page came from.")
@click.option("--json", "as_json", is_flag=True, help="One object a page, for programs.")
@click.option("--explain", is_flag=True, help="Also what was dropped, and the rule or vote behind each block.")
def command(file: Path, url: str | None, as_json: bool, explain: bool) -> None:
    """Show the document in a page of HTML or plain text, without archiving it."""
    from pagewitness.scraper.clean import clean

    reading = clean(_body(file), None, url)
    if as_json:
        click.echo(json.dumps(_fields(reading, explain), ensure_ascii=False))
        return
    if reading.suspicion:
        click.echo(f"Not credible as a document: {reading.suspicion}.", err=True)
    for line in _explained(reading) if explain else _plain(reading):
        click.echo(line)


def _body(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {file}. Give the path of a saved page, or - for standard input.") from None
    except OSError as error:
        raise NotFound(f"{file} can't be read: {error.strerror}. Give the path of a saved page.") from None


def _fields(reading: Reading, explain: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": reading.title,
        "language": reading.language,
        "published": reading.published,
        "modified": reading.modified,
        "author": reading.author,
        "blocks": [{"kind": block.kind, "text": block.text} for block in reading.document],
        "suspicion": reading.suspicion,
        "cleaner": reading.cleaner,
    }
    if explain:
        fields["dropped"] = [{"text": block.text, "by": block.by} for block in reading.blocks if not block.document]
    return fields


def _plain(reading: Reading) -> Iterator[str]:
    for at, block in enumerate(reading.document):
        if at and not (block.kind in ("li", "row") and reading.document[at - 1].kind == block.kind):
            yield ""
        yield _wrapped(block, "")


def _explained(reading: Reading) -> Iterator[str]:
    for block in reading.blocks:
        yield _wrapped(block, "+ " if block.document else "- ") + (f"  [{block.by}]" if block.by else "")


def _wrapped(block: VisibleBlock, sign: str) -> str:
    width = max(_LEAST_WIDTH, shutil.get_terminal_size().columns)
    mark = sign + _MARKS.get(block.kind, "")
    indent = " " * len(mark) if block.kind in ("li", "quote") else " " * len(sign)
    return textwrap.fill(
        block.text, width, initial_indent=mark, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
