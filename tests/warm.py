"""What a child that cleans loads before its first page: a server that imports this forks children that have it."""

from pagewitness.scraper.work import child

child._load()
