"""Where a user's settings and data are, by the customs of each system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def user_folder(kind: str, environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The user's folder `pagewitness` for a kind of file.

    Args:
        kind: `config` or `data`.
        environ: read for XDG_CONFIG_HOME and XDG_DATA_HOME (XDG Base Directory Specification), APPDATA, LOCALAPPDATA.
        platform: as `sys.platform` names it.
    """
    home = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        names = {"config": ("APPDATA", "AppData/Roaming"), "data": ("LOCALAPPDATA", "AppData/Local")}
    elif platform == "darwin":
        names = dict.fromkeys(("config", "data"), ("", "Library/Application Support"))
    else:
        names = {"config": ("XDG_CONFIG_HOME", ".config"), "data": ("XDG_DATA_HOME", ".local/share")}
    variable, folder = names[kind]
    given = environ.get(variable, "")
    # The specification says that a relative path is to be ignored.
    return (Path(given) if os.path.isabs(given) else home / folder) / "pagewitness"
