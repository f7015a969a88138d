"""Requests to an app in this process, without a network: for httpx and for requests."""
