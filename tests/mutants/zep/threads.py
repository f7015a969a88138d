"""Mutants of threads, and of what users have from v3 on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.mutants.language import (
    backwards,
    handler_of,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import API, NOT_FOUND

MESSAGES = "GET /threads/*/messages"
ADD = "POST /threads/*/{messages,messages-batch}"
CONTEXT = "GET /threads/*/context"
EPISODES = "GET /threads/*/episodes"
SUMMARY = "GET /threads/*/summary"
UPDATE = "PATCH /messages/*"
USERS = "GET /users-ordered"

a_started_thread_is_200 = renumbered(
    "POST /threads", 201, 200, caught_by="v3-a-thread-is-read-as-it-was-started"
)
a_taken_thread_is_409 = renumbered(
    "POST /threads", 400, 409, caught_by="v3-a-taken-thread-id-is-400"
)


@response_to("POST /threads", when=201, caught_by="v3-a-thread-is-read-as-it-was-started")
def a_thread_has_the_uuid_of_its_user(body: Any) -> Any:
    return body | {"uuid": body["user_uuid"]}


@handler_of("POST /threads", caught_by="v3-a-thread-needs-a-known-user")
async def an_unknown_user_is_added(request: Request, app: App) -> Response:
    response = await app(request)
    if "user not found" not in str(response.body):
        return response
    await app.post(f"{API}/users", {"user_id": request.body["user_id"]})
    return await app(request)


threads_are_never_ordered = request_to(
    "GET /threads", query(order_by=None), caught_by="v3-messages-update-their-thread"
)
pages_of_threads_are_all_the_first = request_to(
    "GET /threads", query(page_number=None), caught_by="v3-threads-come-in-pages"
)


@handler_of("DELETE /threads/*", caught_by="v3-a-deleted-thread-takes-its-episodes")
async def a_deleted_thread_leaves_its_episodes(request: Request, app: App) -> Response:
    return await app.delete(f"{API}/sessions/{request.last_part}/memory")


messages_of_a_thread_come_newest_first = response_to(
    MESSAGES,
    within("messages", backwards),
    caught_by="v3-messages-are-read-as-they-were-said",
)
lastn_is_ignored = request_to(
    MESSAGES, query(lastn=None), caught_by="v3-lastn-gives-the-last-messages"
)


@request_to(MESSAGES, caught_by="v3-lastn-gives-the-last-messages")
def a_limit_goes_before_lastn(request: Request) -> Request:
    return request.with_query(lastn=None) if "limit" in request.parameters else request


@request_to(MESSAGES, caught_by="v3-messages-come-in-pages")
def pages_of_messages_begin_at_zero(request: Request) -> Request:
    page = request.parameters.get("cursor", "")
    return request.with_query(cursor=str(int(page) + 1)) if page.isdigit() else request


all_messages_of_a_thread_are_those_of_the_page = response_to(
    MESSAGES,
    lambda b: b | {"total_count": len(b["messages"])},
    caught_by="v3-messages-come-in-pages",
)
messages_have_no_names = response_to(
    MESSAGES,
    within("messages", lambda messages: [without("name")(message) for message in messages]),
    caught_by="v3-messages-are-read-as-they-were-said",
)


@request_to(ADD, caught_by="v3-ignored-roles-stay-out-of-the-graph")
def no_role_is_ignored(request: Request) -> Request:
    return request.with_fields(ignore_roles=None) if isinstance(request.body, dict) else request


@request_to(ADD, caught_by="v3-facts-hold-since-a-message-was-said")
def when_it_was_said_is_ignored(request: Request) -> Request:
    messages = [without("created_at")(message) for message in request.body.get("messages", ())]
    return request.with_fields(messages=messages)


the_context_comes_unasked = request_to(
    ADD,
    lambda r: r.with_fields(return_context=True),
    caught_by="v3-adding-answers-the-context-if-asked",
)


@handler_of(ADD, caught_by="v3-at-most-thirty-messages-are-added-at-once")
async def any_number_of_messages_is_added(request: Request, app: App) -> Response:
    messages = request.body.get("messages", [])
    if len(messages) <= 30:
        return await app(request)
    await app(request.with_fields(messages=messages[:30]))
    return await app(request.with_fields(messages=messages[30:]))


added_messages_have_other_uuids = response_to(
    ADD,
    lambda b: b | {"message_uuids": [str(uuid4()) for _ in b["message_uuids"]]},
    caught_by="v3-messages-are-read-as-they-were-said",
)


@handler_of(ADD, caught_by="v3-an-unknown-thread-takes-no-messages")
async def an_unknown_thread_is_started(request: Request, app: App) -> Response:
    response = await app(request)
    empty = Response(200, {"message_uuids": [], "task_id": "0"})
    return empty if response.status == 404 else response


@handler_of((UPDATE, MESSAGES), caught_by="v3-metadata-of-a-message-is-merged")
async def new_metadata_of_a_message_is_lost(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method == "PATCH" or not response.ok:
        return response
    return response.changed(
        within("messages", lambda messages: [without("metadata")(each) for each in messages])
    )


@request_to(UPDATE, caught_by="v3-null-removes-metadata-of-a-message")
def null_leaves_metadata_of_a_message(request: Request) -> Request:
    metadata = (request.body or {}).get("metadata")
    if not isinstance(metadata, dict):
        return request
    kept = {name: value for name, value in metadata.items() if value is not None}
    return request.with_fields(metadata=kept)


an_unknown_message_of_a_thread_is_400 = renumbered(
    UPDATE, 404, 400, caught_by="v3-an-unknown-message-is-404"
)
a_context_has_no_summary_of_the_user = response_to(
    CONTEXT,
    lambda b: b | {"context": b["context"].partition("</USER_SUMMARY>")[2]},
    caught_by="v3-a-context-has-three-parts",
)
templates_are_ignored = request_to(
    CONTEXT, query(template_id=None), caught_by="v3-a-template-gives-a-context-its-form"
)
episodes_of_a_thread_come_newest_first = response_to(
    EPISODES,
    within("episodes", backwards),
    caught_by="v3-messages-are-episodes-of-their-thread",
)


@handler_of(SUMMARY, caught_by="v3-a-thread-without-messages-has-no-summary")
async def a_summary_may_be_empty(request: Request, app: App) -> Response:
    response = await app(request)
    return Response(200, {"uuid": str(uuid4())}) if response.status == 404 else response


@handler_of(SUMMARY, caught_by="v3-a-summary-follows-the-messages")
async def a_summary_is_made_once(request: Request, app: App) -> Response:
    response = await app(request)
    if not response.ok:
        return response
    return response._replace(body=app.memory.setdefault(request.path, response.body))


summaries_are_never_there = response_to(
    SUMMARY, NOT_FOUND, when=200, caught_by="v3-a-summary-tells-of-the-messages"
)
a_search_of_users_is_ignored = request_to(
    USERS, query(search=None), caught_by="v3-users-are-found-by-id-name-and-email"
)


@handler_of(USERS, caught_by="v3-a-search-of-users-counts-what-it-found")
async def a_search_of_users_counts_all(request: Request, app: App) -> Response:
    response = await app(request)
    if not response.ok or "search" not in request.parameters:
        return response
    everyone = await app(request.with_query(search=None))
    return response.with_fields(total_count=everyone.body["total_count"])


users_are_never_ordered = request_to(
    USERS, query(order_by=None), caught_by="v3-users-are-ordered-as-asked"
)
users_always_descend = request_to(USERS, query(asc=None), caught_by="v3-users-are-ordered-as-asked")
a_user_has_no_time_zone = response_to(
    "GET /users/*", without("time_zone"), caught_by="v3-a-time-zone-is-kept"
)


@request_to("PATCH /users/*", caught_by="v3-null-takes-a-time-zone-away")
def null_leaves_a_time_zone(request: Request) -> Request:
    body = request.body or {}
    gone = body.get("time_zone", "") is None
    return request._replace(body=without("time_zone")(body)) if gone else request


@request_to("POST|PATCH /users{,/*}", caught_by="v3-a-time-zone-is-one-of-iana")
def any_time_zone_will_do(request: Request) -> Request:
    body = request.body or {}
    return request.with_fields(time_zone="UTC") if body.get("time_zone") else request


an_update_of_nothing_is_400 = request_to(
    "PATCH /users/*",
    lambda r: r._replace(body=[]) if r.body is None else r,
    caught_by="v3-an-update-may-be-of-nothing",
)


@response_to("* /users{,/*}", when=(200, 201), caught_by="v3-a-user-names-its-graph")
def a_graph_is_never_the_same(body: Any) -> Any:
    return body | {"graph_uuid": str(uuid4())} if "graph_uuid" in body else body


threads_of_a_user_come_newest_first = response_to(
    "GET /users/*/threads", backwards, caught_by="v3-a-user-has-its-own-threads"
)
threads_of_nobody_are_404 = response_to(
    "GET /users/*/threads",
    lambda threads: threads or NOT_FOUND,
    caught_by="v3-an-unknown-user-has-no-threads",
)
an_unknown_user_is_warmed = response_to(
    "GET /users/*/warm",
    Response(200, {"message": "OK"}),
    when=404,
    caught_by="v3-a-user-can-be-warmed",
)
