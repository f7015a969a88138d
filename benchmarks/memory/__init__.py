"""What a record takes in memory."""
