"""Mutants of lists, look-ups and deletions of users."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import handler_of, request_to, within
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import (
    any_cursor_taken,
    deletion_moves_pages,
    key_ignored,
    parameter_ignored,
)

CREATE = "POST /users"
DELETE = "DELETE /users/*"
LIST = "POST /users/list"
LOOK_UP = "POST /users/lookup"
LOOK_UP_MANY = "POST /lookup"


@request_to(LIST, caught_by="v4-users-are-sorted-by-uuid")
def users_by_uuid_are_ascending(request: Request) -> Request:
    by_uuid = request.parameters.get("order_by") == "uuid"
    return request.with_query(order="asc") if by_uuid else request


an_unknown_order_is_the_default = parameter_ignored(
    LIST, "order_by", "first_name", caught_by="v4-an-unknown-order-of-users-is-400"
)


@handler_of(LIST, caught_by="v4-users-without-an-email-are-first")
async def users_without_an_email_are_last(request: Request, app: App) -> Response:
    response = await app(request)
    if request.parameters.get("order_by") != "email" or request.parameters.get("order") != "asc":
        return response
    items = sorted(response.body["items"], key=lambda user: "email" not in user)
    return response.with_fields(items=items)


@handler_of(LIST, caught_by="v4-an-empty-search-finds-every-user")
async def an_empty_search_finds_nobody(request: Request, app: App) -> Response:
    search = request.body.get("search", "all")
    return await app(request if search else request.with_fields(search="-nobody-"))


a_cursor_is_good_for_any_search = any_cursor_taken(
    LIST, caught_by="v4-a-cursor-belongs-to-its-search"
)
a_deleted_user_is_counted = deletion_moves_pages(
    DELETE, LIST, caught_by="v4-a-page-loses-nothing-by-deletions"
)


@handler_of((LIST, DELETE), caught_by="v4-a-deleted-user-is-found-nowhere")
async def a_deleted_user_is_still_listed(request: Request, app: App) -> Response:
    if request.method == "DELETE":
        app.memory["gone"] = (await app.get(request.path)).body
        return await app(request)
    response = await app(request)
    gone = app.memory["gone"]
    if not response.body["items"] and request.body["search"] in gone["user_id"]:
        return response.with_fields(items=[gone], total_size=1)
    return response


@handler_of((CREATE, DELETE), caught_by="v4-an-id-of-a-deleted-user-is-free")
async def an_id_is_never_free_again(request: Request, app: App) -> Response:
    gone = app.memory.setdefault("gone", set())
    if request.method == "DELETE":
        gone.add((await app.get(request.path)).body["user_id"])
    elif request.body["user_id"] in gone:
        return Response(409, {"error": {"code": "conflict", "message": "known", "request_id": "r"}})
    return await app(request)


@handler_of(DELETE, caught_by="v4-a-deletion-leaves-other-users")
async def a_deletion_takes_all_threads(request: Request, app: App) -> Response:
    api = request.parent.removesuffix("/users")
    for thread in (await app.get(f"{api}/threads")).body["items"]:
        await app.delete(f"{api}/threads/{thread['uuid']}")
    return await app(request)


a_deletion_ignores_its_key = key_ignored(DELETE, caught_by="v4-a-repeated-key-deletes-once")


@handler_of(CREATE, caught_by="v4-another-key-is-another-request")
async def equal_users_without_an_id_are_one(request: Request, app: App) -> Response:
    if request.body.get("user_id"):
        return await app(request)
    key = str(request.body)
    app.memory[key] = app.memory.get(key) or await app(request)
    created: Response = app.memory[key]
    return created


@handler_of(LOOK_UP, caught_by="v4-ids-are-looked-up-exactly")
async def ids_are_looked_up_in_any_case(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 404:
        return response
    wanted = request.body["user_id"].casefold()
    found = await app.post(f"{request.parent}/list", {"search": wanted})
    same = [user for user in found.body["items"] if user["user_id"].casefold() == wanted]
    return Response(200, same[0]) if same else response


@handler_of(LOOK_UP, caught_by="v4-a-uuid-is-no-id-to-look-up")
async def a_uuid_is_looked_up(request: Request, app: App) -> Response:
    response = await app(request)
    found = await app.get(f"{request.parent}/{request.body['user_id']}")
    return found if found.ok else response


ids_are_looked_up_once = request_to(
    LOOK_UP_MANY,
    within("users", lambda ids: list(dict.fromkeys(ids))),
    caught_by="v4-an-id-asked-for-twice-is-found-twice",
)
surplus_ids_are_dropped = request_to(
    LOOK_UP_MANY,
    within("users", lambda ids: ids[:100]),
    caught_by="v4-at-most-100-ids-are-looked-up",
)


@handler_of(LOOK_UP_MANY, caught_by="v4-kinds-are-looked-up-in-their-order")
async def users_are_looked_up_last(request: Request, app: App) -> Response:
    def is_user(item: Any) -> bool:
        return bool(item["resource_type"] == "user")

    response = await app(request)
    return response.with_fields(items=sorted(response.body["items"], key=is_user))
