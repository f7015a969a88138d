"""The versions of an API, in one document or several, and which operation replaces which."""
