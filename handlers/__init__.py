"""How the stand-ins answer: one package an API, one module a tag, one function an operation."""
