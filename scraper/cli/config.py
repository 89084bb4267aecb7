"""`pagewitness config`: the settings and where each comes from."""

from __future__ import annotations

from dataclasses import asdict

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, table
from pagewitness.config.values import masked


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
        rows.append((key, masked(value) if isinstance(value, str) else value, origin))
    if as_json:
        for key, value, origin in rows:
            print_json({"key": key, "value": value, "origin": origin})
        return
    table(("SETTING", "VALUE", "FROM"), [(key, _text(value), origin) for key, value, origin in rows], flexible=2)
    for name, own in settings.source_headers.items():
        files = [str(file) for file in (own.headers_file, own.cookie_file) if file is not None]
        echo(f"The pages of {name} are asked for with {', '.join([name for name, _ in own.headers] + files)}.")
    if settings.network.proxy:
        echo(
            "Behind a proxy, the address of a site is checked only if its name can be resolved on this machine; "
            "the proxy's own address always is."
        )


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, float):
        return f"{value:g} s"
    return str(value) if value != "" else "-"
