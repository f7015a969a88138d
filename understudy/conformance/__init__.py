"""Checks whether a server keeps a contract; knows contracts and a URL, never handlers."""
