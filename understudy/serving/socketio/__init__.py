"""Socket.IO connections at `/socket.io/`, with python-socketio (protocol 5, releases 3 and 4)."""
