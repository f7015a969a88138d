"""Validation of traffic between others: live through a proxy, or from a recording."""
