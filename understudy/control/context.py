"""What handlers of the control API get instead of a `World`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem
from understudy.http.secrets import Secrets
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry, Result
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.outgoing.outgoing import Outgoing

if TYPE_CHECKING:
    from understudy.serving.monitoring.metrics import Metrics

#: The path of the control API.
BASE_PATH = "/_understudy"


@dataclass(slots=True)
class ControlContext(World):
    """The namespace of a request, all other namespaces, and the APIs that are served in them."""

    namespace: Namespace = field(kw_only=True)
    namespaces: NamespaceRegistry = field(kw_only=True)
    apis: Sequence[Api] = field(kw_only=True)
    outgoing: Outgoing = field(kw_only=True)
    metrics: Metrics | None = field(default=None, kw_only=True)
    _secrets: Secrets | None = field(default=None, init=False)

    async def transact(self, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns for the namespace; for handlers that wait, see
        `NamespaceRegistry.transact`."""
        return await self.namespaces.transact(self.namespace.name, work)

    def check_names(self, when: Mapping[str, Any], *, with_outgoing: bool = False) -> None:
        """Reject the name of an API or operation that does not exist; operations that the APIs
        themselves call exist only `with_outgoing`. Raises Problem 404."""
        api_name, operation_id = when.get("api"), when.get("operation")
        if api_name is not None and api_name not in {api.name for api in self.apis}:
            raise Problem(404, f"there is no API {api_name!r}")
        known = {operation.id for api in self.apis for operation in api.contract.operations}
        if with_outgoing:
            known |= {id_ for of_api in self.outgoing.apis.values() for id_ in of_api.by_id}
        if operation_id is not None and operation_id not in known:
            raise Problem(404, f"there is no operation {operation_id!r}")

    @property
    def secrets(self) -> Secrets:
        """The headers and query parameters that carry credentials."""
        if self._secrets is None:  # kept: used for every exchange
            contracts = (api.contract for api in self.apis)
            self._secrets = Secrets(contracts, self.namespaces.shared.scheme)
        return self._secrets
