"""Faults: what goes wrong on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Problem
from understudy.runtime.fault_rules import FaultRule
from understudy.serving.api import Api
from understudy.serving.prefer import Prefer, preferred_value

#: The names that headers may have (RFC 9110, section 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def list_faults(context: ControlContext) -> list[dict[str, Any]]:
    """The faults of the namespace, and how often each has struck."""
    return [_shown(fault) for fault in context.namespace.faults.rules.values()]


def add_fault(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Plan a fault."""
    context.check_names(body.get("when", {}))
    _check_example(context.apis, body.get("when", {}), body["then"])
    _check_headers(body["then"].get("headers", {}))
    try:
        return _shown(context.namespace.faults.add(body, str(context.ids.seed)))
    except OverflowError as error:
        raise Problem(409, str(error)) from None


def remove_fault(context: ControlContext, id_: str) -> None:
    """Forget a fault."""
    if not context.namespace.faults.remove(id_):
        raise Problem(404, f"there is no fault {id_!r}")


def clear_faults(context: ControlContext) -> None:
    """Forget all faults."""
    context.namespace.faults.clear()


def _check_example(apis: Sequence[Api], when: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    """Refuse an example that the named operation does not have. Raises Problem 404."""
    for operation in (o for api in apis for o in api.contract.operations):
        if "example" in then and operation.id == when.get("operation"):
            try:
                preferred_value(operation, Prefer(then.get("status"), then["example"]))
            except Problem as problem:
                raise Problem(404, problem.violations[0].message) from None


def _check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what cannot be sent. Raises Problem 409."""
    for name in headers:
        if not _TOKEN.fullmatch(name):
            raise Problem(409, f"{name!r} cannot be the name of a header")
        if name.lower() in _FRAMING:
            raise Problem(409, f"{name} follows from the body; to break it there is `corrupt`")


def _shown(fault: FaultRule) -> dict[str, Any]:
    return {
        "when": {},
        **fault.definition,
        "id": fault.id,
        "times": fault.times,
        "probability": fault.probability,
        "hits": fault.hits,
    }
