"""Calls of the client libraries that a document names, from `x-sdk` and `x-understudy-clients`."""
