"""What a graph is made of: episodes, nodes, and facts, which are its edges."""
