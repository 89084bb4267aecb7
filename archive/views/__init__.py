"""Questions about pages that need no search: history, gaps, blame, the list of pages, which page or revision is meant."""
