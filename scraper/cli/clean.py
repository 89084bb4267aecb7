"""`pagewitness clean FILE|-`: how the cleaner reads a page, and why with --explain."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import Any, BinaryIO

import click

from pagewitness.archive.addresses import is_web
from pagewitness.archive.cli import Invocation, pass_invocation
from pagewitness.archive.cli.terminal import byline, echo_error
from pagewitness.archive.derived import DETAILS, Reading, VisibleBlock
from pagewitness.archive.errors import CleanError, NotFound, QueryError
from pagewitness.archive.text.columns import fill, printable, safe

Features = Sequence[Sequence[tuple[str, float, float]]]  # for each block: name, value, contribution to the score
_MARKS = {**{f"h{level}": "#" * level + " " for level in range(1, 7)}, "li": "• ", "quote": "> "}
_LEAST_WIDTH = 40


@click.command("clean")
@click.argument("file", metavar="FILE|-")
@click.option("--url", help="The address of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--explain", is_flag=True, help="Also show dropped text, and the rule, vote or features that decided on each block."
)
@click.option("--rules", "rules_file", metavar="FILE", help="Apply the rules in this file (docs/sources.md).")
@pass_invocation
def command(
    invocation: Invocation, file: str, url: str | None, as_json: bool, explain: bool, rules_file: str | None
) -> None:
    """Print the document in an HTML, text or PDF file.

    Nothing is archived. The archive decides by all readings of a page which lines belong to its text, so `show` may print
    other lines than this. The settings limit what it may use: [clean] seconds and megabytes, [network] max_bytes.

    Exit code 1: the file can't be read as a page, or there is no text to print. 3: there is no such file, or it can't be
    opened.
    """
    reading, features, unused = _reading(invocation.settings, file, url, explain, _rules(rules_file))
    for selector in unused:
        echo_error(f"The rule '{selector}' matches nothing on this page.")
    if as_json:
        click.echo(json.dumps(_fields(reading, features if explain else None), ensure_ascii=False))
        return
    lines = list(_explained(reading) if explain else _plain(reading))
    if not lines:
        raise CleanError(f"There is no text to print in {_name(file)}: {reading.not_credible or 'it shows none'}.")
    if reading.not_credible:
        echo_error(f"Not credible as a document: {reading.not_credible}.")
    for line in lines:
        click.echo(printable(line))


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _rules(file: str | None) -> str:
    """The rules in a file, in the form that the cleaner takes. Raises ConfigError."""
    if file is None:
        return ""
    from pagewitness.config.source_files import read_rules

    return read_rules(Path(file)).of_cleaning


def _reading(
    settings: Any, file: str, url: str | None, explain: bool, rules: str
) -> tuple[Reading, Features, Sequence[str]]:
    """A worker's reading of a file, the features of each block, and the rules that matched nothing.

    Raises CleanError if the file can't be read.
    """
    from pagewitness.scraper.work.workers import Workers

    limits, body = settings.clean, _body(file, settings.network.max_bytes)
    with Workers(1, limits.seconds, limits.megabytes) as workers:
        try:
            if not explain:
                return workers.read(body, None, url, rules), (), ()
            found = workers.explain(body, None, url, rules)
            return found.reading, found.features, found.unused
        except CleanError as error:
            said = f"{_name(file)} can't be read: {error}"
            if str(error).startswith("cleaning"):  # it hit a limit
                said += f"; the limits are [clean] seconds = {limits.seconds:g} and megabytes = {limits.megabytes}"
            raise CleanError(f"{said[0].upper() if file == '-' else said[0]}{said[1:]}.") from error


def _body(file: str, most: int) -> bytes:
    """The bytes of a file or of standard input. Raises NotFound, QueryError, CleanError (more than `most` bytes)."""
    if is_web(file):
        raise QueryError(
            f"clean takes a file or standard input, not an address: `curl -sL {quote(file)} | pagewitness clean -` reads the page, "
            "`pagewitness add` and `pagewitness run` follow it."
        )
    try:
        body = _start(sys.stdin.buffer, most) if file == "-" else _opened(file, most)
    except FileNotFoundError:
        raise NotFound(
            f"The file {file} does not exist: give the path of a saved page, or - for standard input."
        ) from None
    except OSError as error:
        raise NotFound(f"{file} can't be read ({error.strerror}): give the path of a saved page.") from None
    except ValueError as error:
        raise NotFound(f"{file!r} can't be read ({error}): give the path of a saved page.") from None
    if len(body) > most:
        raise CleanError(f"{file} is larger than {most:,} bytes, the limit in [network] max_bytes.")
    return body


def _opened(file: str, most: int) -> bytes:
    with Path(file).open("rb") as stream:
        return _start(stream, most)


def _start(stream: BinaryIO, most: int) -> bytes:
    """Read at most one byte more than allowed: a stream may never end."""
    return stream.read(most + 1)


def _fields(reading: Reading, features: Features | None) -> dict[str, Any]:
    """The fields of `--json`.

    Args:
        features: for each block if the page is to be explained, else None.
    """
    reasons = [
        {} if features is None else {"by": block.by} | ({"features": [list(one) for one in added]} if added else {})
        for block, added in zip(reading.blocks, features or [()] * len(reading.blocks), strict=True)
    ]
    blocks = list(zip(reading.blocks, reasons, strict=True))
    fields: dict[str, Any] = {
        "title": reading.title,
        "language": reading.language,
        "published": reading.published,
        "modified": reading.modified,
        "author": reading.author,
        **{key: reading.details.get(key, empty) for key, empty in DETAILS.items()},
        "encodings": reading.encodings,
        "blocks": [{"kind": block.kind} | _said(block) | why for block, why in blocks if block.document],
        "not_credible": reading.not_credible,
        "cleaner": reading.cleaner,
    }
    if features is not None:
        fields["dropped"] = [_said(block) | why for block, why in blocks if not block.document]
    return fields


def _said(block: VisibleBlock) -> dict[str, Any]:
    own = {"page": block.page, "language": block.language}
    return {"text": block.text} | {key: value for key, value in own.items() if value}


def _plain(reading: Reading) -> Iterator[str]:
    said = byline(reading.published, reading.modified, reading.author, reading.details.get("agency"))
    document, page = reading.document, None
    under_title = bool(document) and document[0].kind == "h1"
    said = safe(said)
    if said and not under_title:
        yield f"{said}\n"
    for at, block in enumerate(document):
        if block.page and block.page != page:
            page = block.page
            yield f"{chr(10) * bool(at)}p. {page}"
        if at and not (block.kind in ("li", "row") and document[at - 1].kind == block.kind):
            yield ""
        yield _wrapped(block, "")
        if said and under_title and not at:
            yield said


def _explained(reading: Reading) -> Iterator[str]:
    for block in reading.blocks:
        why = ", ".join(filter(None, (block.by, f"p. {block.page}" if block.page else "")))
        yield _wrapped(block, "+ " if block.document else "- ", f"  [{why}]" if why else "")


def _wrapped(block: VisibleBlock, sign: str, why: str = "") -> str:
    width = max(_LEAST_WIDTH, shutil.get_terminal_size().columns)
    mark = sign + _MARKS.get(block.kind, "")
    indent = " " * len(mark) if block.kind in ("li", "quote") else " " * len(sign)
    return fill(safe(block.text + why), width, mark, indent)
