"""Tests of the schemas of documents."""
