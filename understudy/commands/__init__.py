"""The commands, a module each: `add` says what it takes, and what runs it."""

from understudy.commands import check, docs, lint, routes, serve

#: In the order in which they are listed.
COMMANDS = (serve, routes, lint, check, docs)
