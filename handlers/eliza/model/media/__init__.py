"""Uploaded files, and speech."""
