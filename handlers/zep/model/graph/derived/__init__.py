"""What is derived from a graph when it is asked for: observations, and summaries."""
