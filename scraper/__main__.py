"""`python -m pagewitness.scraper` is `pagewitness`."""

from pagewitness.scraper.cli import main

main()
