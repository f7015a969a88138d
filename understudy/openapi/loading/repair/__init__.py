"""Makes slightly wrong documents usable: what cannot be used is left out, with a problem."""
