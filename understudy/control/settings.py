"""The settings of a namespace: personas, strictness, and what the APIs themselves define."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Invalid, Problem, UsageError
from understudy.openapi.document import escape
from understudy.serving.api import Api
from understudy.serving.snapshot import known_api


def get_settings(context: ControlContext) -> dict[str, Any]:
    """Return the persona of each API that has several, whether the namespace is strict, and the
    values of the APIs' own settings."""
    namespace = context.namespace
    return {
        "personas": {
            api.name: namespace.personas.get(api.name) or api.template.persona
            for api in context.apis
            if len(api.personas) > 1 and api.owner is api
        },
        "strict": namespace.strict,
        "apis": {
            api.name: namespace.settings_of(api.template)
            for api in context.apis
            if api.settings.schemas
        },
    }


def set_settings(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Change the settings that are given; the others stay."""
    apis = {api.name: api for api in context.apis}
    personas, values = body.get("personas", {}), body.get("apis", {})
    try:
        _check_names(apis, personas, values)
    except UsageError as error:
        raise Problem(404, str(error)) from None
    violations = [
        violation
        for name, given in values.items()
        for violation in apis[name].settings.violations(given, f"/apis/{escape(name)}")
    ]
    if violations:
        raise Invalid(violations)
    for name, persona in personas.items():
        context.namespace.set_persona(apis[name].template, persona)
    for name, given in values.items():
        context.namespace.change_settings(apis[name].template, given)
    context.namespace.strict = body.get("strict", context.namespace.strict)
    context.namespace.do_due_work()
    return get_settings(context)


def _check_names(
    apis: Mapping[str, Api], personas: Mapping[str, str], values: Mapping[str, Mapping[str, Any]]
) -> None:
    """Raise UsageError for an API, a persona or a setting that does not exist."""
    for name, persona in personas.items():
        known_api(apis, name).check_persona(persona)
    for name, given in values.items():
        api = known_api(apis, name)
        for setting in given:
            if setting in api.actions and setting not in api.settings.schemas:
                raise UsageError(
                    f"{name} has no setting {setting!r}, but an action of this name: POST "
                    f"/actions/{name}/{setting}, or {name}.{setting}(...) in Python"
                )
            api.settings.check_name(setting)
