"""Scripts that lead on to another address by themselves, or hold a page's text (pure)."""

from __future__ import annotations

import re
from typing import Final

BY_SCRIPT: Final = "script"  # the content of the meta refresh that stands for such a script in a stripped page
_TYPE: Final = re.compile(r"""<script[^>]*?\btype\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_CONTENT: Final = re.compile(r"<script[^>]*>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_LEADS: Final = re.compile(
    r"(?<![\w$])location(?:\.href)?\s*=\s*[\"'`\w]|(?<![\w$])location\.(?:replace|assign)\s*\(", re.IGNORECASE
)
# A script that asks something first, or waits for a reader, leads nobody on by itself.
_ASKS: Final = re.compile(
    r"\b(?:if|switch|case|onclick|click|submit|keydown|change|top|self|parent|hash)\b", re.IGNORECASE
)
_LONGEST = 800  # letters of a script that does only that
_TEMPLATE: Final = re.compile(
    r"text/(?:x-)?(?:\w+-)?(?:template|tmpl|html|handlebars|mustache)(?:-template)?", re.IGNORECASE
)
_TAG: Final = re.compile(r"<[^>]*+>")
_STEP = 50  # words; a page's reading does not depend on each of them


def of_script(script: str) -> str:
    """What stands for a script element in a stripped page: a meta element if it leads on or holds a text, else nothing.

    Args:
        script: the element, with its tags.
    """
    kind, content = _TYPE.match(script), _CONTENT.match(script)
    if content is None:
        return ""
    if kind and _TEMPLATE.fullmatch(kind[1]):
        words = len(_TAG.sub(" ", content[1]).split()) // _STEP * _STEP
        return f'<meta name="template" content="{words}">' if words else ""
    if len(content[1]) <= _LONGEST and _LEADS.search(content[1]) and not _ASKS.search(content[1]):
        return f'<meta http-equiv="refresh" content="{BY_SCRIPT}">'
    return ""
