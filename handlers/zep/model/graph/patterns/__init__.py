"""Patterns: what recurs in a graph."""
