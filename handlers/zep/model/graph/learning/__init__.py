"""What graphs learn from episodes: read as facts, screened by a policy, and added as edges."""
