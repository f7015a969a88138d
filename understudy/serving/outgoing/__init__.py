"""Callbacks and webhooks: the requests that the APIs of a document send to servers of a client.

An address is taken from the client's request, so it is only called if it is one of this machine, or
allowed by an option of the server. No request or namespace waits for these requests.
"""
