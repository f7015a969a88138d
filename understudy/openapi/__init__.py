"""OpenAPI documents as contracts; knows nothing about HTTP messages, state or handlers."""
