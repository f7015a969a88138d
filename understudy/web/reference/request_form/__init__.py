"""What the form "Try it" of an operation asks the server: its values, and the calls before it."""
