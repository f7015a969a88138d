"""Operations of the tag `project`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, Violation, World

from ..zep.model.project import change_project, find_project
from ..zep.model.settings.content_policy import (
    REVISIONS,
    REVISIONS_BY_NUMBER,
    current_revision,
    find_revision,
    set_policy,
)
from ..zep.model.settings.instructions import CUSTOM_INSTRUCTIONS, SUMMARY_INSTRUCTIONS
from .model.errors import existing
from .model.lists.pages import Request, stored_page
from .model.settings.content_policy import refuse_faulty
from .model.settings.ontology import put_ontology, shown_ontology
from .model.settings.settings import (
    put_instructions,
    put_steering,
    shown_instructions,
    shown_steering,
)

_HYPEREDGES = Violation("body", "/hyperedges_enabled", "the key of a project cannot enable it")


def get_project(world: World) -> dict[str, Any]:
    """Return the project."""
    return _shown(find_project(world))


def update_project(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the project; only its members, not its key, can enable hyperedges."""
    given = body or {}
    if given.get("hyperedges_enabled"):
        raise Problem(403, str(_HYPEREDGES), violations=(_HYPEREDGES,))
    return _shown(change_project(world, given))


def _shown(project: Record) -> dict[str, Any]:
    return {name: value for name, value in project.items() if value is not None}


def get_project_content_policy(world: World) -> dict[str, Any]:
    """Return the present revision of the content policy."""
    return dict(current_revision(world))


def set_project_content_policy(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Add a revision of the content policy."""
    given = body or {}
    refuse_faulty(given)
    return dict(set_policy(world, given))


def list_project_content_policy_revisions(
    world: World, page_size: int, cursor: str | None
) -> dict[str, Any]:
    """List the revisions of the content policy, newest first."""
    current_revision(world)  # there is revision 0 before the first one is set
    request = Request(("content_policy_revisions",), page_size, cursor, descending=True)
    return stored_page(world, REVISIONS, REVISIONS_BY_NUMBER, None, dict, request)


def get_project_content_policy_revision(world: World, revision_uuid: str) -> dict[str, Any]:
    """Return a revision of the content policy."""
    revision = existing(find_revision(world, revision_uuid), "content policy revision")
    return dict(revision)


def get_project_instructions(world: World) -> dict[str, Any]:
    """Return the instructions for extraction."""
    return shown_instructions(world, CUSTOM_INSTRUCTIONS, None)


def set_project_instructions(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Replace the instructions for extraction."""
    return put_instructions(world, CUSTOM_INSTRUCTIONS, None, body or {})


def get_project_observation_steering(world: World) -> dict[str, Any]:
    """Return the steering of observations."""
    return shown_steering(world, None)


def set_project_observation_steering(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Replace the steering of observations."""
    return put_steering(world, None, body or {})


def get_project_ontology(world: World) -> dict[str, Any]:
    """Return the ontology."""
    return shown_ontology(world, None)


def set_project_ontology(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Replace the ontology."""
    return put_ontology(world, None, body or {})


def get_project_user_summary_instructions(world: World) -> dict[str, Any]:
    """Return the instructions for the summaries of users."""
    return shown_instructions(world, SUMMARY_INSTRUCTIONS, None)


def set_project_user_summary_instructions(
    world: World, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the instructions for the summaries of users."""
    return put_instructions(world, SUMMARY_INSTRUCTIONS, None, body or {})
