"""Content policies as Zep v4 shows and takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Record, World

from ....zep.model.graph.derived.uuids import derived_uuid
from ....zep.model.graph.owner import Owner
from ....zep.model.owners import graph_uuid_of, record_of
from ....zep.model.settings.content_policy import current_revision, rule_key
from ..errors import invalid
from ..inputs import refuse_repeated


def shown_graph_policy(world: World, owner: Owner, policy: Record | None) -> dict[str, Any]:
    """Return the policy that a graph is bound to; one without a policy has revision 0, empty."""
    if policy is not None:
        return {**policy, "project_revision": policy["revision"]}
    created_at = record_of(world, owner)["created_at"]
    return {
        "uuid": derived_uuid(graph_uuid_of(world, owner)),
        "revision": 0,
        "project_revision": 0,
        "categories": [],
        "rules": [],
        "created_at": created_at,
        "bound_at": created_at,
    }


def check_additions(world: World, given: Mapping[str, Any] | None) -> None:
    """Raise Problem 400 if what a new graph adds to the policy of the project is faulty."""
    if given:
        known = [category["key"] for category in current_revision(world)["categories"]]
        refuse_faulty(given, known, at="/content_policy")


def refuse_faulty(given: Mapping[str, Any], known: Iterable[str] = (), at: str = "") -> None:
    """Raise Problem 400 if keys or rules are repeated, or a rule is of no category.

    `known` are the keys of categories that there are already, `at` is where the policy stands in
    the body.
    """
    keys = [one["key"] for one in given.get("categories") or ()]
    refuse_repeated(f"{at}/categories", "key", keys)
    rules = given.get("rules") or ()
    refuse_repeated(f"{at}/rules", "description", (": ".join(rule_key(rule)) for rule in rules))
    categories = {*keys, *known}
    for number, rule in enumerate(rules):
        if rule["category_key"] not in categories:
            place = f"{at}/rules/{number}/category_key"
            raise invalid("body", place, f"the policy has no category {rule['category_key']}")
