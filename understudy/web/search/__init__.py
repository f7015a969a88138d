"""The search: an index of the references and guides, which browsers search by MiniSearch."""
