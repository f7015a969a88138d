"""What state in a database costs."""
