"""What a document says of the servers of its API: addresses, CORS, and conventions of HTTP."""
