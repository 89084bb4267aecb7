"""What to follow, and how: settings. Imports nothing of ours."""


class ConfigError(Exception):
    """A setting or a source that can't be used: it names the file or variable, the key and the nearest spelling."""

    exit_code = 2


class UnknownSource(ConfigError):
    """The catalogue has no source of that name."""

    exit_code = 3
