"""Operations of the tag `context_templates`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ..zep.model.templates.templates import (
    CONTEXT_TEMPLATES,
    TEMPLATES_AS_CREATED,
    add_template,
    forget_template,
    put_template,
    template_named,
)
from ..zep.model.templates.variables import TemplateError, parse
from .model.addresses import template_at
from .model.errors import invalid
from .model.lists.pages import Request, ranked_page, stored_page


def create_context_template(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Create a template of a name that is free."""
    _refuse_known(world, body["name"])
    return _shown(add_template(world, body["name"], _checked(body["template"])))


def list_context_templates(
    world: World, page_size: int, cursor: str | None, body: dict[str, Any] | None
) -> dict[str, Any]:
    """List the templates in the order they were created in, or the one of a name."""
    name = (body or {}).get("name")
    request = Request(("context_templates", name), page_size, cursor)
    if name is not None:
        template = template_named(world, name)
        return ranked_page([template] if template else [], _shown, request)
    return stored_page(world, CONTEXT_TEMPLATES, TEMPLATES_AS_CREATED, None, _shown, request)


def get_context_template(world: World, template_uuid: str) -> dict[str, Any]:
    """Return a template."""
    return _shown(template_at(world, template_uuid))


def update_context_template(
    world: World, template_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Change the name, the text, or both."""
    template = template_at(world, template_uuid)
    given = {name: value for name, value in (body or {}).items() if value is not None}
    if given.get("name", template["name"]) != template["name"]:
        _refuse_known(world, given["name"])
    changes = {name: value for name, value in given.items() if name in ("name", "template")}
    _checked(changes.get("template", ""))
    return _shown(put_template(world, {**template, **changes}))


def delete_context_template(world: World, template_uuid: str) -> tuple[None, int]:
    """Delete a template."""
    forget_template(world, template_at(world, template_uuid))
    return None, 204


def _refuse_known(world: World, name: str) -> None:
    if template_named(world, name):
        raise Problem(409, f"there is a context template of the name {name}")


def _checked(text: str) -> str:
    try:
        parse(text)
    except TemplateError as error:
        raise invalid("body", "/template", str(error)) from None
    return text


def _shown(template: Record) -> dict[str, Any]:
    return {name: template[name] for name in ("uuid", "name", "template", "created_at")}
