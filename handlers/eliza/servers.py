"""Message servers, and the agents that serve on them."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import known_agent
from .model.persona import is_release
from .model.servers import (
    DEFAULT_SERVER,
    add_server,
    agents_of_server,
    all_servers,
    join_server,
    known_server,
    leave_server,
    servers_of_agent,
)
from .presenters import presenter, release


def get_central_servers(world: World) -> Any:
    """List all message servers, oldest first."""
    servers = list(map(presenter(world).server, all_servers(world)))
    return {"success": True, "data": {"servers": servers} if is_release(world) else servers}


def list_message_servers(world: World) -> Any:
    """List all message servers, oldest first."""
    servers = [release.server(server) for server in all_servers(world)]
    return {"success": True, "data": {"messageServers": servers}}


def get_current_message_server(world: World) -> Any:
    """Return the message server that the agents of this server belong to."""
    return {"success": True, "data": {"messageServerId": DEFAULT_SERVER}}


def create_server(world: World, body: Record) -> Any:
    """Create a message server."""
    source = {"sourceType": "eliza_default", **body}
    server = add_server(world, world.ids.uuid(), source)
    return {"success": True, "data": {"server": presenter(world).created_server(server)}}


def create_message_server(world: World, body: Record) -> Any:
    """Create a message server."""
    server = add_server(world, world.ids.uuid(), body)
    return {"success": True, "data": {"server": release.created_server(server)}}


def get_server_agents(world: World, server_id: str) -> Any:
    """List the agents that serve on a message server."""
    _check_access(world, server_id, "access")
    if is_release(world):
        return _agents(world, server_id)
    agents = [known_agent(world, agent_id) for agent_id in agents_of_server(world, server_id)]
    shown = [{name: agent[name] for name in ("id", "name", "status")} for agent in agents]
    return {"success": True, "data": shown}


def get_message_server_agents(world: World, message_server_id: str) -> Any:
    """List the ids of the agents that serve on a message server."""
    _check_access(world, message_server_id, "access")
    return _agents(world, message_server_id)


def add_agent_to_server(world: World, server_id: str, body: Record) -> Any:
    """Add an agent to a message server."""
    response = add_agent_to_message_server(world, server_id, body)
    return (response, 201) if is_release(world) else ({"success": True}, 200)


def add_agent_to_message_server(world: World, message_server_id: str, body: Record) -> Any:
    """Add an agent to a message server."""
    _check_access(world, message_server_id, "modify")
    known_agent(world, body["agentId"])
    join_server(world, message_server_id, body["agentId"])
    return _changed(
        message_server_id, body["agentId"], "Agent added to message server successfully"
    )


def remove_agent_from_server(world: World, server_id: str, agent_id: str) -> Any:
    """Remove an agent from a message server."""
    response = remove_agent_from_message_server(world, server_id, agent_id)
    return response if is_release(world) else {"success": True}


def remove_agent_from_message_server(world: World, message_server_id: str, agent_id: str) -> Any:
    """Remove an agent from a message server; in 1.7.2, even one that does not serve there."""
    _check_access(world, message_server_id, "modify")
    if not leave_server(world, message_server_id, agent_id) and not is_release(world):
        raise Problem(404, "Agent is not on this message server", code="NOT_FOUND")
    return _changed(message_server_id, agent_id, "Agent removed from message server successfully")


def get_agent_message_servers(world: World, agent_id: str) -> Any:
    """List the message servers that an agent serves on; an unknown agent has none."""
    servers = servers_of_agent(world, agent_id)
    return {"success": True, "data": {"agentId": agent_id, "messageServers": servers}}


def _check_access(world: World, server_id: str, purpose: str) -> None:
    """Check that a message server may be used. Raises Problem.

    The reference knows all servers and answers 404 for others, 1.7.2 answers 403 for all but its
    own.
    """
    if not is_release(world):
        known_server(world, server_id)
    elif server_id != DEFAULT_SERVER:
        raise Problem(403, f"Cannot {purpose} agents for a different server", code="FORBIDDEN")


def _agents(world: World, server_id: str) -> Any:
    agents = agents_of_server(world, server_id)
    return {"success": True, "data": {"messageServerId": server_id, "agents": agents}}


def _changed(server_id: str, agent_id: str, message: str) -> Any:
    data = {"messageServerId": server_id, "agentId": agent_id, "message": message}
    return {"success": True, "data": data}
