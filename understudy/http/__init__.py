"""HTTP messages as values; reads, validates and writes them."""
