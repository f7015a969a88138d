"""Message servers: what channels belong to, and which agents serve on them."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .clock import milliseconds

#: The message server that is there from the start, and that everything belongs to by default.
DEFAULT_SERVER = "00000000-0000-0000-0000-000000000000"

_IN_ORDER = Index()
#: Message servers, in the order in which they were made.
SERVERS = Collection("message servers", (_IN_ORDER,))

_GIVEN = ("name", "description", "sourceType", "sourceId", "metadata")

_OF_SERVER = Index(group="messageServerId")
_OF_AGENT = Index(group="agentId")
#: Which agents serve on which servers.
SERVICES = Collection("agents of message servers", (_OF_SERVER, _OF_AGENT))


def add_default_server(world: World) -> None:
    """The message server of a fresh world."""
    add_server(world, DEFAULT_SERVER, {"name": "Default Server", "sourceType": "eliza_default"})


def add_server(world: World, server_id: str, given: Record) -> Record:
    """Make a message server; what is given is its name, its source, and what else is known."""
    now = milliseconds(world)
    known = {name: given[name] for name in _GIVEN if name in given}
    server = {"id": server_id, **known, "createdAt": now, "updatedAt": now}
    world.store.put(SERVERS, server_id, server)
    return server


def all_servers(world: World) -> list[Record]:
    """The message servers, oldest first."""
    return world.store.list(SERVERS, _IN_ORDER)


def is_server(world: World, server_id: str) -> bool:
    """Whether there is such a message server."""
    return world.store.get(SERVERS, server_id) is not None


def known_server(world: World, server_id: str) -> Record:
    """The message server."""
    server = world.store.get(SERVERS, server_id)
    if server is None:
        raise Problem(404, "Message server not found", code="NOT_FOUND")
    return server


def agents_of_server(world: World, server_id: str) -> list[str]:
    """The ids of the agents that serve on it, in the order in which they came."""
    found = world.store.list(SERVICES, _OF_SERVER, server_id)
    return [service["agentId"] for service in found]


def servers_of_agent(world: World, agent_id: str) -> list[str]:
    """The ids of the message servers on which an agent serves."""
    found = world.store.list(SERVICES, _OF_AGENT, agent_id)
    return [service["messageServerId"] for service in found]


def join_server(world: World, server_id: str, agent_id: str) -> None:
    """The agent serves on the message server; if it does already, it goes on."""
    key = f"{server_id} {agent_id}"
    if world.store.get(SERVICES, key) is None:
        world.store.put(SERVICES, key, {"messageServerId": server_id, "agentId": agent_id})


def leave_server(world: World, server_id: str, agent_id: str) -> bool:
    """The agent serves there no longer; whether it did."""
    return world.store.delete(SERVICES, f"{server_id} {agent_id}")


def leave_servers(world: World, agent_id: str) -> None:
    """The agent, which is deleted, serves nowhere any longer."""
    for server_id in servers_of_agent(world, agent_id):
        leave_server(world, server_id, agent_id)
