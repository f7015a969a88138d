"""What a document says; knows nothing of HTTP messages, state or handlers."""
