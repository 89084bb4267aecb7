"""PDFium's answers as plain Python values: letters, lines, borders and styles of a page."""
