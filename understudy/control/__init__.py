"""The side door, `/_understudy/`: its own document, served like any other API. Its handlers are one
module a tag; they see a `ControlContext` in the place of a world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.control import clock, faults, journal, state
from understudy.control.context import ControlContext
from understudy.openapi.contract import Contract
from understudy.runtime.namespace import Namespace, NamespaceRegistry
from understudy.runtime.store import MemoryStore
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.project import functions_of


class _SideDoor(Api):
    """The API that those handlers serve."""

    journaled = False

    def __init__(
        self, contract: Contract, namespaces: NamespaceRegistry, apis: Sequence[Api]
    ) -> None:
        super().__init__(contract, functions_of([clock, faults, journal, state], allow_async=True))
        self._namespaces = namespaces
        self._apis = apis

    def world(self, namespace: Namespace, project: str) -> World:
        """The namespace from behind, whoever asks."""
        return ControlContext(
            MemoryStore(),
            namespace.clock,
            namespace.ids,
            namespace=namespace,
            namespaces=self._namespaces,
            apis=self._apis,
        )


def control_api(namespaces: NamespaceRegistry, apis: Sequence[Api]) -> Api:
    """The side door to `namespaces`, in which `apis` are served."""
    contract = Contract.load(Path(__file__).with_name("openapi.yaml"), "control")
    return _SideDoor(contract, namespaces, apis)
