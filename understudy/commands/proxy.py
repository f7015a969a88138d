"""`understudy proxy`: live traffic judged as it passes, until it is told to end."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.commands.arguments import Commands, add_report, add_sides, port, positive
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.conformance.traffic.monitor import TrafficMonitor
    from understudy.openapi.contract import Contract


def add(commands: Commands) -> None:
    """Add the command."""
    proxy = commands.add_parser("proxy", help="judge a server's traffic as it passes, unchanged")
    proxy.add_argument(
        "upstream",
        metavar="UPSTREAM",
        help="the server: what the API's own client is given, or its origin",
    )
    proxy.add_argument(
        "--api", required=True, help="the API by its name, or the path of its document"
    )
    proxy.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    proxy.add_argument(
        "--port", type=port, default=3001, help="default: 3001; 0 picks one that is free"
    )
    proxy.add_argument(
        "--timeout",
        type=positive,
        default=60,
        metavar="SECONDS",
        help="that the server has to begin an answer; default: 60",
    )
    proxy.add_argument(
        "--har", type=Path, metavar="FILE", help="write the last 1,000 exchanges, keys starred"
    )
    add_sides(proxy)
    add_report(proxy)
    proxy.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Pass requests until SIGINT or SIGTERM; then 0 where all conformed, 1 where not, 2 where
    nothing was judged."""
    try:
        from understudy.commands.check_run import check_writable, conclude
        from understudy.conformance.traffic.monitor import TrafficMonitor, upstream_of
        from understudy.conformance.traffic.proxy import Proxy
        from understudy.serving import server
        from understudy.serving.project import find_contract
    except ImportError as error:
        raise UsageError(f"the proxy needs {error.name}: pip install 'understudy[check]'") from None
    contract = find_contract(options.api)
    check_writable(options.har)
    check_writable(options.output)
    watchman = TrafficMonitor(contract, options.upstream, options.fail_on or "server", _say)
    upstream = upstream_of(contract, options.upstream)
    try:
        proxy = Proxy(upstream, watchman.see, options.timeout)
    except ValueError as error:
        raise UsageError(f"{options.upstream!r} is not the URL of a server: {error}") from None
    listener = server.listen(options.host, options.port)
    told = _banner(contract, server.url_of(listener), upstream)
    server.run(proxy, listener, lifespan="on", ready=lambda: _say(told))
    if options.har is not None:
        _write_har(options.har, watchman)
    return conclude(watchman.close(), options)


def _banner(contract: Contract, url: str, upstream: str) -> str:
    return (
        f"{contract.title} at {url}{contract.path_prefix}, as {upstream or '/'} answers it\n"
        "Web sockets are not passed. End it with ctrl-c for the report"
    )


def _say(line: str) -> None:
    """The report alone is on standard output."""
    with suppress(OSError):  # whoever read it has had enough, but the traffic goes on
        print(line, file=sys.stderr, flush=True)


def _write_har(file: Path, watchman: TrafficMonitor) -> None:
    try:
        file.write_text(json.dumps(watchman.har(), indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
