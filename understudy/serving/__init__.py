"""Serves requests: projects, the middleware list, handlers, Socket.IO and the server."""
