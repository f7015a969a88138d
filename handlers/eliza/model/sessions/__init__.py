"""Sessions: their lifetime, timeouts and history."""
