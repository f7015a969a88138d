"""What a project sets for all of its graphs, or for the graph of one user or group."""
