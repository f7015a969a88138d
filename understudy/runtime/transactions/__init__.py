"""Transactions: what a request changes in a database, and threads in which it waits for that."""
