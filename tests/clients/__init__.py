"""Tests: clients."""
