"""The side door, `/_understudy/`: its own document, served like any other API. Its handlers are one
module a tag; they see a `Backstage` in the place of a world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.control import faults, journal, state, time
from understudy.control.context import Backstage
from understudy.openapi.contract import Contract
from understudy.runtime.namespace import Namespace, Namespaces
from understudy.runtime.store import MemoryStore
from understudy.runtime.world import World
from understudy.serving.project import Api, functions_of


class _SideDoor(Api):
    """The API that those handlers serve."""

    journaled = False

    def __init__(self, contract: Contract, spaces: Namespaces, apis: Sequence[Api]) -> None:
        super().__init__(contract, functions_of([faults, journal, state, time]))
        self._spaces = spaces
        self._apis = apis

    def world(self, space: Namespace, project: str) -> World:
        """The namespace from behind, whoever asks."""
        return Backstage(
            MemoryStore(), space.clock, space.ids, space=space, spaces=self._spaces, apis=self._apis
        )


def backstage(spaces: Namespaces, apis: Sequence[Api]) -> Api:
    """The side door to `spaces`, in which `apis` are served."""
    contract = Contract.load(Path(__file__).with_name("openapi.yaml"))
    return _SideDoor(contract, spaces, apis)
