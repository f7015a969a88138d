"""`understudy check` against released ElizaOS servers: every finding is true and known."""
