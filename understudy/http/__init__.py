"""Messages as values, and how they are read, validated and written."""
