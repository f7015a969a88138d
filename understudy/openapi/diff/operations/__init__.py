"""Comparison of operations: their parameters, bodies, headers and security."""
