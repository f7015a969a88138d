"""What there is, as Zep v4 shows it."""
