"""Exchanges of journals: selected, streamed, and written as tests."""
