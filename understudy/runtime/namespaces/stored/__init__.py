"""Namespaces whose state is in a database: made for each request, and saved at its end."""
