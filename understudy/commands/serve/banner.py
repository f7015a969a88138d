"""What `understudy serve` prints at the start: warnings, and where the APIs are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from understudy.commands.configuration import listed
from understudy.commands.lint import rules_problems
from understudy.commands.output import printable

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.commands.serve.tls import Tls
    from understudy.serving.api import Api

#: The most warnings about one document.
_MOST_WARNINGS = 10

#: The addresses of one API that the banner lists beside the main one.
_MOST_ADDRESSES = 10


def print_document_warnings(apis: Sequence[Api]) -> None:
    """Print the problems of documents that are served all the same, and of their rules."""
    from understudy.serving.project import bundled

    for contract in (api.contract for api in apis):
        problems = list(contract.problems)
        if contract.path is not None and bundled() not in contract.path.parents:
            problems += rules_problems(contract)
        for problem in problems[:_MOST_WARNINGS]:
            print(f"warning: {problem.describe(contract.origin, label='')}", file=sys.stderr)
        more = len(problems) - _MOST_WARNINGS
        if more > 0:
            print(
                f"warning: {contract.origin}: {more} more; "
                f"`understudy lint {contract.origin}` lists all",
                file=sys.stderr,
            )


def banner(url: str, app: Understudy, options: argparse.Namespace, tls: Tls | None) -> str:
    """Return the lines that say what is served, and where; `url` is the server's origin."""
    from understudy.runtime.namespaces.memory_registry import MemoryRegistry

    callback_hosts = options.allow_callbacks
    lines = [f"{api.contract.title} at {_addresses(url, api)}" for api in app.served]
    for file, count in ({} if app.replay is None else app.replay.answers).items():
        lines.append(f"Requests that fit one in {file} get its answer; it has {count}")
    if app.allowed_origins is not None:
        lines.append(f"CORS: {app.allowed_origins}")
    if "any" in callback_hosts:
        lines.append("Callbacks and webhooks may go to any host")
    elif callback_hosts:
        hosts = ", ".join(callback_hosts)
        lines.append(f"Callbacks and webhooks may go to this machine and to {hosts}")
    if options.reload:
        lines.append("A change of documents, rules or handlers is served at once")
    if options.workers > 1 and isinstance(app.namespaces, MemoryRegistry):
        lines.append(f"Each of the {options.workers} workers has state of its own")
    if options.settings:
        lines.append(f"Options also come from {listed(options.settings)}")
    lines.append(f"The reference at {url}/")
    if tls is not None:
        lines += tls.lines()
    lines.append(f"Try: curl {tls.curl_options if tls else ''}{url}/_understudy/health")
    return "\n".join(map(printable, lines))  # a title in a document may be anything


def _addresses(url: str, api: Api) -> str:
    """Return the addresses of an API, one for each base path of its servers."""
    declared = [base_path for o in api.contract.operations for base_path in o.base_paths]
    main = api.contract.path_prefix
    others = [path for path in dict.fromkeys(declared) if path != api.contract.base_path]
    return ", ".join(f"{url}{path}" for path in [main, *others[:_MOST_ADDRESSES]])
