"""From a value to a response."""
