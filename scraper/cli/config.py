"""`pagewitness config`: the settings and where each comes from."""

from __future__ import annotations

from dataclasses import asdict

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import table


@click.command()
@json_option
@pass_invocation
def command(invocation: Invocation, as_json: bool) -> None:
    """Show the settings and where each comes from."""
    settings = invocation.settings
    rows = []
    for key, origin in settings.origins.items():
        section, _, name = key.partition(".")
        value = asdict(getattr(settings, section))[name]
        value = [str(one) for one in value] if isinstance(value, tuple) else value
        if key == "archive.path" and invocation.archive != value:
            value, origin = invocation.archive, "--archive"
        rows.append((key, value, origin))
    if as_json:
        for key, value, origin in rows:
            print_json({"key": key, "value": value, "origin": origin})
        return
    table(("SETTING", "VALUE", "FROM"), [(key, _text(value), origin) for key, value, origin in rows], flexible=2)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, float):
        return f"{value:g} s"
    return str(value) if value != "" else "-"
