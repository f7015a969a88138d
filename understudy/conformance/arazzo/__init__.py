"""Workflows in Arazzo 1.0.1, in the subset that every runner reads alike, and how they are run."""
