"""Patterns and formats of strings."""
