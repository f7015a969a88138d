"""How messages come into channels, and how agents reply to them."""
