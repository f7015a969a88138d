"""Tests of the judge of histories: it must find what is planted."""
