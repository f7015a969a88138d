"""Rooms and memories: channels as one agent sees them."""
