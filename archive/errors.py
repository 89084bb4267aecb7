"""Everything that can go wrong, as a tree. Each error is one sentence for the user and has an exit code.

    class                 code  subject                                   next step in the message
    PagewitnessError         1  anything below
      ArchiveError           4  an archive that can't do what was asked   free space, fix permissions, restore a backup
        NotFound             3  an archive, page or revision              the command that lists what there is
        QueryError           2  a query, date or name typed by the user   how to write it
        InputError           2  a file of the wrong kind                  the kind of file to give
          BrokenInput        4  a file that is cut off or broken          get the file again; what was read is kept
        FixityError          5  stored bytes that no longer match         restore them from a backup
        SchemaError          4  a file that is no archive, or newer       another file, or a newer pagewitness
        Busy                 4  an archive that another process holds     try again later
      ScraperError           1  a page that can't be visited or read
        Untold               1  a notice that could not be sent           none: it waits; or the setting to mend
        Disallowed           1  an address that robots.txt forbids        none: we respect it
        Refused              1  an address that our policy forbids        the setting that allows it
        FetchError           1  a network or server failure               the next run tries again
          Unreached          1  a host that gives no connection           check the spelling, or the network
          RedirectError      1  redirects in a circle, or too many        check the address (scraper.net.fetch)
          SentAway           1  a web archive that wants a long pause     when to ask again (scraper.work.archive_requests)
        CleanError           1  a body that can't be read                 the limit to raise, or the rule to write
          Stalled            1  a body that could not be read in time     the next run tries again
            Lacking          1  a body that needs an optional part        install that part

    ConfigError              2  a setting or a source                     the key, its file and line, the nearest name
      UnknownSource          3  a source that the catalogue lacks         the nearest name
      AmbiguousSource        2  a name of several sources                 the names to choose from
      Faulty                 2  a value below a path of keys              how to write it

`ConfigError` and its subclasses are in `pagewitness.config`, which imports nothing else of ours.
"""

from __future__ import annotations


class PagewitnessError(Exception):
    """The root of all errors: the text says what failed, for which input, and what to do next."""

    exit_code = 1


class ArchiveError(PagewitnessError):
    """The archive can't do what was asked of it."""

    exit_code = 4


class NotFound(ArchiveError):
    """There is no such archive, page or revision."""

    exit_code = 3


class QueryError(ArchiveError):
    """A search, a date or the name of a page is malformed or ambiguous."""

    exit_code = 2


class InputError(ArchiveError):
    """An input file is not of the kind that the command takes."""

    exit_code = 2


class BrokenInput(InputError):
    """An input file is cut off or broken; what came before that is kept."""

    exit_code = 4


class FixityError(ArchiveError):
    """Stored bytes do not match their digest.

    Attributes:
        expected: the digest recorded when they were stored (hex).
        found: the digest of what is stored now (hex).
    """

    exit_code = 5

    def __init__(self, subject: str, expected: str, found: str) -> None:
        super().__init__(
            f"{subject} is damaged: its SHA-256 is {found}, not {expected}. Restore it from a backup; "
            "everything else in the archive can still be read."
        )
        self.expected = expected
        self.found = found


class SchemaError(ArchiveError):
    """The file is not an archive, or a newer pagewitness made it."""


class Busy(ArchiveError):
    """Another process holds the archive; the text names it."""


class ScraperError(PagewitnessError):
    """A page could not be visited or read.

    Attributes:
        transient: whether trying again soon may help.
    """

    transient = False


class Untold(ScraperError):
    """A notice could not be sent by a channel.

    Attributes:
        alone: whether it is about this notice, so that others may be sent.
    """

    def __init__(self, message: str, *, alone: bool = False) -> None:
        super().__init__(message)
        self.alone = alone


class Disallowed(ScraperError):
    """The site's robots.txt forbids this address (RFC 9309)."""


class Refused(ScraperError):
    """Our address policy forbids the connection: the scheme, or the address that a name resolves to."""


class FetchError(ScraperError):
    """The network or the server failed before the answer was complete."""

    def __init__(self, message: str, *, transient: bool = True) -> None:
        super().__init__(message)
        self.transient = transient


class Unreached(FetchError):
    """There was no connection to the host: its name can't be resolved, or it does not answer."""


class CleanError(ScraperError):
    """A body can't be read as a page."""


class Stalled(CleanError):
    """Cleaning timed out or stalled, possibly not because of the page; it will be retried."""

    transient = True


class Lacking(Stalled):
    """Reading this body needs an optional part that is not installed; it will be retried once that is installed."""
