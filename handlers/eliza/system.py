"""The server itself: its health, version and environment variables."""

from __future__ import annotations

from typing import Any

from understudy import Record, World, iso_millis

from .model.agents.agent import running_agents
from .model.clock import milliseconds, uptime
from .model.environment import replace_variables, variables
from .model.persona import is_release
from .model.servers import agents_of_server, all_servers
from .presenters import release

#: What a server reports that was built without a version.
_VERSION = "unknown"


def get_ping(world: World) -> Any:
    """Return a timestamp."""
    return {"pong": True, "timestamp": milliseconds(world)}


def get_hello(world: World) -> Any:
    """Return a greeting."""
    return {"message": "Hello World!"}


def get_status(world: World) -> Any:
    """Return how many agents run."""
    return {
        "status": "ok",
        "agentCount": len(running_agents(world)),
        "timestamp": iso_millis(world.clock.now()),
    }


def get_health(world: World) -> Any:
    """Return whether any agent runs."""
    return {
        "status": "OK",
        "version": _VERSION,
        "timestamp": iso_millis(world.clock.now()),
        "dependencies": {"agents": "healthy" if running_agents(world) else "no_agents"},
    }


def stop_server(world: World) -> Any:
    """Answer as a server that stops; the stand-in goes on."""
    return {"message": "Server stopping..."}


def get_debug_servers(world: World) -> Any:
    """List the message servers, with the agents that serve on them."""
    servers = all_servers(world)
    if is_release(world):
        shown = [release.server(server) for server in servers]
        return {"success": True, "servers": shown, "count": len(shown)}
    return {"servers": [_with_agents(world, server) for server in servers]}


def get_servers(world: World) -> Any:
    """List the message servers, under another path."""
    return get_debug_servers(world)


def _with_agents(world: World, server: Record) -> dict[str, Any]:
    return {
        "id": server["id"],
        "name": server["name"],
        "status": "active",
        "agents": agents_of_server(world, server["id"]),
    }


def get_local_env(world: World) -> Any:
    """Return the environment variables."""
    return {"success": True, "data": variables(world)}


def update_local_env(world: World, body: Record) -> Any:
    """Replace the environment variables."""
    replace_variables(world, body["content"])
    return {"success": True, "message": "Local env updated"}


def get_environment(world: World) -> Any:
    """Return the environment variables, under the path of the released server."""
    return get_local_env(world)


def update_local_environment(world: World, body: Record) -> Any:
    """Replace the environment variables, under the path of the released server."""
    return update_local_env(world, body)


def get_version(world: World) -> Any:
    """Return the release that the stand-in plays, and the server's uptime."""
    micros = world.clock.now()
    return {
        "version": "1.7.2",
        "source": "server",
        "timestamp": iso_millis(micros),
        "environment": "development",
        "uptime": uptime(world, micros),
    }


def get_config(world: World) -> Any:
    """Return the part of the server's configuration that clients need."""
    return {"success": True, "data": {"requiresAuth": False}}
