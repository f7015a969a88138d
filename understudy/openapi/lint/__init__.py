"""The faults of a document, and its omissions."""
