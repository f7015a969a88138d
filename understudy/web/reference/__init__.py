"""The reference pages of an API."""
