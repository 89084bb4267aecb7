"""Turn bytes into text: find a page's encoding, and undo mojibake."""
