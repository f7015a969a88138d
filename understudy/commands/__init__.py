"""The commands, a module each: `add` says what it takes, and what runs it."""

from understudy.commands import check, diff, docs, lint, proxy, routes, serve

#: In the order in which they are listed.
COMMANDS = (serve, routes, lint, check, proxy, diff, docs)
