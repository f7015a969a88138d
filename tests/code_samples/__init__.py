"""Tests of code samples: they are run, not compared with texts."""
