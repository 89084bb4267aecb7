"""The SQLite file: its schema, evidence (visits, captures, bodies), sources, the agenda of visits, WARC records."""
