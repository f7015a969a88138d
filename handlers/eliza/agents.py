"""Agents: their characters, worlds, panels and runs."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import (
    add_agent,
    agent_json,
    all_agents,
    find_agent,
    keep_agent,
    known_agent,
    known_running_agent,
    start,
    with_changes,
)
from .model.agents.character import character_of, with_hidden_secrets
from .model.agents.settings import merge_settings
from .model.clock import milliseconds
from .model.lifecycle import forget, stop
from .model.logs.server_log import log
from .model.persona import is_release
from .model.turns import turns_of
from .model.worlds import all_worlds, keep_world, world_of_agent
from .presenters import presenter
from .presenters.runs import run_detail, run_summary, unknown_run

_MOST_RUNS = 100
_STATUSES = ("started", "completed", "timeout", "error")

#: By plugin: the name of its panel, and the path.
_PANELS = {"@elizaos/plugin-knowledge": ("Knowledge", "/knowledge/display")}


def list_agents(world: World) -> Any:
    """List all agents, the running ones first, then by name."""
    summaries = [presenter(world).agent_summary(agent) for agent in all_agents(world)]
    return {"success": True, "data": {"agents": summaries}}


def create_agent(world: World, body: Record) -> Any:
    """Create an agent, which does not run yet; an agent that has its id already stays unchanged."""
    given = body.get("characterJson") or _character_of_path(body) or body["agent"]
    character = character_of(world, given)
    agent = find_agent(world, character["id"])
    if agent is None:
        made = {**character, "id": character["id"].lower()}
        agent = add_agent(world, made, milliseconds(world), running=False)
        log(world, "success", f"Agent created: {agent['name']}", agent)
    return {"success": True, "data": {"id": agent["id"], "character": character}}


def _character_of_path(body: Record) -> Record | None:
    """Return a character named after the file; the stand-in reads no files."""
    path = body.get("characterPath")
    if not path:
        return None
    file = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return {"name": file.partition(".")[0] or "character", "bio": [f"A character from {path}"]}


def get_agent(world: World, agent_id: str) -> Any:
    """Return an agent with its whole character."""
    return {"success": True, "data": agent_json(known_agent(world, agent_id))}


def update_agent(world: World, agent_id: str, body: Record) -> Any:
    """Change parts of an agent's character; its settings are merged, all else is replaced."""
    agent = find_agent(world, agent_id)
    if agent is None and is_release(world):
        return {"success": True, "data": {"status": "inactive"}}
    agent = known_agent(world, agent_id)
    changes = dict(body)
    if changes.get("settings") is not None:
        hidden = with_hidden_secrets(world, changes["settings"])
        changes["settings"] = merge_settings(agent["settings"], hidden)
    agent = keep_agent(world, with_changes(agent, changes, milliseconds(world)))
    return {"success": True, "data": agent_json(agent)}


def delete_agent(world: World, agent_id: str) -> Any:
    """Delete an agent, running or not; its messages stay."""
    forget(world, known_agent(world, agent_id))
    if is_release(world):
        return None, 204
    return {"success": True, "message": "Agent deleted successfully"}


def start_agent(world: World, agent_id: str) -> Any:
    """Start an agent; one that runs already keeps running."""
    agent = known_agent(world, agent_id)
    start(world, agent)
    data = {"id": agent["id"], "name": agent["name"], "status": "active"}
    return {"success": True, "data": data}


def stop_agent(world: World, agent_id: str) -> Any:
    """Stop a running agent."""
    stop(world, known_running_agent(world, agent_id))
    return {"success": True, "data": {"message": "Agent stopped"}}


def get_agent_panels(world: World, agent_id: str) -> Any:
    """List the pages that the plugins of a running agent add."""
    plugins = known_running_agent(world, agent_id)["plugins"]
    panels = [_PANELS[plugin] for plugin in plugins if plugin in _PANELS]
    path = f"/api/agents/{agent_id}/plugins"
    shown = [{"name": name, "path": f"{path}{at}?agentId={agent_id}"} for name, at in panels]
    return {"success": True, "data": shown}


def get_all_worlds(world: World) -> Any:
    """List the worlds of all agents; 1.7.2 takes the path for that of an agent."""
    if is_release(world):
        raise Problem(400, "Invalid agent ID format", code="INVALID_ID")
    worlds = [presenter(world).agent_world(record) for record in all_worlds(world)]
    return {"success": True, "data": {"worlds": worlds}}


def create_agent_world(world: World, agent_id: str, body: Record) -> Any:
    """Create a world for a running agent."""
    agent = known_running_agent(world, agent_id)
    fields = ("name", "metadata", "messageServerId", "sourceType", "sourceId")
    agent_world = {
        "id": world.ids.uuid(),
        "agentId": agent["id"],
        **{name: body.get(name) for name in fields},
        "createdAt": milliseconds(world),
    }
    return {
        "success": True,
        "data": {"world": presenter(world).agent_world(keep_world(world, agent_world))},
    }


def update_agent_world(world: World, agent_id: str, world_id: str, body: Record) -> Any:
    """Rename a world of a running agent, or add to its metadata."""
    agent = known_running_agent(world, agent_id)
    agent_world = world_of_agent(world, agent["id"], world_id)
    if agent_world is None:
        raise Problem(404, "World not found", code="NOT_FOUND")
    metadata = {**(agent_world["metadata"] or {}), **(body.get("metadata") or {})}
    name = body.get("name", agent_world["name"])
    has_metadata = body.get("metadata") is not None or agent_world["metadata"] is not None
    agent_world = {**agent_world, "name": name, "metadata": metadata if has_metadata else None}
    return {
        "success": True,
        "data": {"world": presenter(world).agent_world(keep_world(world, agent_world))},
    }


def list_runs(
    world: World,
    agent_id: str,
    room_id: str | None,
    status: str | None,
    limit: int,
    from_: int | None,
    to: int | None,
) -> Any:
    """List the runs of a running agent, newest first: one for each message that it replied to."""
    runs = [
        turn
        for turn in turns_of(world, agent_id)
        if (not room_id or turn.room_id == room_id)
        and (not from_ or turn.started >= from_)
        and (not to or turn.ended <= to)
        and (status not in _STATUSES or status == "completed")
    ]
    size = min(max(limit or 20, 1), _MOST_RUNS)
    return {
        "success": True,
        "data": {
            "runs": [run_summary(turn) for turn in runs[:size]],
            "total": len(runs),
            "hasMore": len(runs) > size,
        },
    }


def get_run(world: World, agent_id: str, run_id: str, room_id: str | None) -> Any:
    """Return a run of a running agent; an unknown one is said to have started."""
    for turn in turns_of(world, agent_id):
        if turn.run_id == run_id.lower():
            return {"success": True, "data": run_detail(turn)}
    return {"success": True, "data": unknown_run(agent_id, run_id, room_id)}
