"""The connection to the server that is checked."""
