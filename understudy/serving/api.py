"""An API as it is served: its contract, its handlers by name, and the hooks of its package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from types import ModuleType
from typing import Any, NamedTuple

from inflection import underscore

from understudy.errors import Problem, UsageError
from understudy.http.control_access import ControlAccess
from understudy.http.security import Authenticate
from understudy.openapi.contract import Contract, Operation
from understudy.runtime.clock import Clock
from understudy.runtime.namespace import Namespace
from understudy.runtime.rate_limit import RateLimit
from understudy.runtime.store import Collection
from understudy.runtime.world import World


class HookContext(NamedTuple):
    """Which operation of an API was called, as far as that is known (else its names are empty),
    when, and of which persona."""

    clock: Clock
    persona: str = ""
    operation: str = ""
    tag: str = ""


Handler = Callable[..., Any]


#: From a problem with a request, and what could be read of it, to the problem that is told.
Refusal = Callable[[World, HookContext, dict[str, Any], Problem], Problem]


#: What a handlers package may say for its whole API.
HOOKS = (
    "error_response",
    "authenticate",
    "seed",
    "translate_violations",
    "on_connect",
    "on_event",
    "on_disconnect",
)


class Api:
    """A contract, its handlers by name, and what its handlers package says for all of them.

    The hooks may each be missing: `error_response` gives a problem the API's own shape,
    `translate_violations` the API's own words (and order) for what breaks the contract,
    `authenticate` the tenant of credentials, `seed` makes what is there from the start; for those of real time see
    `sockets`. `PERSONAS` are the variants of
    the API that the handlers can play, the usual one first.

    Raises UsageError where a handler has no operation.
    """

    #: Whether the journal keeps its exchanges.
    journaled = True

    def __init__(
        self,
        contract: Contract,
        handlers: Mapping[str, Handler] | None = None,
        package: ModuleType | None = None,
    ) -> None:
        self.contract = contract
        self.name = contract.name
        self.error_response: Callable[[Problem, HookContext], tuple[int, Any]] | None = getattr(
            package, "error_response", None
        )
        self.translate_violations: Refusal | None = getattr(package, "translate_violations", None)
        self.authenticate: Authenticate | None = getattr(package, "authenticate", None)
        self.seed: Callable[[World], None] | None = getattr(package, "seed", None)
        self.on_connect: Handler | None = getattr(package, "on_connect", None)
        self.on_event: Handler | None = getattr(package, "on_event", None)
        self.on_disconnect: Handler | None = getattr(package, "on_disconnect", None)
        #: The collections that the handlers keep their state in, by name: a state that is imported
        #: may hold records of these.
        self.collections = _collections(package)
        self.personas: tuple[str, ...] = getattr(package, "PERSONAS", ("",))
        #: The keys that are admitted; where there are none, any is.
        self.keys: frozenset[str] = frozenset()
        #: What keeps out those who may not come in.
        self.guard: ControlAccess | None = None
        #: How many requests a namespace may make, if there is a limit.
        self.limit: RateLimit | None = None
        #: The persona of namespaces that have no other one.
        self.persona = self.personas[0]
        self._handlers = dict(handlers or {})
        self._refuse_strays()

    def world(self, namespace: Namespace, project: str) -> World:
        """What this API's handlers get to see of a namespace, for one project."""
        return namespace.world(self.name, project, self.seed, self.persona)

    def call(self, namespace: Namespace, operation: Operation | None) -> HookContext:
        """What the hooks get to know of a call."""
        persona = namespace.personas.get(self.name, self.persona)
        if operation is None:
            return HookContext(namespace.clock, persona)
        return HookContext(namespace.clock, persona, operation.id, operation.tag)

    def check_persona(self, persona: str) -> str:
        """The persona of that name. Raises UsageError where the API has none such."""
        if persona not in self.personas or not persona:
            known = ", ".join(filter(None, self.personas)) or "none"
            raise UsageError(f"{self.name} has no persona {persona!r}; its personas: {known}")
        return persona

    def handler(self, operation: Operation) -> Handler | None:
        """The function for an operation, if there is one."""
        return self._handlers.get(underscore(operation.id))

    def _refuse_strays(self) -> None:
        known = {underscore(operation.id): operation.id for operation in self.contract.operations}
        for operation in self.contract.operations:
            if known[underscore(operation.id)] != operation.id:
                raise UsageError(
                    f"{self.name}: the operationIds {operation.id} and "
                    f"{known[underscore(operation.id)]} are one name in snake_case; change one"
                )
        for operation in self.contract.operations:
            handler = self.handler(operation)
            if handler is not None:
                _check_arguments(operation, handler)
        for name, function in self._handlers.items():
            if name not in known:
                raise UsageError(
                    f"the handler {function.__module__.partition('.')[2]}.{name} has no operation "
                    f"in the contract {self.name!r}: give one the operationId of that name, "
                    "or begin the name with an underscore"
                )


def _check_arguments(operation: Operation, handler: Handler) -> None:
    """Raises UsageError where a handler cannot be called as the contract has it."""
    named = [parameter.argument for parameter in operation.parameters]
    wanted = dict.fromkeys([*named, *(["body"] if operation.body else [])])
    try:
        signature(handler).bind(None, **wanted)
    except TypeError as error:
        raise UsageError(
            f"the handler {underscore(operation.id)} cannot take what the contract gives it "
            f"({', '.join(['world', *wanted])}): {error}"
        ) from None


def _collections(package: ModuleType | None) -> dict[str, Collection]:
    """Return the collections that a handlers package exports as `COLLECTIONS`, by name."""
    exported: Iterable[Collection] = getattr(package, "COLLECTIONS", ())
    return {collection.name: collection for collection in exported}
