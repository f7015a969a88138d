"""Tests of example values."""
