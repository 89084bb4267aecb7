"""Processes that hold leases: their names, and whether they still run."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def name_of_process() -> str:
    """This process's name: machine, process id and start time (ids are reused)."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def is_dead(holder: str) -> bool:
    """Whether a process of this machine has ended. False if that can't be known: then its lease ends by itself."""
    machine, _, process = holder.rpartition(" ")[0].rpartition(" ")
    if machine != socket.gethostname() or not process.isdigit():
        return False
    if os.name == "nt":  # there signal 0 is Ctrl-C and interrupts the process
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _started(int(process)) != holder.rpartition(" ")[2]


def _started(process: int) -> str:
    """When a process started, in clock ticks since boot (Linux), or `-` if that can't be known."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "-"
