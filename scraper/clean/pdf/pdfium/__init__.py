"""Call PDFium, and turn its answers into plain Python values: the words, rules, pictures and styles of a page."""
