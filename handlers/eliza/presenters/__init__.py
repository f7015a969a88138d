"""Records in the shape that responses show: one module for each persona, chosen by `presenter`."""

from __future__ import annotations

from typing import Any, Protocol

from understudy import Record, World

from ..model.persona import is_release
from . import reference, release


class Presenter(Protocol):
    """What both personas show, each in a shape of its own."""

    def agent_summary(self, record: Record) -> dict[str, Any]:
        """Return an agent as lists show it."""

    def agent_world(self, record: Record) -> dict[str, Any]:
        """Return a world of an agent."""

    def agent_log_entry(self, agent: Record, entry: Record) -> dict[str, Any]:
        """Return an entry of an agent's log, with the id that deletes it."""

    def server(self, record: Record) -> dict[str, Any]:
        """Return a message server."""

    def created_server(self, record: Record) -> dict[str, Any]:
        """Return a message server that was just created."""

    def channel(self, record: Record) -> dict[str, Any]:
        """Return a channel."""

    def room(self, world: World, record: Record) -> dict[str, Any]:
        """Return a room of an agent."""

    def created_room(self, world: World, record: Record, metadata: Any) -> dict[str, Any]:
        """Return a room that was just created, with the metadata of the request."""

    def submitted_message(self, world: World, record: Record, body: Record) -> dict[str, Any]:
        """Return a message that an agent has submitted, to the client that did."""

    def session_message(self, record: Record) -> dict[str, Any]:
        """Return a message of a session, in an event stream."""

    def sent_session_message(self, record: Record) -> dict[str, Any]:
        """Return the response to a message of a session, without the agent's part."""


def presenter(world: World) -> Presenter:
    """Return the module that shows records in the shape of the namespace's persona."""
    if is_release(world):
        return release
    return reference
