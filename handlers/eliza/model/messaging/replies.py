"""Replies of agents: what a language model would say, and how it reaches the channel.

An agent repeats the user's text, or takes the next reply of the script in its `settings.replies`;
the last one repeats from then on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy import Collection, Problem, Record, World

from ..agents.agent import all_agents, find_agent, keep_agent
from ..channels.channel import agents_in, find_channel
from ..channels.messages import post
from ..persona import is_release
from ..record_types import ScriptRecord
from ..servers import DEFAULT_SERVER, agents_of_server

#: By agent: its script, and how many of the replies were given.
SCRIPTS = Collection("scripts of agents", record=ScriptRecord)

_THOUGHT = "The user said something; I repeat it to show that I listen."
_SCRIPTED = "I say what my script has for me."
_ACTIONS = ["REPLY"]
_SILENCE = "IGNORE"


class Reply(NamedTuple):
    """An agent's reply: text, reason and actions."""

    text: str
    thought: str
    actions: list[str]


def reply_to(world: World, agent_id: str, text: str) -> Reply:
    """Return the agent's reply to `text`: the next of its `settings.replies`, else an echo."""
    return _reply(world, find_agent(world, agent_id), text)


def _reply(world: World, agent: Record | None, text: str) -> Reply:
    settings = agent["settings"] if agent is not None else None
    script = settings.get("replies") if isinstance(settings, dict) else None
    if agent is not None and isinstance(script, list) and script:
        return _scripted(_next_of_script(world, agent["id"], script))
    return Reply(f"You said: {text}", _THOUGHT, _ACTIONS)


def replies(world: World, *, replies: list[str | dict[str, Any]], agent: str | None = None) -> None:
    """Give an agent its next replies: texts, or objects with `text`, `thought` and `actions`.

    They are used in their order, and the last one repeats; without any, the agent repeats what it
    hears. The agent is named by its id or its name; default: the first one that runs.
    """
    stored = _named_agent(world, agent)
    settings = stored["settings"] if isinstance(stored["settings"], dict) else {}
    world.store.delete(SCRIPTS, stored["id"])  # the same script once more begins again
    keep_agent(world, {**stored, "settings": {**settings, "replies": replies}})


def _named_agent(world: World, name: str | None) -> Record:
    """Return the agent of an id or a name, or the first one. Raises Problem 404."""
    agents = all_agents(world)
    for agent in agents:
        if name is None or name.lower() in (agent["id"], agent["name"].lower()):
            return agent
    known = ", ".join(agent["name"] for agent in agents) or "none"
    wanted = "" if name is None else f" {name!r}"
    raise Problem(404, f"there is no agent{wanted}; agents: {known}")


def _next_of_script(world: World, agent_id: str, script: list[Any]) -> Any:
    """Return the next line of a script; a changed script starts again."""
    progress = world.store.get(SCRIPTS, agent_id)
    count = progress["given"] if progress is not None and progress["script"] == script else 0
    world.store.put(SCRIPTS, agent_id, {"script": script, "given": count + 1})
    return script[min(count, len(script) - 1)]


def _scripted(line: Any) -> Reply:
    """Return a line of a script as a reply; settings are free, so the line may be anything."""
    if isinstance(line, str):
        return Reply(line, _SCRIPTED, _ACTIONS)
    if not isinstance(line, dict):
        return Reply("", _SCRIPTED, [_SILENCE])
    text, thought, actions = line.get("text"), line.get("thought"), line.get("actions")
    return Reply(
        text if isinstance(text, str) else "",
        thought if isinstance(thought, str) else _SCRIPTED,
        [str(action) for action in actions] if isinstance(actions, list) else _ACTIONS,
    )


def is_silent(reply: Reply) -> bool:
    """Return whether the agent stays silent: it has no text, or its action is to ignore the
    message."""
    return not reply.text.strip() or _SILENCE in reply.actions


def content_of(world: World, reply: Reply) -> dict[str, Any]:
    """Return the reply as the released server returns it to a client that waits for it."""
    return {
        "thought": reply.thought,
        "actions": reply.actions,
        "providers": [],
        "text": reply.text,
        "simple": True,
        "responseId": world.ids.uuid(),
        "inReplyTo": world.ids.uuid(),
    }


def post_reply(
    world: World, agent_id: str, message: Record, *, at: int | None = None
) -> Record | None:
    """Post the agent's reply to the message's channel and send it to the clients there.

    `at` is a time that is known to be free. Returns None if the agent stays silent.
    """
    agent = find_agent(world, agent_id)
    reply = _reply(world, agent, message["content"])
    name = "" if agent is None else agent["name"]
    if is_silent(reply):
        _complete(world, message["channelId"])
        return None
    kind = message["metadata"].get("channelType") or "GROUP"
    posted = post(
        world,
        message["channelId"],
        agent_id,
        reply.text,
        metadata={
            "agent_id": agent_id,
            "agentName": name,
            "channelType": kind,
            "isDm": message["metadata"].get("isDm") or kind == "DM",
        },
        source_type="agent_response",
        raw_message={"text": reply.text, "thought": reply.thought, "actions": reply.actions},
        in_reply_to=message["id"],
        is_agent=True,
        now=message["createdAt"] + 1,
        at=at,
    )
    if world.events.listener is not None:
        _emit(world, posted, name)
    return posted


def _emit(world: World, posted: Record, name: str) -> None:
    channel_id = posted["channelId"]
    payload = {
        "senderId": posted["authorId"],
        "senderName": name or "Agent",
        "text": posted["content"],
        "roomId": channel_id,
        "serverId": _server_of(world, channel_id),
        "createdAt": posted["createdAt"],
        "source": posted["sourceType"],
        "id": posted["id"],
        "thought": posted["rawMessage"]["thought"],
        "actions": posted["rawMessage"]["actions"],
    }
    world.events.emit(channel_id, "messageBroadcast", payload)
    _complete(world, channel_id)


def _complete(world: World, channel_id: str) -> None:
    """Send the reference's event for the end of an agent's work; 1.7.2 does not send it."""
    if not is_release(world) and world.events.listener is not None:
        server_id = _server_of(world, channel_id)
        payload = {"channelId": channel_id, "serverId": server_id}
        world.events.emit(channel_id, "messageComplete", payload)


def _server_of(world: World, channel_id: str) -> str:
    channel = find_channel(world, channel_id)
    return DEFAULT_SERVER if channel is None else str(channel["messageServerId"])


def answer_all(world: World, message: Record, server_id: str) -> list[Record]:
    """Post the replies of the agents in the message's channel.

    All running agents reply that serve on the server, but for the author, each a millisecond after
    the other. The message must be the last of its channel.
    """
    replies = [
        post_reply(world, agent_id, message, at=message["createdAt"] + place)
        for place, agent_id in enumerate(agents_in(world, message["channelId"]), 1)
        if agent_id != message["authorId"]
        and (server_id == DEFAULT_SERVER or agent_id in agents_of_server(world, server_id))
    ]
    return [posted for posted in replies if posted is not None]
