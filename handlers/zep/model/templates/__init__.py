"""Context templates: texts with variables, which shape the context of threads and graphs."""
