"""Code that sends a request: by curl, httpx, fetch, and the clients that a document names."""
