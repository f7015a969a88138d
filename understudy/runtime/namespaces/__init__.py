"""Namespaces: isolated sets of state in one server."""
