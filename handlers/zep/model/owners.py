"""The owners of graphs, users and groups: find them by a request, and create them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Problem, Record, World

from .dates import timestamp
from .graph.elements.nodes import put_user_node
from .graph.owner import Owner
from .groups import GROUPS, find_group, group_by_uuid
from .metadata import merged
from .records import identity, rating_instruction
from .settings.content_policy import bind_policy
from .time_zones import refuse_unknown_zone
from .users import USERS, find_user, graph_uuid_of_user, user_of_graph

PROFILE = ("email", "first_name", "last_name", "metadata", "time_zone")
DESCRIPTION = ("name", "description", "time_zone")
#: Fields whose value `false` is a value, too.
_FLAGS = ("disable_default_ontology",)

#: Returns metadata with changes.
Merge = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


def owner_of_request(world: World, given: Mapping[str, Any], prefix: str = "") -> Owner:
    """Return the owner that a body names by `user_id`, `group_id` or `graph_id`.

    Raises Problem 404.
    """
    user_id, group_id = given.get(f"{prefix}user_id"), given.get(f"{prefix}group_id")
    if user_id is not None:
        return user_owner(world, user_id)
    return group_owner(world, given[f"{prefix}graph_id"] if group_id is None else group_id)


def targets_of_request(world: World, given: Mapping[str, Any]) -> list[Owner | None]:
    """Return the owners that `user_ids` and `graph_ids` name, each once; None is the project.

    Raises Problem 404.
    """
    users = [user_owner(world, user_id) for user_id in given.get("user_ids") or ()]
    graphs = [group_owner(world, graph_id) for graph_id in given.get("graph_ids") or ()]
    return list(dict.fromkeys([*users, *graphs])) or [None]


def target_of_query(world: World, user_id: str | None, graph_id: str | None) -> Owner | None:
    """Return the owner that a query names, or None: the project.

    Raises Problem 404, or 400 if it names two.
    """
    if user_id and graph_id:
        raise Problem(400, "bad request: give user_id or graph_id, not both")
    if user_id:
        return user_owner(world, user_id)
    return group_owner(world, graph_id) if graph_id else None


def user_owner(world: World, user_id: str) -> Owner:
    """Return a user as an owner. Raises Problem 404."""
    find_user(world, user_id)
    return "user", user_id


def group_owner(world: World, group_id: str) -> Owner:
    """Return a group as an owner. Raises Problem 404."""
    find_group(world, group_id)
    return "group", group_id


def owner_by_graph_uuid(world: World, uuid: str) -> Owner | None:
    """Return the owner of the graph with this uuid, or of the user with this uuid."""
    group = group_by_uuid(world, uuid)
    if group is not None:
        return "group", group["group_id"]
    user = user_of_graph(world, uuid)
    return None if user is None else ("user", user["user_id"])


def record_of(world: World, owner: Owner) -> Record:
    """Return the record of a user or a group. Raises Problem 404."""
    kind, owner_id = owner
    return find_user(world, owner_id) if kind == "user" else find_group(world, owner_id)


def graph_uuid_of(world: World, owner: Owner) -> str:
    """Return the uuid of an owner's graph. Raises Problem 404."""
    return graph_uuids(world, owner)["graph_uuid"]


def graph_uuids(world: World, owner: Owner) -> dict[str, str]:
    """Return the uuid of an owner's graph, and that of the owner if it is a user.

    Raises Problem 404.
    """
    record = record_of(world, owner)
    if owner[0] == "user":
        return {"graph_uuid": graph_uuid_of_user(record), "user_uuid": record["uuid"]}
    return {"graph_uuid": str(record["uuid"])}


def non_empty(given: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that are not empty; Zep ignores the others."""
    filled = {field: given[field] for field in fields if given.get(field)}
    filled.update({flag: given[flag] for flag in _FLAGS if given.get(flag) is not None})
    instruction = rating_instruction(given.get("fact_rating_instruction"))
    return {**filled, "fact_rating_instruction": instruction} if instruction else filled


def create_user(world: World, user_id: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new user, with its node; without an id of its own, the uuid is its id.

    Raises Problem 400 for an unknown time zone.
    """
    refuse_unknown_zone(given.get("time_zone"))
    fields = identity(world, USERS, world.clock.now())
    user = {
        **fields,
        "user_id": fields["uuid"] if user_id is None else user_id,
        "graph_uuid": world.ids.uuid(),
        **non_empty(given, PROFILE),
    }
    world.store.put(USERS, user["user_id"], user)
    put_user_node(world, user)
    bind_policy(world, ("user", user["user_id"]), given.get("content_policy"))
    return user


def change_user(
    world: World, user: Record, given: Mapping[str, Any], merge: Merge = merged
) -> dict[str, Any]:
    """Store a user with the fields that are not empty, and metadata merged; return it.

    A time zone that is null is taken away. Raises Problem 400 for an unknown one.
    """
    refuse_unknown_zone(given.get("time_zone"))
    changes = non_empty(given, PROFILE)
    if "metadata" in changes:
        changes["metadata"] = merge(user.get("metadata") or {}, changes["metadata"])
    now = timestamp(world.clock.now())
    changed = _without_zone({**user, **changes, "updated_at": now}, given)
    world.store.put(USERS, user["user_id"], changed)
    put_user_node(world, changed)
    return changed


def _without_zone(record: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Take the time zone away if it is given as null."""
    if given.get("time_zone", ...) is None:
        record.pop("time_zone", None)
    return record


def create_group(world: World, group_id: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new group; without an id of its own, the uuid is its id.

    Raises Problem 400 for an unknown time zone.
    """
    refuse_unknown_zone(given.get("time_zone"))
    fields = identity(world, GROUPS, world.clock.now())
    del fields["deleted_at"]
    group_id = fields["uuid"] if group_id is None else group_id
    group = {**fields, "group_id": group_id, **non_empty(given, DESCRIPTION)}
    world.store.put(GROUPS, group["group_id"], group)
    bind_policy(world, ("group", group["group_id"]), given.get("content_policy"))
    return group


def change_group(world: World, group: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a group with the fields that are not empty; return it.

    A time zone that is null is taken away. Raises Problem 400 for an unknown one.
    """
    refuse_unknown_zone(given.get("time_zone"))
    now = timestamp(world.clock.now())
    changed = {**group, **non_empty(given, DESCRIPTION), "updated_at": now}
    changed = _without_zone(changed, given)
    world.store.put(GROUPS, group["group_id"], changed)
    return changed
