"""Mutants of agents, their worlds and their rooms."""

from __future__ import annotations

from tests.mutants.eliza.parts import (
    AGENT,
    AGENTS,
    EMPTY,
    NOBODY,
    ROOMS,
    done,
    error,
    items_of,
    success,
)
from tests.mutants.language import (
    defaults,
    fields,
    handler_of,
    pretended,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import SHAPE, App, Request, Response

ADD = f"POST {AGENTS}"
LIST = f"GET {AGENTS}"
ONE = f"GET {AGENT}"
UPDATE = f"PATCH {AGENT}"
WORLDS = f"{AGENT}/worlds"
WORLD = f"{WORLDS}/*"
ROOM = f"{ROOMS}/*"

a_deletion_of_an_agent_does_nothing = pretended(
    f"DELETE {AGENT}", done("Agent deleted"), caught_by="deleted-agent-is-gone"
)


@handler_of(f"GET|DELETE {AGENTS}{{,/*}}", caught_by="list-of-agents-tells-who-runs")
async def a_deleted_agent_is_listed(request: Request, app: App) -> Response:
    response = await app.get(AGENTS)
    app.memory.update({agent["id"]: agent for agent in response.body["data"]["agents"]})
    if request.path != AGENTS:
        return await app(request)
    return response.with_fields(data={"agents": list(app.memory.values())})


deleting_no_agent_succeeds = response_to(
    f"DELETE {AGENT}", done("Agent deleted"), when=404, caught_by="deleted-agent-is-gone"
)
no_agent_is_null = response_to(ONE, success(None), when=404, caught_by="deleted-agent-is-gone")
an_id_that_is_none_is_404 = response_to(
    f"GET|PATCH|DELETE {AGENT}",
    error(404, "NOT_FOUND", "Agent not found"),
    when=400,
    caught_by="agents-are-named-by-uuids",
)
no_agent_has_another_code = response_to(
    f"* {AGENT}/**",
    error(404, "AGENT_NOT_FOUND", "Agent not found"),
    when=404,
    caught_by="nothing-is-known-of-an-unknown-agent",
)
no_agent_in_plain_text = response_to(
    f"* {AGENT}/**", Response(404, "Agent not found"), when=404, caught_by="deleted-agent-is-gone"
)
no_agent_in_a_text = response_to(
    f"* {AGENT}/**",
    Response(404, {"success": False, "error": "Agent not found"}),
    when=404,
    caught_by="deleted-agent-is-gone",
)
an_agent_made_with_200 = renumbered(ADD, 201, 200, caught_by="timeouts-have-documented-defaults")
an_agent_has_no_id = response_to(
    ADD,
    within("data", lambda data: {"character": {"name": data["character"]["name"]}}),
    caught_by="timeouts-have-documented-defaults",
)


@request_to(ADD, caught_by="character-needs-a-name")
def an_agent_without_a_name(request: Request) -> Request:
    character = request.body.get("characterJson")
    if not isinstance(character, dict) or character.get("name"):
        return request
    named = {"bio": "Nobody.", **character, "name": "Unnamed"}
    return request._replace(body={"characterJson": named})


a_change_of_an_agent_changes_nothing = request_to(
    UPDATE, lambda r: r._replace(body={}), caught_by="agent-changes-what-is-named-and-nothing-else"
)
only_the_name_of_an_agent_changes = request_to(
    UPDATE,
    lambda r: r._replace(body={n: v for n, v in r.body.items() if n == "name"}),
    caught_by="agent-settings-are-merged",
)
a_change_of_an_agent_replaces = request_to(
    UPDATE,
    defaults(system="", bio=[], topics=[]),
    caught_by="agent-changes-what-is-named-and-nothing-else",
)
an_agent_forgets_its_system = response_to(
    ONE, within("data", without("system")), caught_by="agent-keeps-its-character"
)
an_agent_forgets_its_settings = response_to(
    ONE, within("data", fields(settings={})), caught_by="agent-keeps-its-character"
)
the_bio_is_a_text = response_to(
    ONE, within("data.bio", lambda bio: bio[:1]), caught_by="list-of-agents-tells-who-runs"
)
a_stopped_agent_is_active = pretended(
    f"POST {AGENT}/stop",
    success({"message": "Agent stopped"}),
    of=lambda r: r.parent,
    caught_by="paging-forward-leaves-no-gap",
)


@handler_of(f"POST {AGENT}/start", caught_by="timeouts-have-documented-defaults")
async def a_started_agent_is_inactive(request: Request, app: App) -> Response:
    agent = await app.get(request.parent)
    if not agent.ok:
        return agent
    data = agent.body["data"]
    return success({"id": data["id"], "name": data["name"], "status": "active"})


every_agent_is_active = response_to(
    LIST,
    within("data", lambda data: {"agents": fields(status="active")(data["agents"])}),
    caught_by="list-of-agents-tells-who-runs",
)
stopped_agents_are_not_listed = response_to(
    LIST,
    within("data.agents", lambda agents: [a for a in agents if a["status"] == "active"]),
    caught_by="list-of-agents-tells-who-runs",
)
agents_are_a_bare_list = response_to(
    LIST,
    within("data", lambda data: data["agents"]),
    caught_by="session-begins-with-what-was-asked",
)


@handler_of("POST /api/messaging/sessions", caught_by="stopped-agent-begins-no-sessions")
async def a_stopped_agent_takes_sessions(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 404:
        return response
    agent = f"{AGENTS}/{request.body['agentId']}"
    if (await app.get(agent)).status != 200:
        return response
    await app.post(f"{agent}/start")
    return await app(request)


a_world_is_made_with_200 = renumbered(
    f"POST {WORLDS}", 201, 200, caught_by="world-is-renamed-and-keeps-the-rest"
)
metadata_of_a_world_is_lost = request_to(
    f"POST {WORLDS}", without("metadata"), caught_by="world-keeps-what-it-was-made-with"
)
the_source_of_a_world_is_lost = request_to(
    f"POST {WORLDS}",
    without("sourceType", "sourceId", "messageServerId"),
    caught_by="world-keeps-what-it-was-made-with",
)
a_world_needs_no_name = request_to(
    f"POST {WORLDS}", defaults(name="A world"), caught_by="worlds-and-rooms-need-names"
)
a_change_of_a_world_changes_nothing = request_to(
    f"PATCH {WORLD}", lambda r: r._replace(body={}), caught_by="world-is-renamed-and-keeps-the-rest"
)
a_world_keeps_its_name = request_to(
    f"PATCH {WORLD}", without("name"), caught_by="world-is-renamed-and-keeps-the-rest"
)
any_world_can_be_changed = response_to(
    f"PATCH {WORLD}",
    success({"world": {"id": NOBODY, "name": "World", "agentId": NOBODY, "metadata": {}}}),
    when=404,
    caught_by="unknown-world-is-not-found",
)
there_are_no_worlds = response_to(
    f"GET {AGENTS}/worlds",
    fields(data={"worlds": []}),
    caught_by="world-keeps-what-it-was-made-with",
)
there_are_no_rooms = response_to(
    f"GET {ROOMS}",
    within("data", lambda data: [] if isinstance(data, list) else {"rooms": []}),
    caught_by="room-keeps-what-it-was-made-with",
)
rooms_of_all_worlds = request_to(
    f"GET {ROOMS}", query(worldId=None), caught_by="room-keeps-what-it-was-made-with"
)


@handler_of(f"GET {ROOMS}", caught_by="room-of-the-memory-api-keeps-what-it-was-made-with")
async def rooms_of_other_agents(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 200 or request.parameters:
        return response
    rooms = items_of(response.body, "rooms")
    for agent in (await app.get(AGENTS)).body["data"]["agents"]:
        others = await app.get(request.path.replace(request.path.split("/")[3], agent["id"]))
        known = {room["id"] for room in rooms}
        rooms += [room for room in items_of(others.body, "rooms") if room["id"] not in known]
    return response


a_room_is_made_with_200 = renumbered(f"POST {ROOMS}", 201, 200, caught_by="created-room-is-found")
a_room_needs_no_name = request_to(
    f"POST {ROOMS}", defaults(name="A room"), caught_by="worlds-and-rooms-need-names"
)
a_room_is_in_no_world = request_to(
    f"POST {ROOMS}", without("worldId"), caught_by="room-keeps-what-it-was-made-with"
)
the_source_of_a_room_is_lost = request_to(
    f"POST {ROOMS}", without("source"), caught_by="room-keeps-what-it-was-made-with"
)
a_room_has_an_id_of_its_own = request_to(
    f"POST {ROOMS}", without("roomId"), caught_by="room-may-have-an-id-of-the-clients"
)
metadata_and_type_of_a_room_are_lost = request_to(
    f"POST {ROOMS}",
    without("metadata", "type"),
    caught_by="room-of-the-memory-api-keeps-what-it-was-made-with",
)
a_room_has_no_entities = response_to(
    f"GET {ROOM}", within("data", fields(entities=[])), caught_by="room-keeps-what-it-was-made-with"
)
a_room_keeps_its_name = request_to(
    f"PATCH {ROOM}", lambda r: Request("GET", r.path), caught_by="room-keeps-what-it-was-made-with"
)
a_deletion_of_a_room_does_nothing = pretended(
    f"DELETE {ROOM}", EMPTY, caught_by="room-keeps-what-it-was-made-with"
)
a_deleted_room_has_words = response_to(
    f"DELETE {ROOM}", done("Room deleted"), when=204, caught_by="room-keeps-what-it-was-made-with"
)
an_unknown_room_is_empty = response_to(
    f"GET {ROOM}",
    success({"id": NOBODY, "name": "Room", "source": "client", "worldId": NOBODY, "entities": []}),
    when=404,
    caught_by="unknown-room-is-not-found",
)


@handler_of(f"GET {ROOM}", caught_by="room-of-the-memory-api-keeps-what-it-was-made-with")
async def rooms_can_be_read_by_any_agent(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 404:
        return response
    for agent in (await app.get(AGENTS)).body["data"]["agents"]:
        room = await app.get(f"{AGENTS}/{agent['id']}/rooms/{request.last_part}")
        if room.status == 200:
            return room
    return response


panels_are_an_object = response_to(
    f"GET {AGENT}/panels", within("data", lambda panels: {"panels": panels}), caught_by=SHAPE
)
panels_of_no_agent_are_none = response_to(
    f"GET {AGENT}/panels", success([]), when=404, caught_by="nothing-is-known-of-an-unknown-agent"
)


@handler_of(ONE, caught_by="agent-changes-what-is-named-and-nothing-else")
async def agents_are_created_now(request: Request, app: App) -> Response:
    response = await app(request)
    app.counts["read"] += 1
    later = within("data.createdAt", lambda time: time + app.counts["read"])
    return response.changed(later)


any_agent_can_be_changed = response_to(
    UPDATE,
    success({"id": NOBODY, "name": "X", "status": "active"}),
    when=404,
    caught_by="changing-an-unknown-agent-makes-none",
)
