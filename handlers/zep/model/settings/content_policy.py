"""Content policies: what must not be learned.

The policy of a project is a list of revisions, `{"uuid", "revision", "created_at", "categories",
"rules"}`; revision 0 is empty. A graph is bound to the revision of its creation, and may add
categories and rules of its own: `{"uuid", "revision", "created_at", "bound_at", "categories",
"rules"}`. A graph that was created while there was no policy has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..dates import timestamp
from ..graph.owner import Owner
from ..project import find_project
from .inheritance import Setting
from .record_types import PolicyRecord

REVISIONS_BY_NUMBER = Index(order="revision")
REVISIONS = Collection(
    "content_policy_revisions", (REVISIONS_BY_NUMBER,), record=PolicyRecord, key="uuid"
)
BOUND_RECORDS = Collection("graph_content_policies", record=PolicyRecord)
BOUND_POLICIES = Setting(BOUND_RECORDS)


def current_revision(world: World) -> Record:
    """Return the newest revision of the project; the empty one is made at its first use."""
    newest = _newest(world)
    if newest:
        return newest[0]
    created_at = find_project(world)["created_at"]
    return _put(world, {"revision": 0, "created_at": created_at, "categories": [], "rules": []})


def _newest(world: World) -> list[Record]:
    return world.store.list(REVISIONS, REVISIONS_BY_NUMBER, descending=True, limit=1)


def find_revision(world: World, uuid: str) -> Record | None:
    """Return the revision with this uuid, if there is one."""
    return world.store.get(REVISIONS, uuid.lower())


def set_policy(world: World, given: Mapping[str, Any]) -> Record:
    """Add a revision, and return it; what was in the one before keeps its id."""
    before = current_revision(world)
    return _put(
        world,
        {
            "revision": before["revision"] + 1,
            "created_at": timestamp(world.clock.now()),
            "categories": _categories(world, given, before["categories"]),
            "rules": _rules(world, given, before["rules"]),
        },
    )


def _put(world: World, fields: Mapping[str, Any]) -> Record:
    revision = {"uuid": world.ids.uuid(), **fields}
    world.store.put(REVISIONS, revision["uuid"], revision)
    return revision


def _categories(
    world: World, given: Mapping[str, Any], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    ids = {one["key"]: one["id"] for one in known}
    return [
        {
            "id": ids.get(one["key"]) or world.ids.uuid(),
            "key": one["key"],
            "description": one["description"],
        }
        for one in given.get("categories") or ()
    ]


def _rules(
    world: World, given: Mapping[str, Any], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    ids = {rule_key(one): one["id"] for one in known}
    return [
        {
            "id": ids.get(rule_key(one)) or world.ids.uuid(),
            "category_key": one["category_key"],
            "description": one["description"],
            "permitted_examples": list(one.get("permitted_examples") or ()),
            "prohibited_examples": list(one["prohibited_examples"]),
        }
        for one in given.get("rules") or ()
    ]


def rule_key(rule: Mapping[str, Any]) -> tuple[str, str]:
    """Return what makes a rule another one: its category and its description."""
    return rule["category_key"], rule["description"]


def bind_policy(world: World, owner: Owner, given: Mapping[str, Any] | None) -> None:
    """Bind a new graph to the present revision, with what `given` adds to it.

    Raises Problem 409 if `given` expects another revision.
    """
    if not given and not _newest(world):
        return
    given = given or {}
    current = current_revision(world)
    if given.get("project_revision") not in (None, current["revision"]):
        message = f"the content policy of the project has revision {current['revision']}"
        raise Problem(409, message, code="content_policy_revision_stale")
    policy = _with_additions(world, current, given)
    if policy["categories"] or policy["rules"]:
        bound_at = timestamp(world.clock.now())
        BOUND_POLICIES.write(world, owner, {**policy, "bound_at": bound_at})


def _with_additions(world: World, current: Record, given: Mapping[str, Any]) -> Record:
    """Return a revision with the categories and rules that it has not got."""
    keys = {one["key"] for one in current["categories"]}
    rules = {rule_key(one) for one in current["rules"]}
    new = {
        "categories": [one for one in given.get("categories") or () if one["key"] not in keys],
        "rules": [one for one in given.get("rules") or () if rule_key(one) not in rules],
    }
    if not any(new.values()):
        return current
    return {
        **current,
        "uuid": world.ids.uuid(),
        "categories": [*current["categories"], *_categories(world, new, ())],
        "rules": [*current["rules"], *_rules(world, new, ())],
    }


def policy_of(world: World, owner: Owner) -> Record | None:
    """Return the policy that a graph is bound to, if it has one."""
    return BOUND_POLICIES.own(world, owner)
