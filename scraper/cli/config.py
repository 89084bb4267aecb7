"""`pagewitness config`: the settings and where each comes from."""

from __future__ import annotations

from dataclasses import asdict

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_message, print_table, terminal_columns
from pagewitness.archive.text.columns import safe, wrap
from pagewitness.config.values import masked_setting


@click.command()
@json_option
@pass_invocation
def command(invocation: Invocation, as_json: bool) -> None:
    """Show the settings and where each comes from."""
    settings = invocation.settings
    rows = []
    for key, origin in settings.origins.items():
        section, _, name = key.rpartition(".")
        channel = settings.notify.tables.get(section.removeprefix("notify."))
        value = channel[name] if section.startswith("notify.") else asdict(getattr(settings, section))[name]
        value = [str(one) for one in value] if isinstance(value, tuple) else value
        if key == "archive.path" and invocation.archive != value:
            value, origin = invocation.archive, "--archive"
        rows.append((key, masked_setting(key, value), origin))
    if as_json:
        for key, value, origin in rows:
            print_json({"key": key, "value": value, "origin": origin})
        return
    _print([(key, _text(value), origin) for key, value, origin in rows])
    for name, own in settings.source_headers.items():
        files = [str(file) for file in (own.headers_file, own.cookie_file) if file is not None]
        echo_message(f"The pages of {name} are asked for with {', '.join([name for name, _ in own.headers] + files)}.")
    if settings.network.proxy:
        echo_message(
            "Behind a proxy, the address of a site is checked only if its name can be resolved on this machine; "
            "the proxy's own address always is."
        )


def _print(rows: list[tuple[str, str, str]]) -> None:
    """A line for each setting, whole everywhere: on a terminal the origin moves to the next line if it has no room."""
    room = terminal_columns()
    if room is None:
        print_table(("SETTING", "VALUE", "FROM"), rows, flexible=2)
        return
    widest = max(len(key) for key, _, _ in rows)
    for key, value, origin in [("SETTING", "VALUE", "FROM"), *rows]:
        for line in wrap(f"{safe(value)} ({safe(origin)})", room, f"{key:<{widest}}  ", "    "):
            echo(line)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g} s"
    return str(value) if value != "" else "-"
