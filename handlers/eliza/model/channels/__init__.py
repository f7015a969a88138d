"""Channels, who takes part in them, and their messages."""
