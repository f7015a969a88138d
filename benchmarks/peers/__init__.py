"""`understudy check` of other mock servers that serve our documents; `scripts/peers` runs it."""
