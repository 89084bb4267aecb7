"""Kill telling at many moments, and see what came: `python tests/benchmarks/telling.py --times 100`.

A webhook, a mail server and a folder of feeds on loopback get the changes of three pages, again and again, and each attempt to
tell them is killed (SIGKILL) after another part of the time that it takes. In the end, each change must have come by each
channel, under one key.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from killed_telling import tell_and_kill


def main() -> None:
    """Run it and print what came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    with TemporaryDirectory() as folder:
        found = tell_and_kill(Path(folder), parser.parse_args().times)
    print(
        f"{found.changes} changes by three channels; {found.killed} attempts were killed, {found.sending} while they sent"
    )
    for channel in found.lost:
        print(f"{channel}: {len(found.lost[channel])} lost, {len(found.twice[channel])} under two keys")
    print(f"{found.repeated} came again under the key that they had")
    sys.exit(any(found.lost.values()) or any(found.twice.values()))


if __name__ == "__main__":
    main()
