"""Histories of concurrent clients of one server, and whether a correct server could have had them.

`recorder` runs the clients, `model` says what a correct server answers, `checker` and `listings`
find what contradicts it, and `verdict` is all of this in one function.
"""
