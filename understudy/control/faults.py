"""Faults: what goes wrong on purpose."""

from __future__ import annotations

from typing import Any

from understudy.control.backstage import Backstage
from understudy.errors import Problem
from understudy.faults import Fault


def list_faults(backstage: Backstage) -> list[dict[str, Any]]:
    """The faults of the namespace, and how often each has struck."""
    return [_shown(fault) for fault in backstage.space.faults.planned.values()]


def plan_fault(backstage: Backstage, body: dict[str, Any]) -> dict[str, Any]:
    """Plan a fault."""
    operation = body.get("when", {}).get("operation")
    known = {o.id for api in backstage.apis for o in api.contract.operations}
    if operation is not None and operation not in known:
        raise Problem(404, f"there is no operation {operation!r}")
    try:
        return _shown(backstage.space.faults.plan(body, str(backstage.ids.seed)))
    except OverflowError as error:
        raise Problem(409, str(error)) from None


def forget_fault(backstage: Backstage, id_: str) -> None:
    """Forget a fault."""
    if not backstage.space.faults.forget(id_):
        raise Problem(404, f"there is no fault {id_!r}")


def clear_faults(backstage: Backstage) -> None:
    """Forget all faults."""
    backstage.space.faults.clear()


def _shown(fault: Fault) -> dict[str, Any]:
    return {
        "when": {},
        **fault.told,
        "id": fault.id,
        "times": fault.times,
        "probability": fault.probability,
        "hits": fault.hits,
    }
