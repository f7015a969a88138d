"""What clients add to a graph as nodes and edges: planned in the request, and added as work."""
