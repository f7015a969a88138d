"""Tests of the loading of documents."""
