"""What handlers of the control API get instead of a `World`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem, UsageError, Violation
from understudy.http.secrets import Secrets
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry, Result
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.outgoing.outgoing import Outgoing
from understudy.serving.snapshot import known_api
from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.coverage.collector import Collector
    from understudy.serving.monitoring.metrics import Metrics

#: The path of the control API.
BASE_PATH = "/_understudy"


@dataclass(slots=True)
class ControlContext(World):
    """The namespace of a request, all other namespaces, and the APIs that are served in them.

    A request that `is_probe` may learn nothing but a status. `collect` returns a collector of the
    coverage of the APIs that has no exchange yet.
    """

    namespace: Namespace = field(kw_only=True)
    namespaces: NamespaceRegistry = field(kw_only=True)
    apis: Sequence[Api] = field(kw_only=True)
    outgoing: Outgoing = field(kw_only=True)
    is_probe: bool = field(kw_only=True)
    metrics: Metrics | None = field(default=None, kw_only=True)
    collect: Callable[[], Collector] = field(kw_only=True)
    _secrets: Secrets | None = field(default=None, init=False)

    async def transact(self, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns for the namespace; for handlers that wait, see
        `NamespaceRegistry.transact`."""
        return await self.namespaces.transact(self.namespace.name, work)

    def check_names(
        self,
        when: Mapping[str, Any],
        *,
        where: str = "query",
        at: str = "",
        with_outgoing: bool = False,
    ) -> None:
        """Reject the name of an API that does not exist, or of an operation that it, or no API,
        has; operations that the APIs themselves call exist only `with_outgoing`. `where` and `at`
        say where `when` stands in the request. Raises Problem 404."""
        name, operation = when.get("api"), when.get("operation")
        if name is not None:
            self._check_api(name, where, f"{at}/api")
        if operation is None:
            return
        apis = [api for api in self.apis if name in (None, api.name)]
        known = [declared.id for api in apis for declared in api.contract.operations]
        if with_outgoing:
            called = [of_api for key, of_api in self.outgoing.apis.items() if name in (None, key)]
            known += [id_ for of_api in called for id_ in of_api.by_id]
        if operation not in known:
            missing = f"there is no operation {operation!r}" + (f" of {name}" if name else "")
            message = missing + hint(operation, known, "`understudy routes` lists all")
            raise _missing(message, where, f"{at}/operation")

    def _check_api(self, name: str, where: str, at: str) -> None:
        try:
            self.api(name)
        except Problem as problem:
            raise _missing(problem.message, where, at) from None

    def api(self, name: str) -> Api:
        """Return the API of that name. Raises Problem 404."""
        try:
            return known_api({api.name: api for api in self.apis}, name)
        except UsageError as error:
            raise Problem(404, str(error)) from None

    @property
    def secrets(self) -> Secrets:
        """The headers and query parameters that carry credentials."""
        if self._secrets is None:  # kept: used for every exchange
            contracts = (api.contract for api in self.apis)
            self._secrets = Secrets(contracts, self.namespaces.shared.scheme)
        return self._secrets


def _missing(message: str, where: str, at: str) -> Problem:
    """Return the problem of a name that does not exist, with the place of the name."""
    return Problem(404, message, violations=(Violation(where, at, message),))
