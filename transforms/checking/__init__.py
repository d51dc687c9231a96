"""Row rules in one statement, duplicates by key, and a second opinion on the table as a whole."""
