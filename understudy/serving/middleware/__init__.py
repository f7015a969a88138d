"""The middleware list of a request, one module each."""
