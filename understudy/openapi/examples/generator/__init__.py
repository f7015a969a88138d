"""Values that are generated from schemas."""
