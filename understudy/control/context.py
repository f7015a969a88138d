"""What the side door's handlers see in the place of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.errors import Problem
from understudy.http.har import secret_names
from understudy.runtime.namespace import Namespace, NamespaceRegistry
from understudy.runtime.world import World
from understudy.serving.api import Api

#: Where the side door is.
BASE_PATH = "/_understudy"


@dataclass(slots=True)
class ControlContext(World):
    """A namespace from behind, and its neighbours."""

    namespace: Namespace = field(kw_only=True)
    namespaces: NamespaceRegistry = field(kw_only=True)
    apis: Sequence[Api] = field(kw_only=True)
    _secrets: frozenset[bytes] | None = field(default=None, init=False)

    def check_names(self, when: Mapping[str, Any]) -> None:
        """Refuse a pattern that nothing could ever fit. Raises Problem 404."""
        api, operation = when.get("api"), when.get("operation")
        if api is not None and api not in {one.name for one in self.apis}:
            raise Problem(404, f"there is no API {api!r}")
        known = {o.id for one in self.apis for o in one.contract.operations}
        if operation is not None and operation not in known:
            raise Problem(404, f"there is no operation {operation!r}")

    def is_secret(self, name: bytes) -> bool:
        """Whether headers and query parameters of this name (in lower case) carry credentials."""
        if self._secrets is None:  # asked for every header of every exchange that is shown
            self._secrets = secret_names(api.contract for api in self.apis)
        return name in self._secrets
