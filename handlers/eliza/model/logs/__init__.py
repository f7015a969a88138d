"""Logs: of the server, of each agent, and the stream of entries to clients that subscribe."""
