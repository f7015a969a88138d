"""Mutants of channels, their participants, and message servers."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import (
    CHANNEL,
    CHANNELS,
    DONE,
    EMPTY,
    NOBODY,
    SERVERS,
    error,
    item_of,
    items_of,
    success,
)
from tests.mutants.language import (
    defaults,
    fields,
    handler_of,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import SHAPE, App, Request, Response

ADD = f"POST {CHANNELS}"
UPDATE = f"PATCH {CHANNEL}"
DETAILS = f"GET {CHANNEL}{{/details,}}"
LIST = f"GET {SERVERS}/*/channels"
DM = "GET /api/messaging/dm-channel"
GROUP = "POST /api/messaging/group-channels"


@handler_of(f"DELETE {CHANNEL}", caught_by="deleted-channel-is-gone")
async def a_deletion_of_a_channel_does_nothing(request: Request, app: App) -> Response:
    channel = await app.get(f"{request.path}/details")
    if not channel.ok:
        return channel
    return DONE if "central" in request.path else EMPTY


deleting_no_channel_succeeds = response_to(
    f"DELETE {CHANNEL}", DONE, when=404, caught_by="unknown-channel-cannot-be-changed"
)
no_channel_is_400 = response_to(
    DETAILS,
    error(400, "INVALID_ID", "Channel not found"),
    when=404,
    caught_by="deleted-channel-is-gone",
)
no_channel_is_null = response_to(
    DETAILS, success(None), when=404, caught_by="deleted-channel-is-gone"
)
no_channel_in_plain_text = response_to(
    f"* {CHANNEL}/**",
    Response(404, "Channel not found"),
    when=404,
    caught_by="deleted-channel-is-gone",
)
an_invalid_channel_id_is_500 = response_to(
    f"GET {CHANNEL}/**",
    error(500, "INTERNAL_ERROR", "invalid input syntax for type uuid"),
    when=400,
    caught_by="channels-are-named-by-uuids",
)
a_channel_made_with_200 = renumbered(ADD, 201, 200, caught_by="channel-keeps-what-it-was-made-with")
a_channel_needs_no_name = request_to(
    ADD, defaults(name="A channel"), caught_by="channels-need-names"
)
the_type_of_a_channel_is_lost = request_to(
    ADD, fields(type="text"), caught_by="channel-keeps-what-it-was-made-with"
)
the_description_of_a_channel_is_lost = request_to(
    ADD, without("description"), caught_by="channel-keeps-what-it-was-made-with"
)
metadata_of_a_channel_is_lost = request_to(
    ADD, without("metadata"), caught_by="channel-keeps-what-it-was-made-with"
)
a_change_of_a_channel_changes_nothing = request_to(
    UPDATE, lambda r: r._replace(body={}), caught_by="renamed-channel-has-its-new-name"
)
a_channel_keeps_its_name = request_to(
    UPDATE, without("name"), caught_by="renamed-channel-has-its-new-name"
)
metadata_of_a_channel_cannot_change = request_to(
    UPDATE, without("metadata"), caught_by="channel-keeps-what-it-was-made-with"
)
the_description_of_a_channel_cannot_change = request_to(
    UPDATE, without("description"), caught_by="channel-keeps-what-it-was-made-with"
)
any_channel_can_be_changed = response_to(
    UPDATE, DONE, when=404, caught_by="unknown-channel-cannot-be-changed"
)
channels_are_not_listed = response_to(
    LIST,
    within("data", lambda data: [] if isinstance(data, list) else {"channels": []}),
    caught_by="channel-keeps-what-it-was-made-with",
)


@handler_of(LIST, caught_by="channel-keeps-what-it-was-made-with")
async def channels_of_all_servers(request: Request, app: App) -> Response:
    response = await app(request)
    channels = items_of(response.body, "channels")
    app.memory.update({channel["id"]: channel for channel in channels})
    known = {channel["id"] for channel in channels}
    channels += [channel for channel in app.memory.values() if channel["id"] not in known]
    return response


@handler_of((LIST, f"GET|DELETE {CHANNEL}"), caught_by="channel-keeps-what-it-was-made-with")
async def a_deleted_channel_is_listed(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        details = await app.get(f"{request.path}/details")
        response = await app(request)
        if details.status == 200:
            channel = item_of(details.body, "channel")
            app.memory[channel["id"]] = channel
        return response
    response = await app(request)
    if request.matches(LIST) and response.status == 200:
        items_of(response.body, "channels").extend(app.memory.values())
    return response


@handler_of(DM, caught_by="two-users-share-one-channel")
async def a_new_conversation_every_time(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        app.counts["conversations"] += 1
        new_id = f"{app.counts['conversations']:08}-0000-4000-8000-000000000000"
        item_of(response.body, "channel")["id"] = new_id
    return response


@handler_of(DM, caught_by="two-users-share-one-channel")
async def one_conversation_for_all(request: Request, app: App) -> Response:
    response = await app(request)
    return app.memory.setdefault("first", response) if response.status == 200 else response


@response_to(DM, caught_by="two-users-share-one-channel")
def a_conversation_is_text(body: Any) -> Any:
    item_of(body, "channel")["type"] = "text"
    return body


a_conversation_of_one = response_to(
    DM,
    success(
        {
            "channel": {
                "id": NOBODY,
                "name": "DM",
                "serverId": NOBODY,
                "type": "dm",
                "description": "",
                "metadata": {},
            }
        }
    ),
    when=400,
    caught_by="channel-for-two-needs-two-users",
)


@handler_of(f"POST {CHANNEL}/agents", caught_by="agent-of-a-session-takes-part-in-its-channel")
async def an_agent_enters_in_words_alone(request: Request, app: App) -> Response:
    agent = request.body["agentId"]
    participants = (await app.get(request.path)).body
    response = await app(request)
    if response.ok and agent not in str(participants):
        path = request.path.replace("/central-channels/", "/channels/")
        await app.delete(f"{path}/{agent}")
    return response


@handler_of(f"DELETE {CHANNEL}/agents/*", caught_by="agent-of-a-session-takes-part-in-its-channel")
async def an_agent_does_not_leave(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        await app.post(request.parent, {"agentId": request.last_part})
    return response


one_who_is_not_there_leaves = response_to(
    f"DELETE {CHANNEL}/agents/*",
    DONE,
    when=404,
    caught_by="participants-of-a-channel-are-told-once",
)
nobody_takes_part = response_to(
    f"GET {CHANNEL}/participants",
    fields(data=[]),
    caught_by="participants-of-a-channel-are-told-once",
)


@response_to(
    f"GET {CHANNEL}/{{participants,agents}}", caught_by="participants-of-a-channel-are-told-once"
)
def everyone_is_in_twice(body: Any) -> Any:
    items_of(body, "participants").extend([*items_of(body, "participants")])
    return body


a_group_made_with_200 = renumbered(GROUP, 201, 200, caught_by="group-channel-has-its-members")
a_group_has_nobody = request_to(
    GROUP, within("participants", lambda ids: ids[:1]), caught_by="group-channel-has-its-members"
)


@response_to(GROUP, caught_by="group-channel-has-its-members")
def a_group_is_a_text_channel(body: Any) -> Any:
    item_of(body, "channel")["type"] = "text"
    return body


a_group_needs_no_name = request_to(GROUP, defaults(name="A group"), caught_by="channels-need-names")


@response_to(f"GET {SERVERS}", caught_by="channel-keeps-what-it-was-made-with")
def new_servers_are_not_listed(body: Any) -> Any:
    del items_of(body, "servers", "messageServers")[1:]
    return body


@response_to(f"GET {SERVERS}", caught_by="there-is-a-message-server-from-the-start")
def the_default_server_is_missing(body: Any) -> Any:
    servers = items_of(body, "servers", "messageServers")
    servers[:] = [server for server in servers if not server["id"].startswith("00000000-0000")]
    return body


a_server_made_with_200 = renumbered(
    f"POST {SERVERS}", 201, 200, caught_by="channel-keeps-what-it-was-made-with"
)
metadata_of_a_server_is_lost = request_to(
    f"POST {SERVERS}",
    without("metadata", "description"),
    caught_by="channel-keeps-what-it-was-made-with",
)
a_server_needs_no_name = request_to(
    f"POST {SERVERS}", defaults(name="A server", sourceType="x"), caught_by="channels-need-names"
)


@handler_of(f"POST {SERVERS}/*/agents", caught_by="agents-of-a-server-come-and-go")
async def an_agent_is_not_put_on_a_server(request: Request, app: App) -> Response:
    response = await app(request)
    if response.ok:
        await app.delete(f"{request.path}/{request.body['agentId']}")
    return response


@handler_of(f"DELETE {SERVERS}/*/agents/*", caught_by="agents-of-a-server-come-and-go")
async def an_agent_stays_on_a_server(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        await app.post(request.parent, {"agentId": request.last_part})
    return response


an_unknown_server_has_no_agents = response_to(
    f"GET {SERVERS}/*/agents", success([]), when=404, caught_by="agents-of-a-server-come-and-go"
)
a_title_is_always_the_same = response_to(
    f"POST {CHANNEL}/generate-title", fields(data={"title": "New Chat"}), caught_by=SHAPE
)
