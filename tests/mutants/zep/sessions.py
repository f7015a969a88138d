"""Mutants of sessions: how they begin, change, end and are classified."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    copied,
    defaults,
    fields,
    handler_of,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import API, NOT_FOUND, bad_request

ONE = "GET /sessions/*"
ADD = "POST /sessions"
UPDATE = "PATCH /sessions/*"
DELETE = "DELETE /sessions/*/memory"
END = "POST /sessions/*/end"
BULK_END = "POST /sessions/end"
CLASSIFY = "POST /sessions/*/classify"

an_end_is_not_read = response_to(
    ONE, fields(ended_at=None), caught_by="an-ended-session-says-when-it-ended"
)
an_end_is_not_listed = response_to(
    "GET /sessions-ordered",
    within("sessions", fields(ended_at=None)),
    caught_by="the-list-tells-of-a-session-what-reading-tells",
)


@handler_of(END, caught_by="the-list-tells-of-a-session-what-reading-tells")
async def an_end_only_says_so(request: Request, app: App) -> Response:
    session = await app.get(request.parent)
    if not session.ok:
        return await app(request)
    return Response(200, {"session": {**session.body, "ended_at": session.body["updated_at"]}})


an_end_is_not_wrapped = response_to(
    END, lambda b: b["session"], caught_by="the-list-tells-of-a-session-what-reading-tells"
)


@handler_of(END, caught_by="the-list-tells-of-a-session-what-reading-tells")
async def an_end_forgets_what_was_said(request: Request, app: App) -> Response:
    session = await app.get(request.parent)
    if session.ok:
        await app.delete(f"{request.parent}/memory")
        await app.post(f"{API}/sessions", session.body)
    return await app(request)


@handler_of(END, caught_by="no-unknown-session-to-end")
async def an_unknown_session_is_ended(request: Request, app: App) -> Response:
    response = await app(request)
    session = {"session_id": request.path.split("/")[-2]}
    return Response(200, {"session": session}) if response.status == 404 else response


@handler_of(END, caught_by="an-end-needs-no-body")
async def an_end_needs_a_body(request: Request, app: App) -> Response:
    return bad_request("EOF") if request.body is None else await app(request)


@handler_of((END, BULK_END), caught_by="an-instruction-does-no-harm")
async def an_end_is_refused_with_an_instruction(request: Request, app: App) -> Response:
    refused = "instruction" in (request.body or {})
    return bad_request("unknown field instruction") if refused else await app(request)


@handler_of(BULK_END, caught_by="a-bulk-end-is-all-or-nothing")
async def a_bulk_end_ends_what_it_finds(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 404:
        for session_id in request.body["session_ids"]:
            await app.post(f"{API}/sessions/{session_id}/end", {})
    return response


@handler_of(BULK_END, caught_by="a-bulk-end-with-an-unknown-session-is-404")
async def a_bulk_end_skips_the_unknown(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 404:
        return response
    ids = request.body["session_ids"]
    ends = [await app.post(f"{API}/sessions/{session_id}/end", {}) for session_id in ids]
    return Response(200, {"sessions": [end.body["session"] for end in ends if end.ok]})


a_bulk_end_ends_the_first = request_to(
    BULK_END, within("session_ids", lambda ids: ids[:1]), caught_by="a-bulk-end-ends-each-session"
)
a_bulk_end_answers_a_plain_list = response_to(
    BULK_END, lambda b: b["sessions"], caught_by="a-bulk-end-ends-each-session"
)
a_bulk_end_answers_in_reverse = response_to(
    BULK_END, within("sessions", backwards), caught_by="a-bulk-end-answers-in-order"
)


@handler_of(ADD, caught_by="a-session-needs-a-known-user")
async def a_session_makes_its_user(request: Request, app: App) -> Response:
    response = await app(request)
    if "user not found" not in str(response.body):
        return response
    await app.post(f"{API}/users", {"user_id": request.body["user_id"]})
    return await app(request)


@handler_of(ADD, caught_by="a-taken-session-id-is-400")
async def a_taken_session_is_answered(request: Request, app: App) -> Response:
    response = await app(request)
    if "already" not in str(response.body):
        return response
    session = await app.get(f"{API}/sessions/{request.body['session_id']}")
    return session._replace(status=201)


an_added_session_is_200 = renumbered(ADD, 201, 200, caught_by="a-user-takes-its-sessions-along")
a_session_does_not_tell_its_user = response_to(
    ONE, without("user_id"), caught_by="a-session-is-read-as-it-was-written"
)


@handler_of((ONE, DELETE), caught_by="an-ended-session-can-be-deleted")
async def a_deleted_session_is_still_there(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        session = await app.get(request.parent)
        if session.ok:
            app.memory[request.parent] = session.body
        return await app(request)
    response = await app(request)
    deleted = response.status == 404 and request.path in app.memory
    return Response(200, app.memory[request.path]) if deleted else response


@handler_of(DELETE, caught_by="sessions-of-a-user-are-counted")
async def a_deletion_leaves_an_empty_session(request: Request, app: App) -> Response:
    session = await app.get(request.parent)
    response = await app(request)
    if session.ok:
        await app.post(f"{API}/sessions", session.body)
    return response


@handler_of(DELETE, caught_by="sessions-of-a-user-are-counted")
async def a_deleted_session_takes_its_user_along(request: Request, app: App) -> Response:
    session = await app.get(request.parent)
    response = await app(request)
    if session.ok:
        await app.delete(f"{API}/users/{session.body['user_id']}")
    return response


@handler_of((ADD, DELETE), caught_by="the-id-of-a-deleted-session-is-free")
async def an_id_of_a_deleted_session_is_taken(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        app.memory[request.path.split("/")[-2]] = True
    elif request.body["session_id"] in app.memory:
        return bad_request("session already exists")
    return await app(request)


an_update_of_a_session_sets_its_end = response_to(
    UPDATE, copied(ended_at="updated_at"), caught_by="an-update-does-not-end-a-session"
)


@handler_of(UPDATE, caught_by="an-ended-session-refuses-an-update")
async def an_ended_session_is_updated(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 409:
        return response
    session = await app.get(request.path)
    metadata = session.body["metadata"] or {}
    return session.with_fields(metadata={**metadata, **request.body["metadata"]})


an_update_of_an_ended_session_is_400 = renumbered(
    UPDATE, 409, 400, caught_by="an-ended-session-refuses-an-update"
)


@handler_of(UPDATE, caught_by="metadata-of-a-session-is-merged")
async def metadata_is_replaced(request: Request, app: App) -> Response:
    response = await app(request)
    return response.with_fields(metadata=request.body["metadata"]) if response.ok else response


@handler_of(UPDATE, caught_by="metadata-of-a-session-is-merged")
async def an_update_of_a_session_is_not_kept(request: Request, app: App) -> Response:
    if request.body.get("metadata"):
        session = await app.get(request.path)
        if session.ok and not session.body["ended_at"]:
            metadata = session.body.get("metadata") or {}
            return session.with_fields(metadata={**metadata, **request.body["metadata"]})
    return await app(request)


an_update_leaves_updated_at = response_to(
    (UPDATE, ONE),
    copied(updated_at="created_at"),
    caught_by="a-session-is-the-same-in-the-list-of-its-user",
)
an_updated_rating_instruction_is_lost = request_to(
    UPDATE,
    without("fact_rating_instruction"),
    caught_by="a-rating-instruction-of-a-session-cannot-be-unset",
)
an_update_needs_no_metadata = request_to(
    UPDATE,
    lambda r: defaults(metadata={})(r._replace(body=r.body or {})),
    caught_by="an-update-of-a-session-needs-metadata",
)


@handler_of(ADD, caught_by="no-session-is-lost")
async def one_session_in_ten_is_lost(request: Request, app: App) -> Response:
    response = await app(request)
    app.counts["added"] += response.status == 201
    if response.status == 201 and app.counts["added"] % 10 == 0:
        await app.delete(f"{API}/sessions/{request.body['session_id']}/memory")
    return response


times_of_sessions_have_no_zone = response_to(
    (ONE, ADD),
    within("created_at", lambda time: time.replace("T", " ").removesuffix("Z")),
    caught_by="a-session-is-read-as-it-was-written",
)
sessions_are_created_in_seconds = response_to(
    (ONE, ADD), fields(created_at=1717000000), caught_by="a-session-is-read-as-it-was-written"
)


@handler_of(ONE, caught_by="a-session-is-read-as-it-was-written")
async def a_session_is_created_whenever_it_is_read(request: Request, app: App) -> Response:
    response = await app(request)
    app.counts["read"] += 1
    if not response.ok:
        return response
    created = f"{response.body['created_at'][:17]}{app.counts['read'] % 60:02d}Z"
    return response.with_fields(created_at=created)


@handler_of(ONE, caught_by="sessions-may-be-called-anything")
async def ids_with_odd_letters_are_not_found(request: Request, app: App) -> Response:
    odd = " " in request.path or not request.path.isascii()
    return NOT_FOUND if odd else await app(request)


@handler_of(ADD, caught_by="a-session-needs-both-ids")
async def a_session_without_a_user_is_added(request: Request, app: App) -> Response:
    if "user_id" in request.body:
        return await app(request)
    await app.post(f"{API}/users", {"user_id": "nobody"})
    return await app(request.with_fields(user_id="nobody"))


a_class_is_not_kept = response_to(
    ONE, fields(classifications={}), caught_by="an-end-classifies-if-asked"
)
a_class_is_of_no_list = response_to(
    CLASSIFY, fields(**{"class": "unknown"}), caught_by="a-class-is-not-kept-if-not-wanted"
)
a_class_is_always_kept = request_to(
    CLASSIFY, without("persist"), caught_by="a-class-is-not-kept-if-not-wanted"
)
an_end_does_not_classify = request_to(
    END, without("classify"), caught_by="an-end-classifies-if-asked"
)
a_class_has_no_label = response_to(
    CLASSIFY, without("label"), caught_by="a-class-tells-its-classifier"
)
