"""Mutants of users."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.mutants.language import (
    backwards,
    copied,
    handler_of,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import API, OK

ONE = "GET /users/*"
EVERY = ("POST /users", "GET|PATCH /users/*")
LIST = "GET /users-ordered"

an_added_user_is_200 = renumbered(
    "POST /users", 201, 200, caught_by="a-user-is-read-as-it-was-written"
)


@response_to("POST /users", when=400, caught_by="a-taken-user-id-is-400")
def a_taken_user_is_409(body: Any) -> Any:
    return Response(409, body) if "already" in str(body) else body


@handler_of("POST /users", caught_by="a-taken-user-id-is-400")
async def a_taken_user_is_overwritten(request: Request, app: App) -> Response:
    response = await app(request)
    if "already" not in str(response.body):
        return response
    patch = Request("PATCH", f"{API}/users/{request.body['user_id']}", request.body)
    return (await app(patch))._replace(status=201)


a_user_has_no_last_name = response_to(
    ONE, without("last_name"), caught_by="a-user-is-read-as-it-was-written"
)
an_email_cannot_be_updated = request_to(
    "PATCH /users/*", without("email"), caught_by="an-update-of-a-user-keeps-the-other-fields"
)


@handler_of("GET|PATCH /users/*", caught_by="metadata-of-a-user-is-merged")
async def a_users_update_replaces_metadata(request: Request, app: App) -> Response:
    if request.method == "PATCH" and (request.body or {}).get("metadata"):
        app.memory[request.path] = request.body["metadata"]
    return _with_metadata(await app(request), app.memory.get(request.path))


@handler_of("GET|PATCH /users/*", caught_by="metadata-of-a-user-is-merged")
async def a_users_metadata_is_merged_shallowly(request: Request, app: App) -> Response:
    if request.method == "PATCH" and (request.body or {}).get("metadata"):
        user = (await app.get(request.path)).body
        metadata = app.memory.get(request.path, user.get("metadata") or {})
        app.memory[request.path] = {**metadata, **request.body["metadata"]}
    return _with_metadata(await app(request), app.memory.get(request.path))


def _with_metadata(response: Response, metadata: Any) -> Response:
    """Return a user with metadata; None stands for its own."""
    if not response.ok:
        return response
    return response.with_fields(
        metadata=response.body.get("metadata") if metadata is None else metadata
    )


@handler_of("GET|PATCH /users/*", caught_by="an-update-of-a-user-keeps-the-other-fields")
async def an_update_of_a_user_blanks_the_rest(request: Request, app: App) -> Response:
    if request.method == "PATCH":
        names = ("first_name", "last_name", "email")
        app.memory[request.path] = [name for name in names if name not in (request.body or ())]
    response = await app(request)
    blank = app.memory.get(request.path, ())
    return response.changed(without(*blank)) if response.ok else response


users_never_change_their_updated_at = response_to(
    EVERY, copied(updated_at="created_at"), caught_by="updates-tell-their-time"
)
an_update_makes_a_new_creation = response_to(
    "PATCH /users/*",
    copied(created_at="updated_at"),
    caught_by="a-user-is-the-same-in-every-answer",
)
a_user_counts_one_session_more = response_to(
    ONE,
    lambda b: b | {"session_count": b.get("session_count", 0) + 1},
    caught_by="sessions-of-a-user-are-counted",
)
a_user_counts_no_sessions = response_to(
    ONE, without("session_count"), caught_by="sessions-of-a-user-are-counted"
)


@handler_of("DELETE /users/*", caught_by="no-unknown-user-to-delete")
async def a_delete_does_nothing(request: Request, app: App) -> Response:
    return OK


@handler_of(("DELETE /users/*", LIST), caught_by="users-are-counted")
async def a_deleted_user_is_still_listed(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        user = await app.get(request.path)
        if user.ok:
            app.memory[request.path] = user.body
        return await app(request)
    response = await app(request)
    if not response.ok:
        return response
    body, deleted = response.body, app.memory.values()
    return response._replace(
        body={
            "users": [*body["users"], *deleted],
            "total_count": body["total_count"] + len(deleted),
            "row_count": body["row_count"] + len(deleted),
        }
    )


@handler_of(("DELETE /users/*", "GET /sessions/*"), caught_by="a-user-takes-its-sessions-along")
async def a_deleted_user_leaves_its_sessions(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        for session in (await app.get(f"{request.path}/sessions")).body or []:
            app.memory[session["session_id"]] = session
        return await app(request)
    response = await app(request)
    session = app.memory.get(request.last_part)
    return Response(200, session) if response.status == 404 and session else response


a_second_delete_of_a_user_is_200 = response_to(
    "DELETE /users/*", OK, when=404, caught_by="no-unknown-user-to-delete"
)


@handler_of("GET|DELETE /users/*", caught_by="a-deleted-user-is-gone")
async def a_deleted_user_is_marked(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        user = await app.get(request.path)
        if user.ok:
            app.memory[request.path] = {**user.body, "deleted_at": user.body["updated_at"]}
        return await app(request)
    response = await app(request)
    deleted = response.status == 404 and request.path in app.memory
    return Response(200, app.memory[request.path]) if deleted else response


@handler_of(ONE, caught_by="no-unknown-user-to-read")
async def an_unknown_user_is_empty(request: Request, app: App) -> Response:
    response = await app(request)
    empty = Response(200, {"user_id": request.last_part})
    return empty if response.status == 404 else response


users_come_oldest_first = response_to(
    LIST, within("users", backwards), caught_by="users-are-listed-newest-first"
)


@request_to(LIST, caught_by="pages-of-users-neither-repeat-nor-lose")
def a_page_of_users_is_one_too_long(request: Request) -> Request:
    size = request.parameters.get("pageSize", "")
    more = size.isdigit() and int(size)
    return request.with_query(pageSize=str(int(size) + 1)) if more else request


@request_to(LIST, caught_by="users-are-listed-newest-first")
def pages_of_users_begin_at_zero(request: Request) -> Request:
    page = request.parameters.get("pageNumber", "")
    return request.with_query(pageNumber=str(int(page) + 1)) if page.isdigit() else request


the_size_of_pages_of_users_is_ignored = request_to(
    LIST, lambda r: r._replace(query=""), caught_by="pages-of-users-neither-repeat-nor-lose"
)
all_users_are_those_of_the_page = response_to(
    LIST,
    lambda b: b | {"total_count": len(b["users"])},
    caught_by="the-count-of-users-does-not-depend-on-the-page",
)
the_rows_of_users_are_all_of_them = response_to(
    LIST, copied(row_count="total_count"), caught_by="pages-of-users-neither-repeat-nor-lose"
)
users_have_no_rating_instruction_in_lists = response_to(
    LIST,
    within("users", without("fact_rating_instruction")),
    caught_by="users-in-a-list-lack-nothing",
)
a_users_rating_instruction_is_lost = request_to(
    "* /users/**",
    without("fact_rating_instruction"),
    caught_by="a-rating-instruction-of-a-user-is-kept",
)
a_users_metadata_is_a_text = response_to(
    ONE,
    lambda b: b | {"metadata": str(b.get("metadata"))},
    caught_by="a-user-is-read-as-it-was-written",
)
user_ids_are_in_lower_case = response_to(
    EVERY, within("user_id", str.lower), caught_by="ids-are-kept-to-the-letter"
)


@request_to("GET /users", caught_by="users-after-a-cursor")
def the_cursor_of_users_is_included(request: Request) -> Request:
    cursor = request.parameters.get("cursor", "")
    earlier = cursor.isdigit() and int(cursor)
    return request.with_query(cursor=str(int(cursor) - 1)) if earlier else request


sessions_of_a_user_come_newest_first = response_to(
    "GET /users/*/sessions", backwards, caught_by="sessions-of-a-user-come-in-order"
)
a_user_without_sessions_has_null = response_to(
    "GET /users/*/sessions",
    lambda sessions: sessions or b"null",
    caught_by="the-id-of-a-deleted-user-is-free",
)
users_share_their_sessions = request_to(
    "GET /users/*/sessions",
    lambda _: Request("GET", f"{API}/sessions"),
    caught_by="sessions-of-a-user-are-its-own",
)


@handler_of("PATCH /users/*", caught_by="no-update-is-lost")
async def one_update_of_a_user_in_ten_is_lost(request: Request, app: App) -> Response:
    app.counts["patch"] += 1
    return await (app(request) if app.counts["patch"] % 10 else app.get(request.path))


an_updated_user_has_another_uuid = response_to(
    "PATCH /users/*",
    lambda b: b | {"uuid": str(uuid4())},
    caught_by="a-user-is-the-same-in-every-answer",
)


@response_to(LIST, caught_by="a-user-is-the-same-in-every-list")
def names_of_a_user_are_swapped_in_lists(body: Any) -> Any:
    for user in body["users"]:
        first, last = user.get("first_name", ""), user.get("last_name", "")
        user.update(first_name=last, last_name=first)
    return body
