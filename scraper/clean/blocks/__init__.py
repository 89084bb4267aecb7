"""From a page's markup to its visible blocks, each with its kind and zone."""
