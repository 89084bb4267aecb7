"""Decide which blocks are the document: features, the model, trafilatura's vote, titles."""
