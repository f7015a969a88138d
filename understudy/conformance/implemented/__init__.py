"""What a server implements of an API: found by a probe of each operation, and by what follows."""
