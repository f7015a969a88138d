"""Bodies by media type."""
