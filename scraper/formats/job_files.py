"""Job files of urlwatch (urls.yaml) and webchanges (jobs.yaml): YAML with a document for each job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pagewitness.archive.errors import InputError
from pagewitness.scraper.formats.follow_lists import Followable, FollowList

MOST_BYTES: Final = 1 << 20
_MOST_ALIASES: Final = 100
_MOST_DEPTH: Final = 50
_JOB: Final = re.compile(rb"^\s*(?:-\s+)?(?:url|navigate|command)\s*:", re.MULTILINE)
_SAID_ELSEWHERE: Final = frozenset(
    {"url", "navigate", "name", "kind", "user_visible_url", "url_for_human", "note", "method"}
)


def is_job_file(start: bytes) -> bool:
    """Whether a file has a line that begins a job."""
    return _JOB.search(start) is not None


def read_jobs(body: bytes, name: str) -> FollowList:
    """The pages of a job file.

    Args:
        name: of the file, for errors.

    Raises:
        InputError: it is no YAML, has no jobs, or is made to take all memory.
    """
    found = FollowList("urlwatch or webchanges")
    count = 0
    for job in _jobs(body, name):
        count += 1
        _take(job, found)
    if not count:
        raise InputError(
            f"{name} has no jobs: name a job file of urlwatch or webchanges, with `url:` in each document."
        )
    return found


def _take(job: Mapping[str, Any], found: FollowList) -> None:
    title = str(job.get("name") or "").strip()
    url = str(job.get("url") or job.get("navigate") or "")
    method = str(job.get("method") or "GET").upper()
    if not url:
        said = "runs a program" if "command" in job else "has no url"
        found.leave_out(title or str(job.get("command") or "a job"), said)
        return
    if method != "GET" or job.get("data"):
        found.leave_out(
            url, f"sends data ({'POST' if method == 'GET' else method}), which pages here are not asked with"
        )
        return
    found.add(Followable(url, title=title))
    if "navigate" in job or job.get("use_browser"):
        found.ignored["a browser"] += 1
    for key in job:
        if key not in _SAID_ELSEWHERE and key != "use_browser":
            found.ignored[str(key)] += 1


def _jobs(body: bytes, name: str) -> Iterator[Mapping[str, Any]]:
    import yaml

    if len(body) > MOST_BYTES:
        raise InputError(f"{name} is larger than {MOST_BYTES >> 20} MB: is it a job file of urlwatch or webchanges?")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_bombs(yaml.parse(body, loader), name)
        documents = list(yaml.load_all(body, loader))
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError) as error:
        # The last two: what PyYAML raises for values that do not fit their tags, such as `!!bool maybe`.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"{name} can't be read as YAML{where}: is it a job file of urlwatch or webchanges?") from error
    for document in documents:
        for one in document if isinstance(document, list) else [document]:
            if isinstance(one, dict):
                yield one


def _refuse_bombs(events: Any, name: str) -> None:
    """Raise InputError for aliases inside of what an alias repeats, which can take all memory, and for deep nesting."""
    depth = aliases = 0
    anchored: list[int] = []  # the depths at which a collection with an anchor begins
    for event in events:
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            depth += 1
            anchored += [depth] if event.anchor else []
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            if anchored and anchored[-1] == depth:
                anchored.pop()
            depth -= 1
        elif kind == "AliasEvent":
            aliases += 1
        if depth > _MOST_DEPTH or aliases > _MOST_ALIASES or (kind == "AliasEvent" and anchored):
            raise InputError(f"{name} nests or repeats its parts too often: write each job out, without aliases.")
