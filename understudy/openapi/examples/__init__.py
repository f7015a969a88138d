"""Example values of responses: the document's own, or generated from its schemas."""
