"""`understudy proxy`: check a server's traffic while it passes, until it is stopped."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.commands.arguments import (
    Commands,
    add_api,
    add_fail_on,
    add_report,
    needs_extra,
    plural,
    port,
    positive,
    url,
)
from understudy.errors import UsageError
from understudy.files import check_writable

if TYPE_CHECKING:
    from understudy.openapi.contract import Contract
    from understudy.recordings.har_file import HarFile


def add(commands: Commands) -> None:
    """Add the command."""
    proxy = commands.add_parser(
        "proxy", help="forward requests to a server unchanged, and check its traffic"
    )
    proxy.add_argument(
        "upstream",
        type=url,
        metavar="UPSTREAM",
        help="the server: the base URL that a client of the API uses, or the server's origin",
    )
    add_api(proxy)
    proxy.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    proxy.add_argument(
        "--port", type=port, default=3001, help="default: 3001; 0 picks one that is free"
    )
    proxy.add_argument(
        "--timeout",
        type=positive,
        default=60,
        metavar="SECONDS",
        help="time for the server to begin a response; default: 60",
    )
    proxy.add_argument(
        "--record",
        "--har",
        dest="record",
        type=Path,
        metavar="FILE",
        help="write all exchanges to this HAR as they come, with *** in the place of keys; "
        "`understudy serve --replay FILE` answers from it",
    )
    add_fail_on(proxy)
    add_report(proxy)
    proxy.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Forward requests until SIGINT or SIGTERM, then write the report.

    Returns 0 if all conformed, 1 if there are findings, 2 if nothing was checked.
    """
    with needs_extra("proxy", "check"):
        from understudy.commands.report_output import check_reports_writable, write_report
        from understudy.conformance.traffic.monitor import TrafficMonitor, upstream_url
        from understudy.conformance.traffic.proxy import Proxy
        from understudy.serving import server
        from understudy.serving.project import find_contract

    contract = find_contract(options.api, options.allow_refs)
    recording = _recording(options.record, contract)
    check_reports_writable(options)
    failing = options.fail_on or "server"
    monitor = TrafficMonitor(contract, options.upstream, failing, _print_line, recording)
    upstream = upstream_url(contract, options.upstream)
    try:
        proxy = Proxy(upstream, monitor.record, options.timeout)
    except ValueError as error:
        raise UsageError(f"{options.upstream!r} is not the URL of a server: {error}") from None
    listener = server.listen(options.host, options.port)
    banner = _banner(contract, server.url_of(listener), upstream)
    methods = [operation.method for operation in contract.operations]
    ready = partial(_print_line, banner)
    server.run(
        proxy,
        listener,
        lifespan="on",
        methods=methods,
        request_timeout=max(options.timeout, server.REQUEST_TIMEOUT),
        ready=ready,
    )
    if recording is not None:
        recording.close()
        _print_line(f"{plural(recording.count, 'exchange')} recorded in {options.record}")
    return write_report(monitor.finish(), contract, options)


def _recording(file: Path | None, contract: Contract) -> HarFile | None:
    """Return where exchanges are recorded, if that is wanted. Raises UsageError."""
    from understudy.http.secrets import Secrets
    from understudy.recordings.har_file import HarFile

    if file is None:
        return None
    check_writable(file)
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} cannot be written: a recording needs a file that can grow")
    return HarFile(file, Secrets([contract]))


def _banner(contract: Contract, url: str, upstream: str) -> str:
    from understudy.http.secrets import without_user

    target = without_user(upstream) or "/"
    return (
        f"{contract.title} at {url}{contract.path_prefix}, forwarded to {target}\n"
        "Web sockets are not forwarded. Stop it with Ctrl-C to get the report"
    )


def _print_line(line: str) -> None:
    """Print to standard error, for standard output is for the report only."""
    print(line, file=sys.stderr, flush=True)
