"""Mutants of sessions: how they begin, are listed, read and ended."""

from __future__ import annotations

import uuid
from typing import Any

from tests.mutants.eliza.parts import (
    AGENTS,
    EMPTY,
    SESSION,
    SESSION_INFO,
    SESSIONS,
    done,
    error,
    is_object,
)
from tests.mutants.language import (
    copied,
    defaults,
    fields,
    handler_of,
    one_more,
    pretended,
    renamed,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import ALL_RULES, App, Request, Response

ADD = f"POST {SESSIONS}"
LIST = f"GET {SESSIONS}"
ONE = f"GET {SESSION}"
END = f"DELETE {SESSION}"
HEALTH = f"GET {SESSIONS}/health"
MIDNIGHT = 1767225600000

an_end_ends_nothing = pretended(END, done("Done"), caught_by="ended-session-is-not-found")


@handler_of((LIST, ONE, END), caught_by="expired-session-can-be-ended")
async def an_ended_session_is_listed(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        session = await app.get(request.path)
        if session.status == 200:
            app.memory[session.body["sessionId"]] = session.body
    response = await app(request)
    if response.status == 200 and "sessions" in response.body:
        return response.with_fields(sessions=[*response.body["sessions"], *app.memory.values()])
    return response


ending_twice_succeeds = response_to(
    END, done("Session ended successfully"), when=404, caught_by="unknown-session-cannot-be-ended"
)
an_end_is_answered_204 = response_to(END, EMPTY, caught_by="ending-a-session-is-confirmed")
an_end_without_a_message = response_to(
    END, {"success": True}, caught_by="ending-a-session-is-confirmed"
)
an_unknown_session_is_410 = renumbered(ONE, 404, 410, caught_by="unknown-session-is-not-found")
an_unknown_session_is_a_null = response_to(
    ONE, Response(200, None), when=404, caught_by="unknown-session-is-not-found"
)
a_session_not_found_in_plain_text = response_to(
    (ONE, END), Response(404, "Not found"), when=404, caught_by="unknown-session-is-not-found"
)
another_code_for_no_session = response_to(
    f"* {SESSION}/**",
    error(404, "NOT_FOUND", "Session not found"),
    when=404,
    caught_by="unknown-session-is-not-found",
)
a_session_made_with_200 = renumbered(ADD, 201, 200, caught_by="session-begins-with-what-was-asked")
an_unknown_agent_is_400 = response_to(
    ADD,
    error(400, "VALIDATION_ERROR", "Agent not found"),
    when=404,
    caught_by="unknown-agent-has-no-sessions",
)
an_unknown_agent_has_another_code = response_to(
    ADD,
    error(404, "SESSION_NOT_FOUND", "Agent not found"),
    when=404,
    caught_by="unknown-agent-has-no-sessions",
)


@handler_of(ADD, caught_by="unknown-agent-has-no-sessions")
async def any_agent_will_do(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 404:
        return response
    agents = (await app.get(AGENTS)).body["data"]["agents"]
    agent = next(a["id"] for a in agents if a["status"] == "active")
    session = await app(request.with_fields(agentId=agent))
    return session.with_fields(agentId=request.body["agentId"])


a_missing_user_is_made_up = request_to(
    ADD, defaults(userId=str(uuid.UUID(int=7))), caught_by="session-needs-a-user"
)


@request_to(ADD, caught_by="user-of-a-session-is-named-by-a-uuid")
def any_text_is_a_user_id(request: Request) -> Request:
    if not is_object(request) or not isinstance(request.body.get("userId"), str):
        return request
    try:
        uuid.UUID(request.body["userId"])
    except ValueError:
        return request.with_fields(userId=str(uuid.UUID(int=7)))
    return request


invalid_sessions_are_422 = renumbered(ADD, 400, 422, caught_by="session-needs-an-agent")
invalid_sessions_have_another_code = response_to(
    ADD,
    error(400, "BAD_REQUEST", "Missing required fields: agentId, userId"),
    when=400,
    caught_by="faults-of-a-session-request-share-a-code",
)
metadata_of_a_session_is_lost = request_to(
    ADD, without("metadata"), caught_by="session-begins-with-what-was-asked"
)
metadata_is_only_in_the_first_answer = response_to(
    ONE, fields(metadata={}), caught_by="created-session-is-read-back"
)
metadata_is_not_in_the_list = response_to(
    LIST, within("sessions", fields(metadata={})), caught_by="session-metadata-is-in-the-list"
)


@response_to((LIST, ADD, ONE), caught_by="session-metadata-comes-back-exactly")
def metadata_becomes_text(body: Any) -> Any:
    metadata = body.get("metadata")
    if not isinstance(metadata, dict):
        return body
    return body | {"metadata": {name: str(value) for name, value in metadata.items()}}


@request_to(ADD, caught_by="session-metadata-comes-back-exactly")
def metadata_loses_what_is_nested(request: Request) -> Request:
    metadata = request.body.get("metadata") if is_object(request) else None
    if not isinstance(metadata, dict):
        return request
    flat = {name: v for name, v in metadata.items() if not isinstance(v, dict | list)}
    return request.with_fields(metadata=flat)


@request_to(ADD, caught_by="largest-session-metadata-have-ten-kilobytes")
def metadata_has_no_limit(request: Request) -> Request:
    metadata = request.body.get("metadata") if is_object(request) else None
    return without("metadata")(request) if len(str(metadata)) > 10_000 else request


the_total_is_off_by_one = response_to(
    LIST, within("total", one_more), caught_by="statistics-agree-with-the-list"
)
statistics_stand_still = response_to(
    LIST,
    fields(stats={"totalSessions": 0, "activeSessions": 0, "expiredSessions": 0}),
    caught_by="statistics-agree-with-the-list",
)
statistics_are_missing = response_to(
    LIST, without("stats"), caught_by="statistics-agree-with-the-list"
)
sessions_in_an_envelope = response_to(
    LIST, lambda b: {"success": True, "data": b}, caught_by="new-session-is-counted"
)


@response_to(LIST, caught_by="new-session-is-counted")
def the_list_forgets_the_newest(body: Any) -> Any:
    newest = max((s["createdAt"] for s in body["sessions"]), default="")
    return body | {"sessions": [s for s in body["sessions"] if s["createdAt"] != newest]}


health_counts_no_sessions = response_to(
    HEALTH, fields(activeSessions=0), caught_by="health-counts-active-sessions"
)
health_is_ok = response_to(HEALTH, fields(status="ok"), caught_by="health-has-a-state")


@handler_of(HEALTH, caught_by="health-counts-active-sessions")
async def health_is_a_session(request: Request, app: App) -> Response:
    return error(404, "SESSION_NOT_FOUND", "Session with ID 'health' not found")


the_session_id_is_called_id = response_to(
    f"GET|POST|PATCH {SESSION_INFO}",
    renamed(sessionId="id"),
    caught_by="created-session-is-read-back",
)
created_time_moves = response_to(
    ONE, copied(createdAt="lastActivity"), caught_by="renewal-is-counted"
)
times_of_sessions_are_numbers = response_to(
    ONE, fields(createdAt=MIDNIGHT, lastActivity=MIDNIGHT), caught_by="created-session-is-read-back"
)


@handler_of(ADD, caught_by="sessions-have-ids-of-their-own")
async def one_session_for_each_user(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 201:
        return response
    owner = f"{request.body['agentId']} {request.body['userId']}"
    first: Response = app.memory.setdefault(owner, response)
    session = await app.get(f"{request.path}/{first.body['sessionId']}")
    if session.status != 200:
        app.memory[owner] = first = response
    return first


agent_and_user_are_swapped = response_to(
    ONE, renamed(agentId="userId", userId="agentId"), caught_by="created-session-is-read-back"
)


@handler_of(ADD, caught_by=ALL_RULES)
async def one_session_in_ten_is_lost(request: Request, app: App) -> Response:
    response = await app(request)
    app.counts["added"] += response.status == 201
    if response.status == 201 and app.counts["added"] % 10 == 0:
        await app.delete(f"{request.path}/{response.body['sessionId']}")
    return response


@handler_of(END, caught_by="history-outlives-its-session")
async def an_end_takes_its_channel_along(request: Request, app: App) -> Response:
    session = await app.get(request.path)
    response = await app(request)
    if session.status == 200 and "channelId" in session.body:
        await app.delete(f"/api/messaging/channels/{session.body['channelId']}")
    return response


@request_to(f"GET|DELETE|POST {SESSION}/**", caught_by="whole-id-names-a-session")
def any_end_of_a_session_id(request: Request) -> Request:
    parts = request.path.split("/")
    at = parts.index("sessions") + 1
    parts[at] = parts[at][:36]
    return request._replace(path="/".join(parts))


@handler_of(END, caught_by="ending-one-session-leaves-the-others")
async def an_end_ends_all_of_the_user(request: Request, app: App) -> Response:
    ended = await app.get(request.path)
    response = await app(request)
    if ended.status == 200:
        for session in (await app.get(request.parent)).body["sessions"]:
            if session["userId"] == ended.body["userId"]:
                await app.delete(f"{request.parent}/{session['sessionId']}")
    return response
