"""Sessions: their messages, and what Zep learns, remembers and concludes from them."""
