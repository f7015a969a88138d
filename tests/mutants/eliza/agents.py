"""Breakages of agents and their worlds and rooms."""

from __future__ import annotations

import uuid

from tests.mutants.eliza.parts import (
    AGENT,
    AGENTS,
    ID,
    ROOMS,
    answers,
    breaks,
    error,
    hears,
    listed,
    query_of,
    read,
    unasked,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked

WORLDS = f"{AGENT}/worlds"
ROOM = f"{ROOMS}/{ID}"
NOBODY = str(uuid.UUID(int=7))


@breaks("DELETE", AGENT)
async def a_deletion_of_an_agent_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """An agent that was deleted is still there."""
    there = await ask(read(asked.path))
    if there.status >= 400:
        return there
    return Answered(200, {"success": True, "message": "Agent deleted"})


@breaks("GET|DELETE", f"{AGENTS}|{AGENT}")
async def a_deleted_agent_is_listed(asked: Asked, ask: Ask) -> Answered:
    """An agent that was deleted is still in the list."""
    if asked.path == AGENTS:
        answer = await ask(asked)
        for agent in answer.body["data"]["agents"]:
            ask.memory[agent["id"]] = agent
        return answer.saying(data={"agents": list(ask.memory.values())})
    known = (await ask(read(AGENTS))).body["data"]["agents"]
    ask.memory.update({agent["id"]: agent for agent in known})
    return await ask(asked)


@answers("DELETE", AGENT, 404)
def deleting_no_agent_succeeds(_: Answered) -> Answered:
    """An agent that is not there can be deleted."""
    return Answered(200, {"success": True, "message": "Agent deleted"})


@answers("GET", AGENT, 404)
def no_agent_is_null(_: Answered) -> Answered:
    """An agent that is not there is null."""
    return Answered(200, {"success": True, "data": None})


@answers("GET|PATCH|DELETE", AGENT, 400)
def an_id_that_is_none_is_404(_: Answered) -> Answered:
    """What is no id at all is the id of an agent that is not there."""
    return error(404, "NOT_FOUND", "Agent not found")


@answers(".*", f"{AGENT}.*", 404)
def no_agent_has_another_code(_: Answered) -> Answered:
    """That there is no such agent has the code of sessions."""
    return error(404, "AGENT_NOT_FOUND", "Agent not found")


@answers(".*", f"{AGENT}.*", 404)
def no_agent_in_plain_text(_: Answered) -> Answered:
    """That there is no such agent is said in plain text."""
    return Answered(404, "Agent not found")


@answers(".*", f"{AGENT}.*", 404)
def no_agent_in_a_text(_: Answered) -> Answered:
    """That there is no such agent is a text where an object should be."""
    return Answered(404, {"success": False, "error": "Agent not found"})


@answers("POST", AGENTS)
def an_agent_made_with_200(answer: Answered) -> Answered:
    """An agent that was made is answered with 200."""
    return answer._replace(status=200)


@answers("POST", AGENTS)
def an_agent_has_no_id(answer: Answered) -> object:
    """An agent that was made does not tell its id."""
    character = answer.body["data"]["character"]
    return answer.body | {"data": {"character": {"name": character["name"]}}}


@breaks("POST", AGENTS)
async def an_agent_without_a_name(asked: Asked, ask: Ask) -> Answered:
    """An agent may have no name."""
    character = asked.body.get("characterJson")
    if isinstance(character, dict) and not character.get("name"):
        body = {"characterJson": {"bio": "Nobody.", **character, "name": "Unnamed"}}
        return await ask(asked._replace(body=body))
    return await ask(asked)


@hears("PATCH", AGENT)
def a_change_of_an_agent_changes_nothing(asked: Asked) -> Asked:
    """A change to an agent is answered and forgotten."""
    return asked._replace(body={})


@breaks("PATCH", AGENT)
async def only_the_name_of_an_agent_changes(asked: Asked, ask: Ask) -> Answered:
    """Of a change to an agent only its name is kept."""
    return await ask(asked._replace(body={k: v for k, v in asked.body.items() if k == "name"}))


@breaks("PATCH", AGENT)
async def a_change_of_an_agent_replaces(asked: Asked, ask: Ask) -> Answered:
    """A change to an agent empties what it does not speak of."""
    return await ask(asked._replace(body={"system": "", "bio": [], "topics": [], **asked.body}))


@answers("GET", AGENT)
def an_agent_forgets_its_system(answer: Answered) -> object:
    """The system prompt of an agent is never told."""
    data = {k: v for k, v in answer.body["data"].items() if k != "system"}
    return answer.body | {"data": data}


@answers("GET", AGENT)
def an_agent_forgets_its_settings(answer: Answered) -> object:
    """The settings of an agent are always empty."""
    return answer.body | {"data": answer.body["data"] | {"settings": {}}}


@answers("GET", AGENT)
def the_bio_is_a_text(answer: Answered) -> object:
    """The bio of an agent is one text, of several it is the first."""
    bio = answer.body["data"]["bio"]
    return answer.body | {"data": answer.body["data"] | {"bio": bio[:1]}}


@breaks("POST", f"{AGENT}/stop")
async def a_stopped_agent_is_active(asked: Asked, ask: Ask) -> Answered:
    """An agent cannot be stopped, though it says so."""
    there = await ask(read(asked.path.removesuffix("/stop")))
    if there.status >= 400:
        return there
    return Answered(200, {"success": True, "data": {"message": "Agent stopped"}})


@breaks("POST", f"{AGENT}/start")
async def a_started_agent_is_inactive(asked: Asked, ask: Ask) -> Answered:
    """An agent cannot be started, though it says so."""
    there = await ask(read(asked.path.removesuffix("/start")))
    if there.status >= 400:
        return there
    data = {"id": there.body["data"]["id"], "name": there.body["data"]["name"], "status": "active"}
    return Answered(200, {"success": True, "data": data})


@answers("GET", AGENTS)
def every_agent_is_active(answer: Answered) -> object:
    """In the list all agents are active."""
    agents = [a | {"status": "active"} for a in answer.body["data"]["agents"]]
    return answer.body | {"data": {"agents": agents}}


@answers("GET", AGENTS)
def stopped_agents_are_not_listed(answer: Answered) -> object:
    """The list has none but active agents."""
    agents = [a for a in answer.body["data"]["agents"] if a["status"] == "active"]
    return answer.body | {"data": {"agents": agents}}


@answers("GET", AGENTS)
def agents_are_a_bare_list(answer: Answered) -> object:
    """The list of agents lies directly under data."""
    return answer.body | {"data": answer.body["data"]["agents"]}


@breaks("POST", "/api/messaging/sessions")
async def a_stopped_agent_takes_sessions(asked: Asked, ask: Ask) -> Answered:
    """A session can be made with an agent that was stopped."""
    answer = await ask(asked)
    if answer.status != 404:
        return answer
    if (await ask(read(f"{AGENTS}/{asked.body['agentId']}"))).status != 200:
        return answer
    await ask(Asked("POST", f"{AGENTS}/{asked.body['agentId']}/start"))
    return await ask(asked)


@breaks("POST", WORLDS)
async def a_world_is_made_with_200(asked: Asked, ask: Ask) -> Answered:
    """A world that was made is answered with 200."""
    answer = await ask(asked)
    return answer._replace(status=200) if answer.status == 201 else answer


@hears("POST", WORLDS)
def metadata_of_a_world_is_lost(asked: Asked) -> Asked:
    """What is noted with a world is forgotten."""
    return without(asked, "metadata")


@hears("POST", WORLDS)
def the_source_of_a_world_is_lost(asked: Asked) -> Asked:
    """Where a world comes from is forgotten."""
    return without(asked, "sourceType", "sourceId", "messageServerId")


@hears("POST", WORLDS)
def a_world_needs_no_name(asked: Asked) -> Asked:
    """A world may have no name."""
    return asked._replace(body={"name": "A world", **asked.body})


@hears("PATCH", f"{WORLDS}/{ID}")
def a_change_of_a_world_changes_nothing(asked: Asked) -> Asked:
    """A change to a world is answered and forgotten."""
    return asked._replace(body={})


@hears("PATCH", f"{WORLDS}/{ID}")
def a_world_keeps_its_name(asked: Asked) -> Asked:
    """A world cannot be renamed."""
    return without(asked, "name")


@answers("PATCH", f"{WORLDS}/{ID}", 404)
def any_world_can_be_changed(_: Answered) -> Answered:
    """A world that is not there is changed."""
    world = {"id": NOBODY, "name": "World", "agentId": NOBODY, "metadata": {}}
    return Answered(200, {"success": True, "data": {"world": world}})


@answers("GET", f"{AGENTS}/worlds")
def there_are_no_worlds(answer: Answered) -> object:
    """No agent has a world."""
    return answer.body | {"data": {"worlds": []}}


@answers("GET", ROOMS)
def there_are_no_rooms(answer: Answered) -> object:
    """An agent's rooms are none."""
    data = answer.body["data"]
    return answer.body | {"data": [] if isinstance(data, list) else {"rooms": []}}


@hears("GET", ROOMS)
def rooms_of_all_worlds(asked: Asked) -> Asked:
    """The rooms of one world are those of all."""
    return unasked(asked, "worldId")


@breaks("GET", ROOMS)
async def rooms_of_other_agents(asked: Asked, ask: Ask) -> Answered:
    """The rooms of an agent are those of all agents."""
    answer = await ask(asked)
    if answer.status != 200 or query_of(asked):
        return answer
    rooms = listed(answer.body, "rooms")
    known = {room["id"] for room in rooms}
    for agent in (await ask(read(AGENTS))).body["data"]["agents"]:
        path = asked.path.replace(asked.path.split("/")[3], agent["id"])
        other = await ask(read(path))
        rooms += [r for r in listed(other.body, "rooms") if r["id"] not in known]
        known |= {room["id"] for room in rooms}
    return answer


@breaks("POST", ROOMS)
async def a_room_is_made_with_200(asked: Asked, ask: Ask) -> Answered:
    """A room that was made is answered with 200."""
    answer = await ask(asked)
    return answer._replace(status=200) if answer.status == 201 else answer


@hears("POST", ROOMS)
def a_room_needs_no_name(asked: Asked) -> Asked:
    """A room may have no name."""
    return asked._replace(body={"name": "A room", **asked.body})


@hears("POST", ROOMS)
def a_room_is_in_no_world(asked: Asked) -> Asked:
    """In which world a room should be is forgotten."""
    return without(asked, "worldId")


@hears("POST", ROOMS)
def the_source_of_a_room_is_lost(asked: Asked) -> Asked:
    """Where a room comes from is forgotten."""
    return without(asked, "source")


@hears("POST", ROOMS)
def a_room_has_an_id_of_its_own(asked: Asked) -> Asked:
    """The id that a client gives a room is not taken."""
    return without(asked, "roomId")


@hears("POST", ROOMS)
def metadata_and_type_of_a_room_are_lost(asked: Asked) -> Asked:
    """What is noted with a room is forgotten."""
    return without(asked, "metadata", "type")


@answers("GET", ROOM)
def a_room_has_no_entities(answer: Answered) -> object:
    """Nobody is in a room."""
    return answer.body | {"data": answer.body["data"] | {"entities": []}}


@hears("PATCH", ROOM)
def a_room_keeps_its_name(asked: Asked) -> Asked:
    """A room cannot be renamed, though it says so."""
    return Asked("GET", asked.path)


@breaks("DELETE", ROOM)
async def a_deletion_of_a_room_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """A room that was deleted is still there."""
    there = await ask(read(asked.path))
    return Answered(204, None) if there.status == 200 else await ask(asked)


@answers("DELETE", ROOM, 204)
def a_deleted_room_has_words(_: Answered) -> Answered:
    """The deletion of a room is answered with 200 and a body."""
    return Answered(200, {"success": True, "message": "Room deleted"})


@answers("GET", ROOM, 404)
def an_unknown_room_is_empty(_: Answered) -> Answered:
    """A room that is not there is an empty one."""
    room = {"id": NOBODY, "name": "Room", "source": "client", "worldId": NOBODY, "entities": []}
    return Answered(200, {"success": True, "data": room})


@breaks("GET", ROOM)
async def rooms_can_be_read_by_any_agent(asked: Asked, ask: Ask) -> Answered:
    """A room is found with the id of any agent."""
    answer = await ask(asked)
    if answer.status != 404:
        return answer
    for agent in (await ask(read(AGENTS))).body["data"]["agents"]:
        found = await ask(read(f"{AGENTS}/{agent['id']}/rooms/{asked.path.split('/')[-1]}"))
        if found.status == 200:
            return found
    return answer


@answers("GET", f"{AGENT}/panels")
def panels_are_an_object(answer: Answered) -> object:
    """The panels of an agent lie in an object."""
    return answer.body | {"data": {"panels": answer.body["data"]}}


@answers("GET", f"{AGENT}/panels", 404)
def panels_of_no_agent_are_none(_: Answered) -> Answered:
    """An agent that is not there has no panels, and no error."""
    return Answered(200, {"success": True, "data": []})


@breaks("GET", AGENT)
async def agents_are_created_now(asked: Asked, ask: Ask) -> Answered:
    """An agent was made a moment ago whenever it is read."""
    answer = await ask(asked)
    ask.times["read"] += 1
    data = answer.body["data"]
    return answer.saying(data=data | {"createdAt": data["createdAt"] + ask.times["read"]})


@answers("PATCH", AGENT, 404)
def any_agent_can_be_changed(_: Answered) -> Answered:
    """An agent that is not there is changed."""
    return Answered(200, {"success": True, "data": {"id": NOBODY, "name": "X", "status": "active"}})
