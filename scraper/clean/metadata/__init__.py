"""What a page says about itself: title, dates, authors, language, links to other forms and files."""
