"""Message servers: what channels belong to, and which agents serve on them."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .clock import milliseconds
from .record_types import MessageServerRecord, ServiceRecord

#: The message server that exists from the start, and is the default everywhere.
DEFAULT_SERVER = "00000000-0000-0000-0000-000000000000"

_IN_ORDER = Index()
#: Message servers, oldest first.
SERVERS = Collection("message servers", (_IN_ORDER,), record=MessageServerRecord, key="id")

_GIVEN = ("name", "description", "sourceType", "sourceId", "metadata")

_OF_SERVER = Index(group="messageServerId")
_OF_AGENT = Index(group="agentId")
#: Which agents serve on which servers.
SERVICES = Collection("agents of message servers", (_OF_SERVER, _OF_AGENT), record=ServiceRecord)


def add_default_server(world: World) -> None:
    """Create the message server that a new namespace has."""
    add_server(world, DEFAULT_SERVER, {"name": "Default Server", "sourceType": "eliza_default"})


def add_server(world: World, server_id: str, given: Record) -> Record:
    """Create a message server with the given name, source and other fields."""
    now = milliseconds(world)
    fields = {name: given[name] for name in _GIVEN if name in given}
    server = {"id": server_id, **fields, "createdAt": now, "updatedAt": now}
    world.store.put(SERVERS, server_id, server)
    return server


def all_servers(world: World) -> list[Record]:
    """Return all message servers, oldest first."""
    return world.store.list(SERVERS, _IN_ORDER)


def is_server(world: World, server_id: str) -> bool:
    """Return whether there is such a message server."""
    return world.store.get(SERVERS, server_id) is not None


def known_server(world: World, server_id: str) -> Record:
    """Return a message server. Raises Problem 404."""
    server = world.store.get(SERVERS, server_id)
    if server is None:
        raise Problem(404, "Message server not found", code="NOT_FOUND")
    return server


def agents_of_server(world: World, server_id: str) -> list[str]:
    """Return the ids of the agents on a message server, in the order in which they joined."""
    services = world.store.list(SERVICES, _OF_SERVER, server_id)
    return [service["agentId"] for service in services]


def servers_of_agent(world: World, agent_id: str) -> list[str]:
    """Return the ids of the message servers that an agent serves on."""
    services = world.store.list(SERVICES, _OF_AGENT, agent_id)
    return [service["messageServerId"] for service in services]


def join_server(world: World, server_id: str, agent_id: str) -> None:
    """Let an agent serve on a message server, unless it does already."""
    key = f"{server_id} {agent_id}"
    if world.store.get(SERVICES, key) is None:
        world.store.put(SERVICES, key, {"messageServerId": server_id, "agentId": agent_id})


def leave_server(world: World, server_id: str, agent_id: str) -> bool:
    """Remove an agent from a message server; return whether it served there."""
    return world.store.delete(SERVICES, f"{server_id} {agent_id}")


def leave_servers(world: World, agent_id: str) -> None:
    """Remove an agent from all message servers."""
    for server_id in servers_of_agent(world, agent_id):
        leave_server(world, server_id, agent_id)
