"""What a language model does in Zep, done by rules here: the same input gives the same output."""
