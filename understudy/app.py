"""The app: contracts, worlds, journal and pages as one ASGI application, on Connexion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from understudy import control
from understudy.errors import Invalid, Problem, UsageError
from understudy.http.control_access import ControlAccess
from understudy.openapi.connexion import (
    API,
    AbstractOperation,
    ConnexionMiddleware,
    GatedSpecification,
    Resolution,
    Resolver,
)
from understudy.runtime.namespace import Namespace, NamespaceRegistry
from understudy.serving.api import Api
from understudy.serving.handler import ExampleHandler
from understudy.serving.snapshot import import_namespace, restore_namespace
from understudy.serving.stage import Stage
from understudy.web import WebPages


class Understudy(ConnexionMiddleware):  # type: ignore[misc]
    """The ASGI app that stands in for `apis`. Two of them share no state.

    A `guard` keeps the side door. A namespace begins in `state` (see `serving.snapshot`), and
    `strict` where that is wanted. Raises UsageError where the documents cannot be served, or not
    together, or not in that state.
    """

    def __init__(
        self,
        apis: Iterable[Api],
        *,
        state: Any = None,
        strict: bool = False,
        guard: ControlAccess | None = None,
    ) -> None:
        self.served = list(apis)
        self.namespaces = NamespaceRegistry()
        side_door = control.control_api(self.namespaces, self.served)
        side_door.guard = guard
        if strict or state is not None:
            _try(side_door, self.served, state)
            self.namespaces.begin = partial(_begin, self.served, state or {}, strict)
        stage = partial(Stage, namespaces=self.namespaces)
        super().__init__(
            WebPages(self.served, self.namespaces, guard, side_door), middlewares=[stage]
        )
        for api in (side_door, *self.served):
            options = {**self.options.__dict__, "resolver": HandlerResolver(api), "served": api}
            specification = GatedSpecification(api.contract.document, api.contract.paths)
            self.apis.append(API(specification, base_path=api.contract.base_path, **options))
        # Built now and not at the first request: what is wrong is told at the start.
        self.app, self.middleware_stack = self._build_middleware_stack()


def _begin(
    apis: Sequence[Api], state: Mapping[str, Any], strict: bool, namespace: Namespace
) -> None:
    namespace.strict = strict
    restore_namespace(namespace, apis, state)


def _try(side_door: Api, apis: Sequence[Api], state: Any) -> None:
    """Put a namespace into the state. Raises UsageError where it does not fit."""
    if state is None:
        return
    body = side_door.contract.operation("PUT", "/state").body
    assert body is not None
    validator = body.preferred.validator
    assert validator is not None
    try:
        if not validator.accepts(state):
            raise Invalid(validator.violations(state))
        import_namespace(Namespace("trial"), apis, state)
    except Problem as problem:
        told = "; ".join(str(violation) for violation in problem.violations)
        raise UsageError(f"the state does not fit: {told}") from None


class HandlerResolver(Resolver):  # type: ignore[misc]
    """Finds the handler of an operation, or the sample that stands in for one."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The function that answers Connexion's operation, and its id."""
        ours = self._api.contract.operation(operation.method, operation.path)
        return Resolution(self._api.handler(ours) or ExampleHandler(ours), ours.id)
