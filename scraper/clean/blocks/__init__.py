"""Turn a page's markup into its visible blocks, each with its kind and zone."""
