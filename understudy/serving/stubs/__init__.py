"""The responses that fault rules give in the place of a handler: held against the contract, filled
with values of the request, or asked from a server of the test."""
