"""Tests: coverage."""
