"""Servers with one thing broken each, which the conformance check must find."""
