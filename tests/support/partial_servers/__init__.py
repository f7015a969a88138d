"""Servers that have a part of an API, as others could have written them."""
