"""A block for people at a terminal."""

from __future__ import annotations

import textwrap

import click

from pagewitness.archive.cli import width


def rendered(kind: str, text: str) -> str:
    """A block for the terminal, wrapped to its width, with an empty line behind it where its kind wants one."""
    if kind.startswith("h"):
        return click.style(textwrap.fill(text, width()), bold=True) + "\n"
    if kind == "li":
        return textwrap.fill(text, width(), initial_indent="  • ", subsequent_indent="    ")
    if kind == "row":
        return textwrap.fill(text, width(), initial_indent="  ", subsequent_indent="    ")
    indent = "  " if kind in ("quote", "caption", "dd") else ""
    return textwrap.fill(text, width(), initial_indent=indent, subsequent_indent=indent) + "\n"
