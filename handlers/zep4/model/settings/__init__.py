"""What projects, graphs and users have set, as Zep v4 shows and takes it."""
