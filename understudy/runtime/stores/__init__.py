"""Stores: where the records of namespaces are kept, in memory or in a database."""
