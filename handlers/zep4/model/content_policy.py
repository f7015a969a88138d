"""Content policies as Zep v4 shows and takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Record

from ...zep.model.settings.content_policy import rule_key
from .errors import invalid


def shown_policy(policy: Record) -> dict[str, Any]:
    """Return a revision of the policy of a project, or the policy that a graph is bound to."""
    return dict(policy)


def refuse_faulty(given: Mapping[str, Any], known: Iterable[str] = ()) -> None:
    """Raise Problem 400 if keys or rules are repeated, or a rule is of no category.

    `known` are the keys of categories that there are already.
    """
    keys = [one["key"] for one in given.get("categories") or ()]
    _refuse_repeated("categories", "key", keys)
    rules = given.get("rules") or ()
    _refuse_repeated("rules", "description", [rule_key(rule) for rule in rules])
    categories = {*keys, *known}
    for number, rule in enumerate(rules):
        if rule["category_key"] not in categories:
            at = f"/rules/{number}/category_key"
            raise invalid("body", at, f"the policy has no category {rule['category_key']}")


def _refuse_repeated(field: str, part: str, values: list[Any]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise invalid("body", f"/{field}/{number}/{part}", "it is there already")
