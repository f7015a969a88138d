"""What `understudy serve` tells those who run it: the options, and the observers of requests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from understudy.commands.arguments import needs_extra
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.serving.api import Api
    from understudy.serving.monitoring.metrics import Metrics
    from understudy.serving.monitoring.served_request import Observer


def add_log_options(serve: argparse.ArgumentParser) -> None:
    """Add the options for the access log."""
    serve.add_argument(
        "--log-format",
        choices=("text", "json"),
        help="write a line for each request to standard error, for people or for programs; "
        "default: text if standard error is a terminal, else none",
    )
    serve.add_argument("--quiet", action="store_true", help="write no line for each request")


def add_metrics(serve: argparse.ArgumentParser) -> None:
    """Add the option for metrics."""
    serve.add_argument(
        "--metrics",
        action="store_true",
        help="count requests for Prometheus, at /_understudy/metrics and, unless an API has that "
        "path, /metrics",
    )


def metrics_of(options: argparse.Namespace) -> Metrics | None:
    """Return what counts requests, if the options ask for it. Raises UsageError."""
    if not options.metrics:
        return None
    if options.workers > 1:
        raise UsageError(
            "--metrics counts the requests of one process, and Prometheus would see another worker "
            f"each time: leave --workers {options.workers} out"
        )
    with needs_extra("serve --metrics", "metrics"):
        from understudy.serving.monitoring.metrics import Metrics
    return Metrics()


def observers_of(options: argparse.Namespace, apis: Sequence[Api]) -> list[Observer]:
    """Return the observers of the requests to these APIs."""
    if options.quiet or not (options.log_format or sys.stderr.isatty()):
        return []
    from understudy.http.secrets import Secrets
    from understudy.serving.monitoring.access_log import AccessLog, wants_colour

    return [
        AccessLog(
            sys.stderr,
            Secrets(api.contract for api in apis),
            as_json=options.log_format == "json",
            in_colour=wants_colour(sys.stderr),
        )
    ]
