"""Operations of the tag `context_templates`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.records import existing
from .model.templates.templates import (
    add_template,
    forget_template,
    list_templates,
    put_template,
    template_named,
)
from .model.templates.variables import TemplateError, parse


def list_context_templates(world: World) -> dict[str, Any]:
    """List all templates, in the order they were created in."""
    return {"templates": [_shown(template) for template in list_templates(world)]}


def create_context_template(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Create a template under an id that is free."""
    template_id = body["template_id"]
    if template_named(world, template_id):
        message = f"bad request: context template already exists with template_id: {template_id}"
        raise Problem(400, message)
    return _shown(add_template(world, template_id, _checked(body["template"])))


def get_context_template(world: World, template_id: str) -> dict[str, Any]:
    """Return a template."""
    return _shown(_find(world, template_id))


def update_context_template(world: World, template_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace the text of a template."""
    template = {**_find(world, template_id), "template": _checked(body["template"])}
    return _shown(put_template(world, template))


def delete_context_template(world: World, template_id: str) -> dict[str, Any]:
    """Delete a template."""
    forget_template(world, _find(world, template_id))
    return {"message": "OK"}


def _find(world: World, template_id: str) -> Record:
    return existing(template_named(world, template_id))


def _checked(text: str) -> str:
    try:
        parse(text)
    except TemplateError as error:
        raise Problem(400, f"bad request: template: {error}") from None
    return text


def _shown(template: Record) -> dict[str, Any]:
    return {
        "template": template["template"],
        "template_id": template["name"],
        "uuid": template["uuid"],
    }
