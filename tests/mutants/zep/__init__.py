"""Mutants of Zep."""
