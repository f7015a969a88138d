"""The records in the file of the SQLite database, and their places in indexes."""
