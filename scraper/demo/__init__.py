"""A sample site with its server: the yearly assessment of a made-up agency in a made-up country.

The site has three editions at the same addresses, in English and Lithuanian. Edition 2 changes what the chapters say
(`site/documents/edits.toml` lists every edit). Edition 3 changes everything around the documents, but not one of their
words. So an archive that visits all three should have two revisions of each chapter and one of every other page.

`editions` renders the site, `server` serves it on the loopback address, and `python -m pagewitness.scraper.demo` follows
it with the command line.
"""
