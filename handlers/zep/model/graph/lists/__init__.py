"""Lists of what a graph holds, as v3 has them."""
