"""What other programs write: lists of captures of web archives, saved pages, lists of feeds and of watched pages (pure).

`capture_lists.read_captures`, `saved_pages.read_saved`, `mhtml.read_mhtml`, `opml.read_opml`, `job_files.read_jobs` and
`watches.read_watches` read one each.
"""
