"""Finds the packages: the three top-level folders install below the namespace `pagewitness`.

A hand-kept list would silently drop a new subpackage from the wheel (see docs/decisions/0001).
"""

from setuptools import find_packages, setup

homes = ("config", "archive", "scraper")
found = find_packages(include=[pattern for home in homes for pattern in (home, f"{home}.*")])

setup(
    packages=[f"pagewitness.{name}" for name in found],
    package_dir={f"pagewitness.{home}": home for home in homes},
    # The key "*" of pyproject.toml does not work from here: only "" means every package.
    package_data={
        "": [
            "*.toml",
            "lexicon/*/*.toml",
            "*.json",
            "sources/*.toml",
            "py.typed",
            "site/*/*",
            "site/*/*/*",
        ]
    },
)
