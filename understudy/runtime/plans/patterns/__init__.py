"""Patterns of JSON values, as matchers have them: read once, then compared with many values."""
