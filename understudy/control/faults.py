"""The fault rules of a namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.refusals import check_header_names
from understudy.errors import Problem, Violation
from understudy.openapi.operation import Operation
from understudy.openapi.schemas.errors.keyword_rules import excerpt
from understudy.openapi.schemas.schema_validator import MOST_VIOLATIONS
from understudy.runtime.plans.fault_rules import FaultRule
from understudy.serving.api import Api
from understudy.serving.outgoing.addresses import RefusedAddress, parts_of
from understudy.serving.prefer import Prefer, preferred_value
from understudy.serving.stubs.contract_check import planned_violations
from understudy.suggestions import hint


def list_faults(context: ControlContext) -> list[dict[str, Any]]:
    """Return the fault rules, each with the number of requests that it was applied to."""
    return [_as_json(context, rule) for rule in context.namespace.faults.rules.values()]


def add_fault(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Add a fault rule."""
    context.check_names(body.get("when", {}), where="body", at="/when")
    for at, action in _actions(body["then"]):
        _check_example(context.apis, body.get("when", {}), {**body["then"], **action}, at)
        check_header_names(action.get("headers", {}), f"{at}/headers")
    _check_callback(body["then"].get("callback_url"))
    _check_contract(context.apis, body)
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


def _actions(then: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield an action and its several responses, each with its place in the body."""
    yield "/then", then
    for number, action in enumerate(then.get("responses", ())):
        yield f"/then/responses/{number}", action


def _check_example(
    apis: Sequence[Api], when: Mapping[str, Any], then: Mapping[str, Any], at: str
) -> None:
    """Reject an example that the operation does not have. Raises Problem 404."""
    for operation in (o for api in apis for o in api.contract.operations):
        if "example" in then and operation.id == when.get("operation"):
            try:
                preferred_value(operation, Prefer(then.get("status"), then["example"]))
            except Problem as problem:
                message = problem.violations[0].message
                violation = Violation("body", f"{at}/example", message)
                raise Problem(404, message, violations=(violation,)) from None


def _check_callback(url: str | None) -> None:
    """Check that a callback could be asked; whether its host may be is checked when it is. Raises
    Problem 409."""
    try:
        if url is not None:
            parts_of(url)
    except RefusedAddress as refused:
        violation = Violation("body", "/then/callback_url", str(refused))
        raise Problem(409, str(refused), violations=(violation,)) from None


def _check_contract(apis: Sequence[Api], rule: Mapping[str, Any]) -> None:
    """Reject responses that the contract of the operation does not allow. Raises Problem 400."""
    when = rule.get("when", {})
    meant = [
        (api, operation)
        for api in apis
        for operation in api.contract.operations
        if operation.id == when.get("operation") and when.get("api") in (None, api.name)
    ]
    if len(meant) != 1 or rule.get("allow_invalid"):
        return
    (api, operation) = meant[0]
    violations = planned_violations(api, operation, rule["then"])[:MOST_VIOLATIONS]
    if violations:
        raise Problem(
            400,
            f"the document of {api.name} does not allow this response to {operation.id} (with "
            f"`allow_invalid` it is sent all the same{_example(operation, rule['then'])}): "
            f"{violations[0]}",
            violations=tuple(violations),
        )


def _example(operation: Operation, then: Mapping[str, Any]) -> str:
    """Return the document's example, to be changed, for a body that it does not allow; or ""."""
    body = operation.response(then.get("status", operation.success))
    document = operation.contract.document
    examples = () if body is None else (m.examples(document) for m in body.media.values())
    example = next(chain.from_iterable(examples), None)
    return "" if example is None else f"; an example of it is {excerpt(example)}"


def _as_json(context: ControlContext, rule: FaultRule) -> dict[str, Any]:
    return {
        "when": {},
        **context.secrets.definition(rule.definition),
        "id": rule.id,
        "times": rule.times,
        "probability": rule.probability,
        "hits": rule.hits,
    }
