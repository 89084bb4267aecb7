"""Keeps what was seen and answers questions; never goes online."""
