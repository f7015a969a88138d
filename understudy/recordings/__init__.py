"""Recorded exchanges: read from files, written to them, and found again by a request."""
