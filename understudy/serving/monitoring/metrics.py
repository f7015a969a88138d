"""Metrics for Prometheus: requests as they are answered, and what the server holds when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from understudy.serving.monitoring.served_request import ServedRequest
from understudy.version import VERSION

if TYPE_CHECKING:
    from understudy.runtime.memory_budget import MemoryBudget

#: The upper bounds of durations, in seconds: most requests take about a millisecond.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_OF_REQUEST = ("api", "operation")


class Metrics:
    """The metrics of one process, in a registry of their own.

    Labels are names of documents, statuses and verdicts only, so that clients cannot add series
    without end.
    """

    #: The media type of what `render` returns.
    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "understudy_requests",
            "Requests to the APIs; the verdict is ok, violations, fault, refused or failed",
            (*_OF_REQUEST, "status", "verdict"),
            registry=registry,
        )
        self._durations = Histogram(
            "understudy_request_duration_seconds",
            "The time until a response has left",
            _OF_REQUEST,
            registry=registry,
            buckets=_BUCKETS,
        )
        self._namespaces = Gauge("understudy_namespaces", "Namespaces", registry=registry)
        self._journals = Gauge(
            "understudy_journal_bytes", "The size of all journals in memory", registry=registry
        )
        self._used = Gauge(
            "understudy_memory_used_bytes",
            "What all namespaces take beside their state",
            registry=registry,
        )
        self._most = Gauge(
            "understudy_memory_limit_bytes",
            "What they may take: serve --max-memory",
            registry=registry,
        )
        Info("understudy", "The version", registry=registry).info({"version": VERSION})
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)

    def __call__(self, served: ServedRequest) -> None:
        """Count a request."""
        api, operation = served.api, served.operation
        self._requests.labels(api, operation, served.status, served.verdict).inc()
        self._durations.labels(api, operation).observe(served.took / 1_000_000_000)

    def render(self, namespaces: int | None, budget: MemoryBudget) -> bytes:
        """Return all metrics as text; the number of namespaces is not known if it is None."""
        self._namespaces.set(float("nan") if namespaces is None else namespaces)
        self._journals.set(sum(journal.bytes for journal in budget.journals))
        self._used.set(budget.used)
        self._most.set(budget.most)
        return generate_latest(self._registry)
