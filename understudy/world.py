"""All that a handler may touch: one project's state of one API, and time and chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.clock import Clock
from understudy.ids import Ids
from understudy.store import Store


@dataclass(slots=True)
class World:
    """What a handler sees. It lives until its namespace is reset or dropped.

    `settings` are the API's own options of this namespace, by name.
    """

    store: Store
    clock: Clock
    ids: Ids
    settings: Mapping[str, Any] = field(default_factory=dict)
