"""The commands, one module each: `add` defines the arguments, `run` runs the command."""

from understudy.commands import check, coverage, diff, docs, lint, new, proxy, routes, serve

#: In the order of `understudy --help`.
COMMANDS = (serve, new, routes, lint, check, proxy, coverage, diff, docs)
