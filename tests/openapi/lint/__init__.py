"""Tests of the lint of documents."""
