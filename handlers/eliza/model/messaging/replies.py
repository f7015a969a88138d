"""What agents say: what a language model would answer, and how it reaches the channel.

An agent repeats what it heard, or says what the script in its `settings.replies` has for it: one
reply after the other, the last one from then on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy import Collection, Record, World

from ..agents.agent import find_agent
from ..channels.channel import agents_in, find_channel
from ..channels.messages import post
from ..persona import is_release
from ..servers import DEFAULT_SERVER, agents_of_server

#: How far each agent is in its script: the script, and how many of its replies were given.
SCRIPTS = Collection("scripts of agents")

_THOUGHT = "The user said something; I repeat it to show that I listen."
_SCRIPTED = "I say what my script has for me."
_ACTIONS = ["REPLY"]
_SILENCE = "IGNORE"


class Reply(NamedTuple):
    """What an agent answers, why, and what it does."""

    text: str
    thought: str
    actions: list[str]


def reply_to(world: World, agent_id: str, text: str) -> Reply:
    """What the agent answers to `text`: the next of its `settings.replies`, else an echo."""
    return _reply(world, find_agent(world, agent_id), text)


def _reply(world: World, agent: Record | None, text: str) -> Reply:
    settings = agent["settings"] if agent is not None else None
    script = settings.get("replies") if isinstance(settings, dict) else None
    if agent is not None and isinstance(script, list) and script:
        return _scripted(_next_of_script(world, agent["id"], script))
    return Reply(f"You said: {text}", _THOUGHT, _ACTIONS)


def _next_of_script(world: World, agent_id: str, script: list[Any]) -> Any:
    """The reply that is due; another script begins at its beginning."""
    place = world.store.get(SCRIPTS, agent_id)
    given = place["given"] if place is not None and place["script"] == script else 0
    world.store.put(SCRIPTS, agent_id, {"script": script, "given": given + 1})
    return script[min(given, len(script) - 1)]


def _scripted(line: Any) -> Reply:
    """A line of a script as a reply; settings are free, so it may be anything."""
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
    """Whether the agent says nothing: it has no text, or chooses to ignore what was said."""
    return not reply.text.strip() or _SILENCE in reply.actions


def content_of(world: World, reply: Reply) -> dict[str, Any]:
    """The reply as the released server hands it to a client that waits for it."""
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
    """The agent's reply to the message, posted to its channel (`at` a moment that is known to be
    free), and told to who listens there. None where it says nothing."""
    agent = find_agent(world, agent_id)
    reply = _reply(world, agent, message["content"])
    name = "" if agent is None else agent["name"]
    if is_silent(reply):
        _complete(world, message["channelId"])
        return None
    kind = message["metadata"].get("channelType") or "GROUP"
    said = post(
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
        _emit(world, said, name)
    return said


def _emit(world: World, said: Record, name: str) -> None:
    channel_id = said["channelId"]
    payload = {
        "senderId": said["authorId"],
        "senderName": name or "Agent",
        "text": said["content"],
        "roomId": channel_id,
        "serverId": _server_of(world, channel_id),
        "createdAt": said["createdAt"],
        "source": said["sourceType"],
        "id": said["id"],
        "thought": said["rawMessage"]["thought"],
        "actions": said["rawMessage"]["actions"],
    }
    world.events.emit(channel_id, "messageBroadcast", payload)
    _complete(world, channel_id)


def _complete(world: World, channel_id: str) -> None:
    """The reference knows an event for the end of an agent's work; no released server sends it."""
    if not is_release(world) and world.events.listener is not None:
        server_id = _server_of(world, channel_id)
        payload = {"channelId": channel_id, "serverId": server_id}
        world.events.emit(channel_id, "messageComplete", payload)


def _server_of(world: World, channel_id: str) -> str:
    channel = find_channel(world, channel_id)
    return DEFAULT_SERVER if channel is None else str(channel["messageServerId"])


def answer_all(world: World, message: Record, server_id: str) -> list[Record]:
    """What the agents of the message's channel answer, each a millisecond after the other: all
    that run and serve on the server that the message names, but for its author. The message must
    be the last of its channel."""
    answers = [
        post_reply(world, agent_id, message, at=message["createdAt"] + place)
        for place, agent_id in enumerate(agents_in(world, message["channelId"]), 1)
        if agent_id != message["authorId"]
        and (server_id == DEFAULT_SERVER or agent_id in agents_of_server(world, server_id))
    ]
    return [said for said in answers if said is not None]
