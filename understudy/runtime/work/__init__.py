"""Work of handlers that waits for a time of the clock."""
