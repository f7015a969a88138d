"""The way of a request through the stand-in."""
