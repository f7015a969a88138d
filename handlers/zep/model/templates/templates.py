"""The context templates of a project: `{"uuid", "name", "template", "created_at"}`.

The name is what v3 calls the id of a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Record, World

from ..dates import timestamp
from ..settings.record_types import TemplateRecord

TEMPLATES_AS_CREATED = Index()
_NAMED = Index(group="name")
CONTEXT_TEMPLATES = Collection(
    "context_templates", (TEMPLATES_AS_CREATED, _NAMED), record=TemplateRecord, key="uuid"
)


def template_named(world: World, name: str) -> Record | None:
    """Return the template of this name, if there is one."""
    found = world.store.list(CONTEXT_TEMPLATES, _NAMED, name, limit=1)
    return found[0] if found else None


def template_by_uuid(world: World, uuid: str) -> Record | None:
    """Return the template with this uuid, if there is one."""
    return world.store.get(CONTEXT_TEMPLATES, uuid.lower())


def list_templates(world: World) -> list[Record]:
    """Return all templates, in the order they were created in."""
    return world.store.list(CONTEXT_TEMPLATES, TEMPLATES_AS_CREATED)


def add_template(world: World, name: str, text: str) -> Record:
    """Store a new template, and return it."""
    template = {
        "uuid": world.ids.uuid(),
        "name": name,
        "template": text,
        "created_at": timestamp(world.clock.now()),
    }
    return put_template(world, template)


def put_template(world: World, template: Mapping[str, Any]) -> Record:
    """Store a template, and return it."""
    stored = dict(template)
    world.store.put(CONTEXT_TEMPLATES, stored["uuid"], stored)
    return stored


def forget_template(world: World, template: Record) -> None:
    """Delete a template."""
    world.store.delete(CONTEXT_TEMPLATES, template["uuid"])
