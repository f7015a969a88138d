"""The control API, `/_understudy/`: tests reset state, control the clock and inject faults by it.

It has its own document, and is served like any other API. Its handlers are in one module a tag;
they take a `ControlContext` where other handlers take a `World`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.control import actions, clock, coverage, faults, journal, settings, state, webhooks
from understudy.control.context import ControlContext
from understudy.control.refusals import translate_violations
from understudy.http.control_access import PROBE
from understudy.openapi.contract import Contract
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.handler_imports import functions_of
from understudy.serving.outgoing.outgoing import Outgoing

if TYPE_CHECKING:
    from understudy.coverage.collector import Collector
    from understudy.serving.monitoring.metrics import Metrics


class _ControlAPI(Api):
    """The control API; its requests are not in the journal."""

    journaled = False

    def __init__(
        self,
        contract: Contract,
        namespaces: NamespaceRegistry,
        apis: Sequence[Api],
        outgoing: Outgoing,
        metrics: Metrics | None,
    ) -> None:
        modules = [actions, clock, coverage, faults, journal, settings, state, webhooks]
        handlers = functions_of(modules, allow_async=True)
        super().__init__(contract, handlers)
        self.translate_violations = translate_violations
        self._namespaces = namespaces
        self._apis = apis
        self._outgoing = outgoing
        self._metrics = metrics

    def world(self, namespace: Namespace, tenant: str) -> World:
        """Return a context for the namespace; the control API has no tenants but probes."""
        return ControlContext(
            MemoryStore(),
            namespace.clock,
            namespace.ids,
            namespace=namespace,
            namespaces=self._namespaces,
            apis=self._apis,
            outgoing=self._outgoing,
            is_probe=tenant == PROBE,
            metrics=self._metrics,
            collect=lambda: self._collector.empty(),
        )

    @cached_property
    def _collector(self) -> Collector:
        """A collector of all APIs: to read all of their schemas takes long."""
        from understudy.coverage.collector import Collector  # at its first use

        return Collector(api.contract for api in self._apis)


def control_api(
    namespaces: NamespaceRegistry,
    apis: Sequence[Api],
    outgoing: Outgoing,
    metrics: Metrics | None = None,
) -> Api:
    """Create the control API of `namespaces`, in which `apis` are served; `outgoing` sends their
    webhooks, and `metrics` count their requests, if wanted."""
    contract = Contract.load(Path(__file__).with_name("openapi.yaml"), "control")
    return _ControlAPI(contract, namespaces, apis, outgoing, metrics)
