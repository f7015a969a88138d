"""Comparison of schemas."""
