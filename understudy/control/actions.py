"""The actions of the APIs: functions of handlers packages that tests call."""

from __future__ import annotations

from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.runtime.namespaces.namespace import Namespace
from understudy.serving.api import Api
from understudy.suggestions import hint


def list_actions(context: ControlContext) -> list[dict[str, Any]]:
    """Return the actions of all APIs."""
    return [
        {
            "api": api.name,
            "name": action.name,
            "summary": action.summary,
            "arguments": action.arguments,
        }
        for api in context.apis
        for action in api.actions.values()
    ]


def call_action(
    context: ControlContext, api: str, action: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Call an action in the world of a tenant, and commit what it wrote."""
    given = body or {}
    served = context.api(api)
    actions = served.actions
    if action not in actions:
        raise Problem(404, f"{api} has no action {action!r}{hint(action, actions)}")
    tenant = given.get("tenant")
    if tenant is None:
        tenant = _usual_tenant(context.namespace, served)
    world = served.world(context.namespace, tenant)
    context.namespace.do_due_work()
    try:
        result = actions[action].call(world, given.get("arguments", {}))
        json_codec.encode(result)
    except BaseException:
        world.rollback()
        raise
    world.commit()
    return {"result": result}


def _usual_tenant(namespace: Namespace, api: Api) -> str:
    """Return the tenant of a call that names none: the only one that there is, or that of the key
    that tests use. Raises Problem 409."""
    tenants = namespace.worlds.tenants(api.template.api)
    if len(tenants) == 1:
        return tenants[0]
    if tenants and api.usual_tenant not in tenants:
        known = ", ".join(map(repr, tenants[:10]))
        raise Problem(409, f"{api.name} has {len(tenants)} tenants: give one of {known}")
    return api.usual_tenant
