"""What is wrong with a document, and what it lacks."""
