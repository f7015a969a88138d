"""The steps from a document in its own version to the inner form."""
