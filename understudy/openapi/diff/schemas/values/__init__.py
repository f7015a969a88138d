"""Comparison of the sets of values that schemas allow."""
