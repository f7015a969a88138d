"""Look-ups: what has an id that a client has chosen, in whatever generation of the API.

Where no id was chosen, the uuid is kept in its place; it is no id that can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy import Record, World

from ...zep.model.groups import GROUPS
from ...zep.model.sessions.session import SESSIONS
from ...zep.model.users import USERS

#: For each kind of thing, the name of its list in a request.
_LISTS = {"user": "users", "thread": "threads", "graph": "graphs"}


def with_chosen_id(world: World, kind: str, chosen: str) -> Record | None:
    """Return the user, the thread (as a session is stored) or the graph with an id."""
    collection = {"user": USERS, "thread": SESSIONS, "graph": GROUPS}[kind]
    stored = world.store.get(collection, chosen)
    return None if stored is None or uuid_of(stored) == chosen else stored


def uuid_of(stored: Record) -> str:
    """Return the uuid of a user, a thread or a graph."""
    shown: Mapping[str, Any] = stored.get("session") or stored
    return str(shown["uuid"])


def looked_up(world: World, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is found for each id of a request: first users, then threads, then graphs."""
    for kind, name in _LISTS.items():
        for chosen in given.get(name) or ():
            stored = with_chosen_id(world, kind, chosen)
            item = {"resource_type": kind, "legacy_id": chosen, "found": stored is not None}
            yield item if stored is None else {**item, "uuid": uuid_of(stored)}
