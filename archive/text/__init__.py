"""Pure functions on text: words and their folded and stemmed forms, dates, counters, time intervals; no I/O."""
