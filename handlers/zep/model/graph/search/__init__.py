"""Searches of a graph, and the filters that searches and lists share."""
