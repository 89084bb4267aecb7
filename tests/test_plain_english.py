"""Plain English, as a good journalist writes it: turns of phrase that had to be read twice stay out of what users read.

Each habit has an example that it catches, a near miss that it lets pass, and what to write instead.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from pagewitness.scraper.cli import COMMANDS, FAMILIES, Root

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
MODULES = [file for package in ("archive", "config", "scraper") for file in sorted((ROOT / package).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TABLES = [*sorted((ROOT / "config").rglob("*.toml")), ROOT / "scraper/clean/explain.toml"]  # whose words commands print
SQL = re.compile(r"\s*(?:select|insert|update|delete|with|create)\s")


@dataclass(frozen=True)
class Habit:
    """A turn of phrase to avoid.

    Attributes:
        pattern: a regular expression; a space is any white space, and case does not matter.
        example: what it catches.
        passes: a near miss that it lets pass.
        instead: what to write.
    """

    pattern: str
    example: str
    passes: str
    instead: str

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Each place of a text that has it."""
        return re.finditer(self.pattern.replace(" ", r"\s+"), text, re.IGNORECASE)


HABITS = [
    Habit(r"\bno more\b(?! than)", "2 pages fit no more", "no more than 5 words", "no longer"),
    Habit(r"\bstood\b", "when a phrase stood", "a query that is not understood", "was, was on the page"),
    Habit(
        r"\bstand(?:s|ing)? (?:on|there|in(?! for\b)|at|since|now|beside|below|above)\b|"
        r"\b(?:it|they|still) stands?\b(?! (?:in )?for\b)|\bwhere(?:ver)? .{0,20}\bstands?\b",
        "what stands on the page",
        "a standing order; it stands for many words, or in for one",
        "is, appears, is on the page",
    ),
    Habit(
        r"\b(?:is|are|was|were) (?-i:none)\b(?! of\b)",
        "where there are none",
        "none is better; it is none of these; if it is None",
        "there is no …",
    ),
    Habit(r"\bg(?:a|i)ves? way\b", "a text that gave way to another", "it gives a way out", "was replaced by"),
    Habit(r"\bin force\b", "the text in force now", "in forceful words", "current"),
    Habit(r"\bsince when\b", "since when it is there", "since it was there when", "since what date, how long"),
    Habit(r"\buntil when\b", "until when it was there", "until it is there when", "until what date, how long"),
    Habit(
        r"\b(?:is|are|was|were|been|be) told\b(?! (?:apart|from)\b)",
        "nobody is told",
        "the reports told it; twins that can't be told apart",
        "is notified, reports, says",
    ),
    Habit(r"\bfurniture\b", "the furniture of a site", "furnished", "boilerplate"),
    Habit(r"\bwhat came of\b", "what came of it", "what came out of the printer", "the result"),
    Habit(
        r"(?<!\beach\s)(?<!\ball\s)(?<!\bnone\s)\bof which\b",
        "sites of which there is some",
        "which of them; words, all of which stay",
        "whose, that, or two sentences",
    ),
    Habit(r"\banew\b", "reads it anew", "a new one", "again"),
    Habit(
        r"\bwhere(?:of|in|by|upon|from)\b",
        "the page whereof it speaks",
        "whereas and wherever",
        "of which, by which; or two sentences",
    ),
    Habit(r"\bbut for\b", "all but for the title", "but forty did", "except"),
    Habit(
        r"\bgo(?:es)? on\b(?! record\b)",
        "--offset 20 goes on",
        "a going concern; it goes on record",
        "continues, shows the next page",
    ),
    Habit(r"\bfits? newly\b|\bnewly fits?\b", "what newly fits", "a fitting end", "starts matching"),
    Habit(r"\bha(?:s|ve) to have\b", "all words have to have been there", "they have to go", "must have"),
    Habit(r"\b(?:said|says?|told|tells?) of\b", "what is said of a page", "it said often", "says about"),
    Habit(r"\bamid\b", "captions amid the document", "amide", "among, in the middle of"),
    Habit(r"\bsuffices?\b|\bwill do\b", "a beginning of its name will do", "the suffix", "is enough"),
    Habit(
        r"\b(?:a|an|each|the|one|that) showing\b|\bshowings\b", "each showing of a page", "by showing it", "observation"
    ),
    Habit(r"\ba observation\b", "as of a observation", "an observation", "an observation"),
    Habit(r"\btall(?:y|ies)\b", "a page's tally", "tall yews", "line counts, number"),
]


@dataclass(frozen=True)
class Passage:
    """A text that users read, and where it is."""

    where: str
    line: int
    text: str


def complaints(passages: Iterator[Passage]) -> list[str]:
    """A line for each habit in each passage: file, line, pattern, the words, and what to write instead."""
    return [
        f"{passage.where}:{passage.line + passage.text.count(chr(10), 0, match.start())}: /{habit.pattern}/ in "
        f"“{' '.join(passage.text[max(0, match.start() - 30) : match.end() + 30].split())}”: write “{habit.instead}”"
        for passage in passages
        for habit in HABITS
        for match in habit.found(passage.text)
    ]


def prose(markdown: str) -> str:
    """A Markdown text with its code and the targets of its links blanked out; lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(
        r"`[^`\n]+`|\]\([^)\n]+\)", blank, re.sub(r"^```.*?^```$", blank, markdown, flags=re.DOTALL | re.MULTILINE)
    )


def literals(file: Path) -> Iterator[Passage]:
    """The strings of a module, where `{}` is what an f-string fills in; docstrings and SQL are passed over."""
    kinds = (ast.JoinedStr, ast.Constant, ast.Expr)
    nodes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, kinds)]
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        else:
            continue
        if id(node) not in alone and not SQL.match(text):
            yield Passage(str(file.relative_to(ROOT)), node.lineno, text)


def notes(file: Path) -> Iterator[Passage]:
    """What the authors of a module say about it: docstrings and comments; lines of comment in a row are one passage."""
    name, before, place, begins = str(file.relative_to(ROOT)), None, -1, True
    for token in tokenize.generate_tokens(io.StringIO(file.read_text(encoding="utf-8")).readline):
        line, column = token.start
        if token.type is tokenize.STRING and begins:  # a string where a statement begins
            yield Passage(name, line, str(ast.literal_eval(token.string)))
        if token.type is tokenize.COMMENT:
            own = token.line.lstrip().startswith("#")
            if before and own and (before.line + before.text.count("\n") + 1, column) == (line, place):
                before = Passage(name, before.line, f"{before.text}\n{token.string.lstrip('#')}")
                continue
            if before:
                yield before
            before, place = Passage(name, line, token.string), column
        elif token.type not in (tokenize.NL, tokenize.DEDENT):
            begins = token.type in (tokenize.NEWLINE, tokenize.INDENT)
    if before:
        yield before


def helps() -> Iterator[Passage]:
    """What `--help` prints, of the program and of each command."""
    root = Root("pagewitness")
    for family in FAMILIES.values():
        for name, (_, line) in family.items():
            yield Passage(f"pagewitness --help, {name}", 1, line)
    for name in COMMANDS:
        context = click.Context(root, info_name="pagewitness")
        command = root.get_command(context, name)
        assert command is not None
        yield Passage(f"pagewitness {name} --help", 1, command.get_help(click.Context(command, context, name)))


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.example)
def test_a_habit_is_caught_and_its_near_miss_is_not(habit: Habit) -> None:
    """So that the table can be trusted."""
    assert list(habit.found(habit.example))
    assert list(habit.found(habit.example.replace(" ", "\n")))
    assert not list(habit.found(habit.passes))


def test_code_in_documents_is_not_prose() -> None:
    """What a program prints or is called is not the document's English."""
    assert complaints(iter([Passage("x.md", 1, prose("a `stood` b\n```sh\nstood\n```\n"))])) == []
    assert "x.md:3: " in complaints(iter([Passage("x.md", 1, prose("```sh\n```\nit stood\n"))]))[0]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_documents_are_in_plain_english(file: Path) -> None:
    """README, docs/ and the others for users and contributors."""
    found = complaints(iter([Passage(str(file.relative_to(ROOT)), 1, prose(file.read_text(encoding="utf-8")))]))
    assert not found, "\n".join(found)


def test_the_help_of_the_command_line_is_in_plain_english() -> None:
    """What `--help` prints, of the program and of each command."""
    found = complaints(helps())
    assert not found, "\n".join(found)


def test_what_commands_and_errors_say_is_in_plain_english() -> None:
    """Every string of every module: a sentence that ends a command may come from anywhere."""
    found = [line for file in MODULES for line in complaints(literals(file))]
    assert not found, "\n".join(found)


def test_lines_of_comment_that_follow_each_other_are_one_passage() -> None:
    """So that a habit is found that begins on one line and ends on the next."""
    # A comment of
    # two lines.
    passages = [one.text for one in notes(Path(__file__)) if one.text.startswith("#")]  # beside code
    assert passages[-2:] == ["# A comment of\n two lines.", "# beside code"]


def test_docstrings_are_passages() -> None:
    """Those of modules, classes and functions, also the ones that begin an indented block."""
    passages = {inspect.cleandoc(one.text) for one in notes(Path(__file__))}
    for documented in (sys.modules[__name__], Passage, notes, test_docstrings_are_passages):
        assert inspect.getdoc(documented) in passages
    assert "utf-8" not in passages


@pytest.mark.parametrize("package", ["archive", "config", "scraper", "tests"])
def test_what_authors_say_about_their_code_is_in_plain_english(package: str) -> None:
    """Docstrings and comments of every module, also of the tests; this one quotes what it forbids."""
    files = [file for file in [*MODULES, *TESTS] if file.is_relative_to(ROOT / package) and file != Path(__file__)]
    found = [line for file in files for line in complaints(notes(file))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.name)
def test_tables_that_commands_print_are_in_plain_english(file: Path) -> None:
    """The settings, the catalogue of publishers, and the names of what decides about a block."""
    found = complaints(iter([Passage(str(file.relative_to(ROOT)), 1, file.read_text(encoding="utf-8"))]))
    assert not found, "\n".join(found)
