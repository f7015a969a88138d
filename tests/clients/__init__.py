"""Tests with the vendors' own clients."""
