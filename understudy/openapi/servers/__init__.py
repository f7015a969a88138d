"""What a document says of the servers of its API: their addresses, CORS, and how they treat HTTP."""
