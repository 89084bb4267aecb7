"""A sample site, and a server that shows it: the yearly assessment of an agency and a country that do not exist.

The site has three editions at the same addresses, in English and Lithuanian. Edition 2 changes what the chapters say
(`site/documents/edits.toml` lists every edit); edition 3 changes everything around the documents, and not one of their
words. So an archive that visits all three should have two revisions of each chapter and one of every other page.

`editions` renders it, `server` serves it on the loopback, and `python -m pagewitness.scraper.demo` shows what the
command line makes of it.
"""
