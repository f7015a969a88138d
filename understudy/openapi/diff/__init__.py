"""Changes between two versions of a contract, and what they mean for clients.

No maintained Python library compares OpenAPI documents by direction (November 2026): clients break
if the server accepts fewer requests, or if it sends responses that it did not send before.
"""
