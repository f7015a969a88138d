"""The options of `understudy serve`."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import (
    add_sources,
    api_value,
    callback_host,
    port,
    positive,
    seconds,
    secret,
    size,
)
from understudy.commands.serve.monitoring import add_log_options, add_metrics
from understudy.commands.serve.replay import add_replay
from understudy.commands.serve.store import add_store
from understudy.commands.serve.tls import add_tls
from understudy.runtime.memory_budget import DEFAULT_MOST

LEVELS = ("critical", "error", "warning", "info", "debug")


def add_options(serve: argparse.ArgumentParser) -> None:
    """Add all options."""
    add_sources(serve)
    serve.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    serve.add_argument(
        "--port", type=port, default=3000, help="default: 3000; 0 picks one that is free"
    )
    _add_api_options(serve)
    _add_token(serve)
    serve.add_argument(
        "--cors",
        action="append",
        metavar="*|ORIGIN|off",
        help="origins whose pages may call the APIs, and whose hosts may name this server, as "
        "in https://app.example,loopback; repeatable; default: loopback, the pages of this machine",
    )
    serve.add_argument(
        "--strict",
        action="store_true",
        help="reject query parameters and body fields that the contract does not define",
    )
    serve.add_argument(
        "--strict-documents",
        action="store_true",
        help="serve no document that has problems; default: print warnings, and serve the rest",
    )
    serve.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="initial state of every namespace: JSON from GET /_understudy/state",
    )
    add_replay(serve)
    serve.add_argument(
        "--allow-callbacks",
        action="append",
        default=[],
        type=callback_host,
        metavar="HOST|any",
        help="send callbacks and webhooks also to this host, or to any; repeatable; "
        "default: to this machine only",
    )
    _add_limits(serve)
    add_store(serve)
    _add_workers(serve)
    serve.add_argument(
        "--reload",
        action="store_true",
        help="load documents, rules and handlers anew when one of their files changes; the state "
        "is kept where it fits",
    )
    add_tls(serve)
    add_log_options(serve)
    add_metrics(serve)
    serve.add_argument("--log-level", choices=LEVELS, default="warning", help="default: warning")


def _add_workers(serve: argparse.ArgumentParser) -> None:
    """Add the options for several processes."""
    serve.add_argument(
        "--workers",
        type=positive,
        default=1,
        metavar="N",
        help="serve with so many processes, on Linux; one that ends is started anew, and SIGHUP "
        "replaces all without losing a request; default: 1",
    )
    serve.add_argument(
        "--unshared",
        action="store_true",
        help="allow several workers for APIs whose state they do not share: each has namespaces, "
        "journals and faults of its own, and any of them may answer a request",
    )


def _add_limits(serve: argparse.ArgumentParser) -> None:
    """Add the options that bound what clients can take."""
    serve.add_argument(
        "--max-memory",
        type=size,
        metavar="SIZE",
        help="memory of all namespaces together, beside their state, for journals, faults, "
        "scheduled requests, snapshots, webhooks and uploads, as in 64MB; the oldest are removed; "
        "each of several workers gets an equal share; "
        f"default: {DEFAULT_MOST // 1_000_000}MB",
    )
    serve.add_argument(
        "--request-timeout",
        type=seconds,
        default=60,
        metavar="SECONDS",
        help="close a connection whose request does not arrive, or whose response is not read, "
        "in this time; default: 60",
    )


def _add_token(serve: argparse.ArgumentParser) -> None:
    """Add the options for the token; others on the machine can see arguments, but not a file."""
    token = serve.add_mutually_exclusive_group()
    token.add_argument(
        "--token",
        type=secret,
        metavar="SECRET",
        help="token for the control API, /_understudy/; "
        "the API is closed without one unless --host is this machine only",
    )
    token.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="file with the token, which keeps it out of the list of processes",
    )


def _add_api_options(serve: argparse.ArgumentParser) -> None:
    """Add the options for one API, of which the value begins with its name."""
    per_api = (
        ("persona", "NAME", "persona of an API, as in petstore=modern; default: its first"),
        (
            "api-key",
            "KEY",
            "accept only this API key, as in petstore=secret; repeatable; default: accept any",
        ),
        (
            "rate-limit",
            "N/SECONDS",
            "respond with 429 to more requests than that, as in petstore=1000/900; "
            "default: no limit",
        ),
    )
    for name, value, description in per_api:
        serve.add_argument(
            f"--{name}",
            action="append",
            default=[],
            type=api_value,
            metavar=f"API={value}",
            help=description,
        )
