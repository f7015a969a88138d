"""Tests of the resources of an API."""
