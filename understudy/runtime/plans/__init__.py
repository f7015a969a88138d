"""What tests plan in a namespace: fault rules and scheduled requests, and what selects requests."""
