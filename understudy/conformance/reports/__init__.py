"""What a check found, and its report in several formats."""
