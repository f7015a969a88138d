"""The SQLite database: the state of all namespaces in one file, for one process."""
