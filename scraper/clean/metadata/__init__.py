"""What a page says of itself: title, dates, authors, language, links to other forms and files."""
