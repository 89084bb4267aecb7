"""What can go wrong, as a tree. Each error is one sentence to the user and owns an exit code.

    PagewitnessError
      ArchiveError                    4
        NotFound                      3   no such archive, page or revision
        QueryError                    2   a query, a date or a page's name that can't be understood
        InputError                    2   a file that is not what a command takes
          BrokenInput                 4   one that is, but ends or breaks in the middle
        FixityError                   5   stored bytes no longer match what was written down of them
        SchemaError                   4   the file is no archive, or of a newer pagewitness
        Busy                          4   somebody else has the archive
      ScraperError                    1
        Disallowed                        robots.txt says no
        Refused                           our address policy says no
        FetchError                        the network or the server failed
        CleanError                        a body that can't be read
          Stalled                         a body that could not be read now, since the machine was too busy

(`pagewitness.config.ConfigError`, exit code 2, stands apart: config imports nothing of ours.)
"""

from __future__ import annotations


class PagewitnessError(Exception):
    """The root: its text says what, which, and what to do next."""

    exit_code = 1


class ArchiveError(PagewitnessError):
    """The archive cannot do what was asked of it."""

    exit_code = 4


class NotFound(ArchiveError):
    """There is no such archive, page or revision."""

    exit_code = 3


class QueryError(ArchiveError):
    """A search, a date or the name of a page that can't be understood, or that fits several."""

    exit_code = 2


class InputError(ArchiveError):
    """A file that was handed in is not of the kind that the command takes."""

    exit_code = 2


class BrokenInput(InputError):
    """A file that was handed in ends or breaks in the middle; what came before that is kept."""

    exit_code = 4


class FixityError(ArchiveError):
    """Stored bytes do not match their digest.

    Attributes:
        expected: the digest that was written down (hex).
        found: the digest of what is stored now (hex).
    """

    exit_code = 5

    def __init__(self, subject: str, expected: str, found: str) -> None:
        super().__init__(f"{subject} is damaged: its SHA-256 is {found}, not {expected}. Restore it from a backup.")
        self.expected = expected
        self.found = found


class SchemaError(ArchiveError):
    """The file is not an archive, or was made by a newer pagewitness."""


class Busy(ArchiveError):
    """Somebody else holds the archive; the text names who."""


class ScraperError(PagewitnessError):
    """A page could not be visited or read.

    Attributes:
        transient: whether trying again soon may help.
    """

    transient = False


class Disallowed(ScraperError):
    """The site's robots.txt does not let us fetch this address (RFC 9309)."""


class Refused(ScraperError):
    """The address policy forbids the connection: the scheme, or the address that a name resolves to."""


class FetchError(ScraperError):
    """The network or the server failed before a whole answer was here."""

    def __init__(self, message: str, *, transient: bool = True) -> None:
        super().__init__(message)
        self.transient = transient


class CleanError(ScraperError):
    """A body that can't be read as a page."""


class Stalled(CleanError):
    """Cleaning did not get on, for what need not be the page's fault: a later try may read it."""

    transient = True


class Lacking(Stalled):
    """An optional part is not installed that reading this body needs: once it is, a later try reads it."""
