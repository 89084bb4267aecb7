"""A revision or a change made into text for a terminal, Markdown or HTML (pure)."""
