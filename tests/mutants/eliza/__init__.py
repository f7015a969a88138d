"""Mutants of Eliza."""
