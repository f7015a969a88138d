"""From a request to the arguments of a handler."""
