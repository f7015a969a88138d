"""An app takes the place of another one, with its namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.namespace import Namespace
from understudy.serving.reloading.fitting_state import FittingState
from understudy.serving.snapshot import export_namespace, restore_namespace

if TYPE_CHECKING:
    from understudy.app import Understudy


class ReplaceableApp:
    """The ASGI app that is served by the latest app. Requests under way are finished by the one
    that began them."""

    def __init__(self, app: Understudy) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the latest app."""
        await self.app(scope, receive, send)

    def replace(self, successor: Understudy) -> list[str]:
        """Serve by a successor of the app, and return what its state lost by that, in sentences."""
        namespaces = successor.namespaces
        assert isinstance(namespaces, MemoryRegistry)
        old, self.app = self.app, successor
        if old.sockets is not None:
            old.sockets.retire()
        states = [(n, export_namespace(n, old.served)) for n in namespaces]
        successor.connect()
        losses = [loss for n, state in states for loss in _move(n, successor, state)]
        return list(dict.fromkeys(losses))


def _move(namespace: Namespace, successor: Understudy, state: dict[str, Any]) -> Iterator[str]:
    """Put what was the state of a namespace into the successor's worlds; yield what is lost."""
    fitting = FittingState(successor.served, state)
    namespace.worlds.drop()
    namespace.listeners.clear()
    namespace.personas.clear()
    namespace.settings.clear()
    parts = {name: fitting.state[name] for name in ("settings", "apis")}  # the clock goes on
    restore_namespace(namespace, successor.served, parts)
    yield from (f"namespace {namespace.name}: {loss}" for loss in fitting.losses)
    for name in list(namespace.snapshots.records()):
        snapshot = namespace.snapshots.get(name)
        if snapshot is not None and any(FittingState(successor.served, snapshot.state).losses):
            namespace.snapshots.remove(name)
            yield f"namespace {namespace.name}: dropped the snapshot {name}, which fits no more"
