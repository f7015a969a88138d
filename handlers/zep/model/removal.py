"""Deletes users and groups with all that is theirs."""

from __future__ import annotations

from understudy import World

from .graph.elements.episodes import forget_graph
from .graph.learning.screening import forget_events
from .graph.owner import Owner
from .groups import GROUPS
from .sessions.session import SESSIONS, SESSIONS_OF_USER, forget_session
from .settings.content_policy import BOUND_POLICIES
from .settings.instructions import CUSTOM_INSTRUCTIONS, SUMMARY_INSTRUCTIONS
from .settings.ontology import ONTOLOGY
from .settings.steering import STEERING
from .users import USERS

#: What a user or a group may have set for its graph.
_SETTINGS = (ONTOLOGY, CUSTOM_INSTRUCTIONS, SUMMARY_INSTRUCTIONS, STEERING, BOUND_POLICIES)


def forget_user(world: World, user_id: str) -> None:
    """Delete a user with its sessions, messages, facts and graph."""
    for stored in world.store.list(SESSIONS, SESSIONS_OF_USER, user_id):
        forget_session(world, stored["session_id"])
    _forget_owned(world, ("user", user_id))
    world.store.delete(USERS, user_id)


def forget_group(world: World, group_id: str) -> None:
    """Delete a group with its facts and its graph."""
    _forget_owned(world, ("group", group_id))
    world.store.delete(GROUPS, group_id)


def _forget_owned(world: World, owner: Owner) -> None:
    forget_graph(world, owner)
    forget_events(world, owner)
    for setting in _SETTINGS:
        setting.remove(world, owner)
