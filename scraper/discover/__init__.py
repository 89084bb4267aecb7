"""Finding pages: what a listing, a feed or a sitemap leads to, and which of it is followed (pure).

    anchors    the links of a page as they are written
    traps      addresses that lead nowhere new: calendars, facets, print versions, the way up
    pagers     the further pages of a listing
    choice     what is followed of what a page lists, and why the rest is not
    feeds      RSS and Atom
    sitemaps   sitemaps and indexes of sitemaps

`work/finding.py` applies it to the archive.
"""
