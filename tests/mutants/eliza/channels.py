"""Breakages of channels, who is in them, and of message servers."""

from __future__ import annotations

from tests.mutants.eliza.parts import (
    CHANNEL,
    CHANNELS,
    ID,
    SERVERS,
    answers,
    breaks,
    error,
    hears,
    listed,
    one,
    read,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked

DETAILS = f"{CHANNEL}/details|{CHANNEL}"
PARTICIPANTS = f"{CHANNEL}/(?:participants|agents)"
DM = "/api/messaging/dm-channel"
NOBODY = "00000000-0000-0000-0000-000000000007"


@breaks("DELETE", CHANNEL)
async def a_deletion_of_a_channel_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """A channel that was deleted is still there."""
    there = await ask(read(f"{asked.path}/details"))
    done = Answered(200, {"success": True}) if "central" in asked.path else Answered(204, None)
    return there if there.status >= 400 else done


@answers("DELETE", CHANNEL, 404)
def deleting_no_channel_succeeds(_: Answered) -> Answered:
    """A channel that is not there can be deleted."""
    return Answered(200, {"success": True})


@answers("GET", DETAILS, 404)
def no_channel_is_400(_: Answered) -> Answered:
    """A channel that is not there is a bad request."""
    return error(400, "INVALID_ID", "Channel not found")


@answers("GET", DETAILS, 404)
def no_channel_is_null(_: Answered) -> Answered:
    """A channel that is not there is null."""
    return Answered(200, {"success": True, "data": None})


@answers(".*", f"{CHANNEL}.*", 404)
def no_channel_in_plain_text(_: Answered) -> Answered:
    """That there is no such channel is said in plain text."""
    return Answered(404, "Channel not found")


@answers("GET", f"{CHANNEL}.*", 400)
def an_invalid_channel_id_is_500(_: Answered) -> Answered:
    """What is no id of a channel breaks the database."""
    return error(500, "INTERNAL_ERROR", "invalid input syntax for type uuid")


@answers("POST", CHANNELS)
def a_channel_made_with_200(answer: Answered) -> Answered:
    """A channel that was made is answered with 200."""
    return answer._replace(status=200)


@hears("POST", CHANNELS)
def a_channel_needs_no_name(asked: Asked) -> Asked:
    """A channel may have no name."""
    return asked._replace(body={"name": "A channel", **asked.body})


@hears("POST", CHANNELS)
def the_type_of_a_channel_is_lost(asked: Asked) -> Asked:
    """Every channel is one for text."""
    return asked._replace(body={**asked.body, "type": "text"})


@hears("POST", CHANNELS)
def the_description_of_a_channel_is_lost(asked: Asked) -> Asked:
    """What a channel is about is forgotten."""
    return without(asked, "description")


@hears("POST", CHANNELS)
def metadata_of_a_channel_is_lost(asked: Asked) -> Asked:
    """What is noted with a channel is forgotten."""
    return without(asked, "metadata")


@hears("PATCH", CHANNEL)
def a_change_of_a_channel_changes_nothing(asked: Asked) -> Asked:
    """A change to a channel is answered and forgotten."""
    return asked._replace(body={})


@hears("PATCH", CHANNEL)
def a_channel_keeps_its_name(asked: Asked) -> Asked:
    """A channel cannot be renamed."""
    return without(asked, "name")


@hears("PATCH", CHANNEL)
def metadata_of_a_channel_cannot_change(asked: Asked) -> Asked:
    """What is noted with a channel stays."""
    return without(asked, "metadata")


@hears("PATCH", CHANNEL)
def the_description_of_a_channel_cannot_change(asked: Asked) -> Asked:
    """What a channel is about stays."""
    return without(asked, "description")


@answers("PATCH", CHANNEL, 404)
def any_channel_can_be_changed(_: Answered) -> Answered:
    """A channel that is not there is changed."""
    return Answered(200, {"success": True})


@answers("GET", f"{SERVERS}/{ID}/channels")
def channels_are_not_listed(answer: Answered) -> object:
    """A server has no channels."""
    data = answer.body["data"]
    return answer.body | {"data": [] if isinstance(data, list) else {"channels": []}}


@breaks("GET", f"{SERVERS}/{ID}/channels")
async def channels_of_all_servers(asked: Asked, ask: Ask) -> Answered:
    """The channels of a server are those of all servers."""
    answer = await ask(asked)
    channels = listed(answer.body, "channels")
    for channel in channels:
        ask.memory[channel["id"]] = channel
    others = [c for c in ask.memory.values() if c["id"] not in {d["id"] for d in channels}]
    channels += others
    return answer


@breaks("GET|DELETE", f"{SERVERS}/{ID}/channels|{CHANNEL}")
async def a_deleted_channel_is_listed(asked: Asked, ask: Ask) -> Answered:
    """A channel that was deleted is still in the list."""
    if asked.method == "DELETE":
        there = await ask(read(f"{asked.path}/details"))
        answer = await ask(asked)
        if there.status == 200:
            gone = one(there.body, "channel")
            ask.memory[gone["id"]] = gone
        return answer
    answer = await ask(asked)
    if asked.path.endswith("/channels") and answer.status == 200:
        listed(answer.body, "channels").extend(ask.memory.values())
    return answer


@breaks("GET", DM)
async def a_new_conversation_every_time(asked: Asked, ask: Ask) -> Answered:
    """Two users have a new channel whenever they ask for theirs."""
    answer = await ask(asked)
    if answer.status != 200:
        return answer
    ask.times["asked"] += 1
    one(answer.body, "channel")["id"] = f"{ask.times['asked']:08}-0000-4000-8000-000000000000"
    return answer


@breaks("GET", DM)
async def one_conversation_for_all(asked: Asked, ask: Ask) -> Answered:
    """All users share one channel."""
    answer = await ask(asked)
    return ask.memory.setdefault("first", answer) if answer.status == 200 else answer


@answers("GET", DM)
def a_conversation_is_text(answer: Answered) -> object:
    """The channel of two users is one for text."""
    one(answer.body, "channel")["type"] = "text"
    return answer.body


@answers("GET", DM, 400)
def a_conversation_of_one(_: Answered) -> Answered:
    """A channel of two users needs but one."""
    channel = {"id": NOBODY, "name": "DM", "serverId": NOBODY, "type": "dm"}
    told = {**channel, "description": "", "metadata": {}}
    return Answered(200, {"success": True, "data": {"channel": told}})


@breaks("POST", f"{CHANNEL}/agents")
async def an_agent_enters_in_words_alone(asked: Asked, ask: Ask) -> Answered:
    """An agent that is put into a channel is welcome, and not there."""
    path = asked.path.removesuffix("/agents")
    already = (await ask(read(f"{path}/agents"))).body
    answer = await ask(asked)
    if answer.status < 300 and asked.body["agentId"] not in str(already):
        central = path.replace("/central-channels/", "/channels/")
        await ask(Asked("DELETE", f"{central}/agents/{asked.body['agentId']}"))
    return answer


@breaks("DELETE", f"{CHANNEL}/agents/{ID}")
async def an_agent_does_not_leave(asked: Asked, ask: Ask) -> Answered:
    """An agent that is taken out of a channel is still in it."""
    path, _, agent = asked.path.rpartition("/")
    answer = await ask(asked)
    if answer.status == 200:
        await ask(Asked("POST", path, {"agentId": agent}))
    return answer


@answers("DELETE", f"{CHANNEL}/agents/{ID}", 404)
def one_who_is_not_there_leaves(_: Answered) -> Answered:
    """An agent that is not in a channel can be taken out of it."""
    return Answered(200, {"success": True})


@answers("GET", f"{CHANNEL}/participants")
def nobody_takes_part(answer: Answered) -> object:
    """Nobody is in a channel."""
    return answer.body | {"data": []}


@answers("GET", PARTICIPANTS)
def everyone_is_in_twice(answer: Answered) -> object:
    """Who is in a channel is told twice."""
    people = listed(answer.body, "participants")
    people.extend(list(people))
    return answer.body


@answers("POST", "/api/messaging/group-channels")
def a_group_made_with_200(answer: Answered) -> Answered:
    """A group that was made is answered with 200."""
    return answer._replace(status=200)


@hears("POST", "/api/messaging/group-channels")
def a_group_has_nobody(asked: Asked) -> Asked:
    """Of those who should be in a group only the first is."""
    return asked._replace(body={**asked.body, "participants": asked.body["participants"][:1]})


@answers("POST", "/api/messaging/group-channels")
def a_group_is_a_text_channel(answer: Answered) -> object:
    """A group is a channel for text."""
    one(answer.body, "channel")["type"] = "text"
    return answer.body


@hears("POST", "/api/messaging/group-channels")
def a_group_needs_no_name(asked: Asked) -> Asked:
    """A group may have no name."""
    return asked._replace(body={"name": "A group", **asked.body})


@answers("GET", SERVERS)
def new_servers_are_not_listed(answer: Answered) -> object:
    """The list has the first server alone."""
    del listed(answer.body, "servers", "messageServers")[1:]
    return answer.body


@answers("GET", SERVERS)
def the_default_server_is_missing(answer: Answered) -> object:
    """The list lacks the default server."""
    servers = listed(answer.body, "servers", "messageServers")
    servers[:] = [s for s in servers if not s["id"].startswith("00000000-0000")]
    return answer.body


@answers("POST", SERVERS)
def a_server_made_with_200(answer: Answered) -> Answered:
    """A server that was made is answered with 200."""
    return answer._replace(status=200)


@hears("POST", SERVERS)
def metadata_of_a_server_is_lost(asked: Asked) -> Asked:
    """What is noted with a server is forgotten."""
    return without(asked, "metadata", "description")


@hears("POST", SERVERS)
def a_server_needs_no_name(asked: Asked) -> Asked:
    """A server may have no name."""
    return asked._replace(body={"name": "A server", "sourceType": "x", **asked.body})


@breaks("POST", f"{SERVERS}/{ID}/agents")
async def an_agent_is_not_put_on_a_server(asked: Asked, ask: Ask) -> Answered:
    """An agent that is put on a server is not there."""
    answer = await ask(asked)
    if answer.status < 300:
        await ask(Asked("DELETE", f"{asked.path}/{asked.body['agentId']}"))
    return answer


@breaks("DELETE", f"{SERVERS}/{ID}/agents/{ID}")
async def an_agent_stays_on_a_server(asked: Asked, ask: Ask) -> Answered:
    """An agent that is taken from a server is still there."""
    path, _, agent = asked.path.rpartition("/")
    answer = await ask(asked)
    if answer.status == 200:
        await ask(Asked("POST", path, {"agentId": agent}))
    return answer


@answers("GET", f"{SERVERS}/{ID}/agents", 404)
def an_unknown_server_has_no_agents(_: Answered) -> Answered:
    """A server that is not there has no agents, and no error."""
    return Answered(200, {"success": True, "data": []})


@answers("POST", f"{CHANNEL}/generate-title")
def a_title_is_always_the_same(answer: Answered) -> object:
    """A title does not say of which channel it is."""
    return answer.body | {"data": {"title": "New Chat"}}
