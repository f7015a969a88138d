"""Agents: their characters, what a character may contain, and their settings."""
