"""Made pages: lists and texts in random markup, in languages that don't exist or in those of real pages, with known truth."""
