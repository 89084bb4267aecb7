"""What a child that cleans loads before its first page: a server that imports this forks children that have it."""

import gc

from pagewitness.scraper.clean.metadata.language import guessed_language
from pagewitness.scraper.work import child

child._load()
guessed_language("A page that does not say its language makes each process load a model for half a second.")
gc.freeze()  # what all forks share is no garbage of theirs
