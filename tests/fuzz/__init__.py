"""Tests with Schemathesis."""
