"""An API as it is served: its contract, its handlers by name, and the hooks of their package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple, NotRequired, Protocol, TypedDict

from inflection import underscore

from understudy.errors import Problem, UsageError
from understudy.http.control_access import DEFAULT_KEY, ControlAccess
from understudy.http.messages import Request
from understudy.http.response.response_encoder import ResponseEncoders
from understudy.http.security import NO_TENANT
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.openapi.servers.http_conventions import HttpConventions
from understudy.runtime.clock import Clock
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.rate_limit import X_HEADERS, RateLimit, RawHeaders
from understudy.runtime.stores.store import Collection, Index
from understudy.runtime.world import World, WorldTemplate
from understudy.serving.handlers_package.actions import actions_of
from understudy.serving.handlers_package.record_shapes import RecordShapes
from understudy.serving.handlers_package.settings import Settings
from understudy.serving.handlers_package.shared_state import state_of
from understudy.suggestions import hint


class KeptAnswer(TypedDict):
    """The answer that is kept by an idempotency key: when it was given, a digest of the request,
    and what the handler returned; without a value if that cannot be kept. `name` is also the key of
    the record."""

    name: str
    at: int
    request: str
    status: int
    value: NotRequired[Any]
    headers: Mapping[str, str | int]


#: The answers that are kept by idempotency keys.
KEYS_BY_TIME = Index(order="at")
IDEMPOTENCY_KEYS = Collection("idempotency_keys", (KEYS_BY_TIME,), record=KeptAnswer)

#: Called with a world and the arguments of its operation; returns a value, a value and a status, or
#: a value, a status and headers.
Handler = Callable[..., Any]


class HookContext(NamedTuple):
    """The facts about a request that a hook gets: the namespace's clock and persona, the operation
    and its first tag, which are empty if no operation has the path, and the request itself. Of a
    request that was refused before its body was read, the body is empty."""

    clock: Clock
    persona: str = ""
    operation: str = ""
    tag: str = ""
    request: Request | None = None


class ApiHooks(Protocol):
    """The names that a handlers package may define for its whole API. Each is optional.

    `PERSONAS` are the personas that the handlers can play, the usual one first. `COLLECTIONS` are
    the collections that they keep records in; state is exported and imported by them. `SETTINGS`
    are JSON Schemas with a default, by name; the values are `world.settings`. `ACTIONS` are
    functions `(world, *, arguments)` that tests call, by name.

    `STATE_OF` is the name of another API of the project, whose state this one shares: it gets the
    same worlds and actions, and defines none of the former itself but actions, nor `seed` and
    `advance`.
    """

    PERSONAS: tuple[str, ...]
    COLLECTIONS: Iterable[Collection]
    SETTINGS: Mapping[str, Mapping[str, Any]]
    ACTIONS: Mapping[str, Callable[..., Any]]
    STATE_OF: str

    def error_response(self, problem: Problem, context: HookContext) -> tuple[int, Any]:
        """Return the status and JSON body of an error, in the API's own shape. Without this hook:
        the document's example for the status, else RFC 9457."""

    def translate_violations(
        self, world: World, context: HookContext, given: dict[str, Any], problem: Problem
    ) -> Problem:
        """Return the problem to report for a request that breaks the contract, if the real server
        has texts or an order of its own. `given` has the parts of the request that could be read:
        parameters by name, and `body`. Without this hook: `problem` as it is."""

    def authenticate(self, credentials: Mapping[str, str]) -> str:
        """Return the tenant of credentials, which are by security scheme. Each tenant has a world
        of its own. Raises Problem 401. Without this hook: one tenant for all."""

    def seed(self, world: World) -> None:
        """Add the records that the service has from the start to a new world."""

    def advance(self, world: World) -> None:
        """Do the work whose time has come (see `World.wake_at`), by `world.clock` and
        `world.settings`. Also called once after a change of settings, and for imported state."""

    def on_connect(self, world: World, connection: Any, auth: Any) -> None:
        """Handle a new Socket.IO connection. Raises Problem to refuse it."""

    def on_event(self, world: World, connection: Any, event: str, payload: Any) -> Any:
        """Handle an event of a Socket.IO client; the returned value acknowledges it. An API with
        this hook is served by Socket.IO."""

    def on_disconnect(self, world: World, connection: Any) -> None:
        """Handle the end of a Socket.IO connection."""


#: The names of the hooks that are functions: they are not handlers.
HOOKS = frozenset(name for name in vars(ApiHooks) if not name.startswith("_") and name.islower())


class Api:
    """A contract, its handlers by name, and the hooks of their package (see `ApiHooks`).

    Raises UsageError if a handler has no operation, or cannot take its arguments.
    """

    #: Whether the journal keeps its exchanges, and fault rules and schedules apply to it.
    journaled = True

    error_response: Callable[[Problem, HookContext], tuple[int, Any]] | None
    translate_violations: Callable[[World, HookContext, dict[str, Any], Problem], Problem] | None
    authenticate: Callable[[Mapping[str, str]], str] | None
    seed: Callable[[World], None] | None
    advance: Callable[[World], None] | None
    on_connect: Handler | None
    on_event: Handler | None
    on_disconnect: Handler | None

    def __init__(
        self,
        contract: Contract,
        handlers: Mapping[str, Handler] | None = None,
        package: Any = None,
    ) -> None:
        self.contract = contract
        self.name = contract.name
        for name in HOOKS:
            setattr(self, name, getattr(package, name, None))
        #: The name of the API whose state it shares.
        self.state_of = state_of(self.name, package)
        #: The API whose state this is: that one, or itself.
        self.owner: Api = self
        #: The collections that the handlers keep records in, by name.
        self.collections = _collections(package, contract)
        self.personas: tuple[str, ...] = getattr(package, "PERSONAS", ("",))
        self.record_shapes = RecordShapes()
        #: What tests can have it do, by name.
        self.actions = actions_of(self.name, package)
        self.settings = Settings(self.name, getattr(package, "SETTINGS", {}))
        self.template = WorldTemplate(
            self.name,
            self.seed,
            self.personas[0],
            self.settings.defaults,
            any(collection.evictable for collection in self.collections.values()),
            self.advance,
        )
        #: The keys that are admitted; if empty, any key is.
        self.keys: frozenset[str] = frozenset()
        #: Who may use it, if not everybody.
        self.control_access: ControlAccess | None = None
        #: How many requests a namespace may make, if there is a limit.
        self.limit: RateLimit | None = None
        #: What the server does with every request, if the document says so.
        self.conventions = _conventions(contract)
        self._handlers = dict(handlers or {})
        #: The names of handlers by the ids of their operations.
        self._names = {operation.id: underscore(operation.id) for operation in contract.operations}
        self._encoders: dict[str, ResponseEncoders] = {}
        self._check_handlers()

    def world(self, namespace: Namespace, tenant: str) -> World:
        """Return the world of a tenant in a namespace, made at its first use."""
        return namespace.world(self.template, tenant)

    @property
    def usual_tenant(self) -> str:
        """The tenant of the key that tests use."""
        return NO_TENANT if self.authenticate is None else DEFAULT_KEY

    def share_state(self, owner: Api) -> None:
        """Use the worlds of another API of the same project."""
        self.owner = owner
        self.template = owner.template
        owner.collections.update(self.collections)  # that of its idempotency keys
        self.collections = owner.collections
        self.personas = owner.personas
        self.settings = owner.settings
        self.actions = {**owner.actions, **self.actions}

    def persona_in(self, namespace: Namespace) -> str:
        """Return the persona of the API in a namespace."""
        return namespace.personas.get(self.template.api, self.template.persona)

    def conventions_in(self, namespace: Namespace) -> HttpConventions | None:
        """Return the conventions of the API in a namespace, if its persona there has some."""
        conventions = self.conventions
        if conventions is None or conventions.are_of(self.persona_in(namespace)):
            return conventions
        return None

    def hook_context(
        self, namespace: Namespace, operation: Operation | None, request: Request | None = None
    ) -> HookContext:
        """Return the facts that hooks get about a request for an operation, if there is one."""
        persona = self.persona_in(namespace)
        if operation is None:
            return HookContext(namespace.clock, persona, request=request)
        return HookContext(namespace.clock, persona, operation.id, operation.tag, request)

    def check_persona(self, persona: str) -> str:
        """Return the persona of that name. Raises UsageError if the API has no such persona, or
        not one of its own."""
        if self.owner is not self:
            raise UsageError(
                f"{self.name} shares the state of {self.owner.name}: choose the persona of "
                f"{self.owner.name}"
            )
        if persona not in self.personas or not persona:
            known = hint(persona, filter(None, self.personas))
            raise UsageError(f"{self.name} has no persona {persona!r}{known}")
        return persona

    def count_request(self, namespace: Namespace) -> RawHeaders:
        """Count a request against the rate limit. Return the RateLimit headers.

        Raises Problem 429.
        """
        if self.limit is None:
            return ()
        now = namespace.clock.now()
        window = namespace.counters.count_in_window(f"limit/{self.name}", now, self.limit.length)
        return self.limit.headers(window, now, self.limit_headers)

    @cached_property
    def limit_headers(self) -> frozenset[str]:
        """The older headers of rate limits that responses of the document declare."""
        bodies = (body for o in self.contract.operations for body in o.responses.values())
        return X_HEADERS & {header.name.lower() for body in bodies for header in body.headers}

    def encoders(self, operation: Operation) -> ResponseEncoders:
        """Return the encoders of the responses of an operation, by status."""
        return self._encoders.setdefault(operation.id, ResponseEncoders(operation))

    def handler(self, operation: Operation) -> Handler | None:
        """Return the function for an operation, if there is one."""
        return self._handlers.get(self._names.get(operation.id, ""))

    def _check_handlers(self) -> None:
        known = {name: operation_id for operation_id, name in self._names.items()}
        for operation in self.contract.operations:
            handler = self.handler(operation)
            if handler is None:
                continue
            namesake = known[self._names[operation.id]]
            if namesake != operation.id:
                raise UsageError(
                    f"{self.name}: the operationIds {operation.id} and {namesake} are one name in "
                    f"snake_case, so the handler {handler.__name__} would serve both; change one"
                )
            _check_arguments(operation, handler)
        for name, function in self._handlers.items():
            if name not in known:
                raise UsageError(
                    f"the handler {function.__module__.partition('.')[2]}.{name} has no operation "
                    f"in the contract {self.name!r}: give one the operationId of that name, "
                    "or begin the name with an underscore"
                )


def _collections(package: Any, contract: Contract) -> dict[str, Collection]:
    """Return the collections that a handlers package exports as `COLLECTIONS`, and that of
    idempotency keys if the document has some, by name."""
    collections: list[Collection] = list(getattr(package, "COLLECTIONS", ()))
    if any(operation.idempotency_key for operation in contract.operations):
        collections.append(IDEMPOTENCY_KEYS)
    return {collection.name: collection for collection in collections}


def _conventions(contract: Contract) -> HttpConventions | None:
    try:
        return HttpConventions.from_document(contract.document)
    except UsageError as error:
        raise UsageError(f"{contract.name}: {error}") from None


def _check_arguments(operation: Operation, handler: Handler) -> None:
    """Raise UsageError if a handler cannot be called with the arguments of its operation."""
    key = operation.idempotency_key
    names = [parameter.argument for parameter in operation.parameters if parameter is not key]
    arguments = dict.fromkeys([*names, *(["body"] if operation.body else [])])
    try:
        signature(handler).bind(None, **arguments)
    except TypeError as error:
        raise UsageError(
            f"the handler {underscore(operation.id)} cannot take what the contract gives it "
            f"({', '.join(['world', *arguments])}): {error}"
        ) from None
