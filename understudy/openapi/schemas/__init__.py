"""Schemas: what they consist of, and the validation of values by them."""
