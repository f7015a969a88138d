"""From files and addresses to one document in one form, whatever version it was written in."""
