"""The tier "exploration": stand-ins as executable models of their API. Random sequences of requests
run against a server and against the models, and the responses are compared."""
