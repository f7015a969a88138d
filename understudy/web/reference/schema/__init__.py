"""Schemas for readers: trees with their rules in words, and an address for every field."""
