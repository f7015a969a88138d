"""The side door, `/_understudy/`: its own document, served like any other API. Its handlers are one
module a tag; they see a `Backstage` in the place of a world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.contract import Contract
from understudy.control import faults, journal, state, time
from understudy.control.backstage import Backstage
from understudy.namespace import Namespace, Namespaces
from understudy.project import Api, functions_of
from understudy.store import MemoryStore
from understudy.world import World


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
    contract = Contract.load(Path(__file__).parent.with_name("control.yaml"))
    return _SideDoor(contract, spaces, apis)
