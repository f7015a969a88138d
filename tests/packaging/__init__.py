"""Tests of the wheel and of installations."""
