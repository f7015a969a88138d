"""What a handlers package defines for its API beside handlers and hooks."""
