"""Search over everything that pages ever said: queries, full text, ranking, hits, phrases, alerts."""
