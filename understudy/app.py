"""The ASGI app: the middleware list, around what no contract has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy import control
from understudy.errors import Invalid, Problem, UsageError
from understudy.http.control_access import ControlAccess
from understudy.http.host_names import HostNames
from understudy.openapi.connexion import (
    API,
    AbstractOperation,
    ConnexionMiddleware,
    DocumentSpecification,
    Resolution,
    Resolver,
)
from understudy.openapi.servers.cors import AllowedOrigins
from understudy.openapi.servers.server_urls import host_names
from understudy.runtime.memory_budget import DEFAULT_MOST, MemoryBudget
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.namespace import Initialize, Namespace, Shared
from understudy.serving.api import Api
from understudy.serving.example_handler import ExampleHandler
from understudy.serving.middleware.callbacks import CallbackMiddleware
from understudy.serving.middleware.cors import Cors
from understudy.serving.middleware.faults import FaultMiddleware
from understudy.serving.middleware.handler import HandlerMiddleware
from understudy.serving.middleware.idempotency import IdempotencyMiddleware
from understudy.serving.middleware.namespaces import NamespaceMiddleware
from understudy.serving.middleware.request_validation import RequestValidationMiddleware
from understudy.serving.middleware.response_validation import ResponseValidationMiddleware
from understudy.serving.middleware.routed import Middleware
from understudy.serving.middleware.routing import RoutingMiddleware
from understudy.serving.middleware.security import SecurityMiddleware
from understudy.serving.monitoring.monitor import Monitor
from understudy.serving.monitoring.served_request import Observer
from understudy.serving.outgoing.outgoing import Outgoing
from understudy.serving.snapshot import import_namespace, initializer
from understudy.serving.socketio.server import socketio_server
from understudy.serving.unrouted import Unrouted
from understudy.web import WebPages

if TYPE_CHECKING:
    from understudy.recordings.replay import Replay
    from understudy.runtime.namespaces.stored.registry import StoredRegistry
    from understudy.runtime.stores.database import Database
    from understudy.serving.monitoring.metrics import Metrics


class MiddlewarePosition(Enum):
    """The places in the list where a middleware of your own may stand; as in Connexion."""

    BEFORE_NAMESPACE = NamespaceMiddleware
    BEFORE_ROUTING = RoutingMiddleware
    BEFORE_FAULTS = FaultMiddleware
    BEFORE_SECURITY = SecurityMiddleware
    BEFORE_VALIDATION = RequestValidationMiddleware
    BEFORE_RESPONSE_VALIDATION = ResponseValidationMiddleware
    BEFORE_HANDLER = HandlerMiddleware


class Understudy(ConnexionMiddleware):  # type: ignore[misc]
    """The ASGI app that stands in for `apis`. Two of them share no state.

    `control_access` says who may use the control API, and `allowed_origins` which pages may call
    the APIs; without it those that a document names, else those of this machine. Callbacks, also
    those of fault rules, and webhooks are sent to this machine, and to the hosts in
    `allow_callbacks` (to all, if it has "any"); with None none is sent. Every namespace begins in
    `state` (see `serving.snapshot`), and `strict` if that is set. Beside their state, all
    namespaces together keep at most `max_memory` bytes (see `runtime.memory_budget`). The state is
    in `database`, if one is given; its user opens and closes it. Where `is_one_of_several`, other
    processes serve the same address: clients of Socket.IO must use web sockets, because a session
    belongs to one process. Requests that `replay` has an answer for get that, in the place of the
    handler's. `observers` are told of each request to an API, and so are `metrics`, which the
    control API answers with. The `successor_of` another app gets its namespaces, and serves them
    once it is to `connect`. Raises UsageError where the documents cannot be served, or not
    together, or the state does not fit.
    """

    def __init__(
        self,
        apis: Iterable[Api],
        *,
        state: Any = None,
        strict: bool = False,
        control_access: ControlAccess | None = None,
        allowed_origins: AllowedOrigins | None = None,
        allow_callbacks: Collection[str] | None = (),
        max_memory: int = DEFAULT_MOST,
        database: Database | None = None,
        is_one_of_several: bool = False,
        replay: Replay | None = None,
        observers: Sequence[Observer] = (),
        metrics: Metrics | None = None,
        successor_of: Understudy | None = None,
    ) -> None:
        self.served = list(apis)
        self.replay = replay
        self.allowed_origins = allowed_origins
        self.namespaces = self._registry(successor_of, database, MemoryBudget(max_memory))
        sending = [] if allow_callbacks is None else self.served
        self.outgoing = Outgoing(self.namespaces, sending, allow_callbacks or ())
        control_api = control.control_api(self.namespaces, self.served, self.outgoing, metrics)
        control_api.control_access = control_access
        self._initialize: Initialize | None = None
        if strict or state is not None:
            _check_state(control_api, self.served, state)
            self._initialize = initializer(self.served, state or {}, strict)
        pages = WebPages(self.served, self.namespaces, control_access, control_api)
        self.sockets = socketio_server(
            self.served, self.namespaces, only_web_sockets=is_one_of_several
        )
        self._unrouted = Unrouted(pages, self.sockets)
        names = _host_names(self.served, control_access, allowed_origins)
        self._cors = Cors(self.served, allowed_origins, names, pages.serves)
        super().__init__(
            self._unrouted,
            import_name=__name__,  # by default it is the current directory, which may not exist
            middlewares=[
                *self._monitors(observers, metrics),
                partial(NamespaceMiddleware, namespaces=self.namespaces, cors=self._cors),
                RoutingMiddleware,
                partial(FaultMiddleware, allow_callbacks=allow_callbacks),
                SecurityMiddleware,
                *_replaying(replay),
                RequestValidationMiddleware,
                partial(CallbackMiddleware, outgoing=self.outgoing),
                ResponseValidationMiddleware,
                IdempotencyMiddleware,
                HandlerMiddleware,
            ],
        )
        self.apis += map(_connexion_api, (control_api, *self.served))
        self._build()
        if successor_of is None:
            self.connect()

    def connect(self) -> None:
        """Decide from now on how namespaces begin, and send what they have for others."""
        shared = self.namespaces.shared
        shared.connect_world, shared.initialize = self.outgoing.connect_world, self._initialize
        self.namespaces.on_events = self.namespaces.on_drop = None
        if self.sockets is not None:
            self.sockets.connect()

    def _monitors(self, observers: Sequence[Observer], metrics: Metrics | None) -> list[Any]:
        """Return the middleware that tells observers of requests, if somebody wants to know."""
        if metrics is not None:
            observers = [*observers, metrics]
            return [partial(Monitor, observers=observers, has_metrics=self._is_free)]
        return [partial(Monitor, observers=observers)] if observers else []

    def _is_free(self, path: bytes) -> bool:
        """Return whether no API has a path."""
        assert self._cors.routing is not None
        return not self._cors.routing.locate("GET", path)[1]

    def _registry(
        self, former: Understudy | None, database: Database | None, budget: MemoryBudget
    ) -> MemoryRegistry | StoredRegistry:
        """Return the namespaces: those of a former app, or new ones, whose state is in the database
        if there is one."""
        if former is not None:
            return former.namespaces
        if database is None:
            return MemoryRegistry(budget=budget)
        from understudy.runtime.namespaces.stored.registry import StoredRegistry

        templates = {api.name: api.template for api in self.served if api.owner is api}
        return StoredRegistry(database, Shared(budget=budget), templates)

    def add_middleware(
        self,
        middleware_class: Any,
        *,
        position: MiddlewarePosition = MiddlewarePosition.BEFORE_HANDLER,
        **options: Any,
    ) -> None:
        """Put an ASGI middleware of your own into the list; it is called with the next app and
        `options`. What the list knows of a request is `serving.request_context`'s.

        With a database, it may be called several times for one request, if others change what that
        reads; inside the list it should wait for less than a second, because the transaction of the
        request is open then.
        """
        self.middleware_stack = None
        try:
            super().add_middleware(middleware_class, position=position, **options)
        finally:  # also where the place is refused: else Connexion would build the list twice
            self._build()

    def _build(self) -> None:
        """Build the list now. Connexion would at the first request, and has no public way to do it
        earlier; but what is wrong with documents and handlers must be said at the start."""
        self.app = self._unrouted
        self.app, self.middleware_stack = self._build_middleware_stack()
        stack: Any = self.middleware_stack
        self._cors.routing = routing = next(a for a in stack if isinstance(a, RoutingMiddleware))
        if isinstance(self.namespaces, MemoryRegistry):
            return
        from understudy.serving.stored_requests import StoredRequests

        security = next(app for app in stack if isinstance(app, SecurityMiddleware))
        outermost = next(app for app in stack if isinstance(app, NamespaceMiddleware))
        inside = stack[stack.index(outermost) + 1 :]
        outermost.stored = StoredRequests(
            outermost.next,
            self.namespaces,
            routing,
            security,
            self._unrouted.serves,
            may_wait=not all(isinstance(app, Middleware) for app in inside),
        )


class HandlerResolver(Resolver):  # type: ignore[misc]
    """Finds the handler of an operation, or the examples that stand in for one."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The function that answers Connexion's operation, and its id."""
        declared = self._api.contract.operation(operation.method, operation.path)
        return Resolution(self._api.handler(declared) or ExampleHandler(declared), declared.id)


def _replaying(replay: Replay | None) -> list[Any]:
    """Return the middleware that answers from recordings, in a list that is empty without any."""
    if replay is None:
        return []
    from understudy.serving.middleware.replay import ReplayMiddleware

    return [partial(ReplayMiddleware, replay=replay)]


def _connexion_api(api: Api) -> API:
    """Return an API as Connexion has it."""
    contract = api.contract
    return API(
        DocumentSpecification(contract.document, contract.paths, contract.base_path),
        base_path=contract.base_path,
        resolver=HandlerResolver(api),
        served=api,
    )


def _host_names(
    apis: Iterable[Api], access: ControlAccess | None, allowed: AllowedOrigins | None
) -> HostNames:
    """Return the names under which the server answers: every name, if other machines can reach it,
    if all pages may call it, or if it has no socket; else also those that the documents and
    `--cors` name."""
    if access is None or not access.is_local or (allowed is not None and allowed.any):
        return HostNames(None)
    documented = (name for api in apis for name in host_names(api.contract.document))
    return HostNames([access.host, *documented, *(allowed.host_names() if allowed else ())])


def _check_state(control_api: Api, apis: Sequence[Api], state: Any) -> None:
    """Put a namespace into the state. Raises UsageError where it does not fit."""
    if state is None:
        return
    body = control_api.contract.operation("PUT", "/state").body
    assert body is not None
    validator = body.preferred.validator
    assert validator is not None
    try:
        if not validator.accepts(state):
            raise Invalid(validator.violations(state))
        import_namespace(Namespace("trial"), apis, state)
    except Problem as problem:
        places = "; ".join(f"{v.at or '/'}: {v.message}" for v in problem.violations)
        raise UsageError(f"--state: it does not fit: {places}") from None


__all__ = ["MiddlewarePosition", "Understudy"]
