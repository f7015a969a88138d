"""Finds where and how values break schemas, at a cost that is bounded."""
