"""The fault rules of a namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.refusals import check_header_names
from understudy.errors import Problem
from understudy.runtime.plans.fault_rules import FaultRule
from understudy.serving.api import Api
from understudy.serving.prefer import Prefer, preferred_value
from understudy.suggestions import hint


def list_faults(context: ControlContext) -> list[dict[str, Any]]:
    """Return the fault rules, each with the number of requests that it was applied to."""
    return [_as_json(context, rule) for rule in context.namespace.faults.rules.values()]


def add_fault(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Add a fault rule."""
    context.check_names(body.get("when", {}))
    _check_example(context.apis, body.get("when", {}), body["then"])
    check_header_names(body["then"].get("headers", {}))
    try:
        return _as_json(context, context.namespace.faults.add(body, str(context.ids.seed)))
    except OverflowError as error:
        raise Problem(409, str(error)) from None


def remove_fault(context: ControlContext, id_: str) -> None:
    """Remove a fault rule."""
    if not context.namespace.faults.remove(id_):
        known = hint(id_, context.namespace.faults.rules)
        raise Problem(404, f"there is no fault {id_!r}{known}")


def clear_faults(context: ControlContext) -> None:
    """Remove all fault rules."""
    context.namespace.faults.clear()


def _check_example(apis: Sequence[Api], when: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    """Reject an example that the operation does not have. Raises Problem 404."""
    for operation in (o for api in apis for o in api.contract.operations):
        if "example" in then and operation.id == when.get("operation"):
            try:
                preferred_value(operation, Prefer(then.get("status"), then["example"]))
            except Problem as problem:
                raise Problem(404, problem.violations[0].message) from None


def _as_json(context: ControlContext, rule: FaultRule) -> dict[str, Any]:
    return {
        "when": {},
        **context.secrets.definition(rule.definition),
        "id": rule.id,
        "times": rule.times,
        "probability": rule.probability,
        "hits": rule.hits,
    }
