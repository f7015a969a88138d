"""Contract coverage: which operations, statuses, parameters and fields of documents the exchanges
of clients have touched."""
