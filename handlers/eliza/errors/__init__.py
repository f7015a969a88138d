"""Problems in the words and shapes of the server, for each persona and family of operations."""
