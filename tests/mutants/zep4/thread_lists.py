"""Mutants of lists of threads, messages and episodes, and of repeated requests to threads."""

from __future__ import annotations

from tests.mutants.language import (
    default_query,
    handler_of,
    of_objects,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import any_cursor_taken, key_ignored, long_page_cut

THREADS = "GET /threads"
THREAD = "/threads/*"
MESSAGES = f"{THREAD}/messages"
MESSAGE = f"{MESSAGES}/*"
EPISODES = f"GET {THREAD}/episodes"


@request_to(THREADS, caught_by="v4-threads-are-sorted-by-uuid")
def threads_by_uuid_are_ascending(request: Request) -> Request:
    by_uuid = request.parameters.get("order_by") == "uuid"
    return request.with_query(order="asc") if by_uuid else request


a_long_page_of_threads_is_cut = long_page_cut(THREADS, caught_by="v4-a-list-of-threads-has-bounds")
nobody_has_no_threads = response_to(
    THREADS,
    lambda _: Response(200, {"items": [], "next_cursor": None, "total_size": 0}),
    when=404,
    caught_by="v4-threads-of-an-unknown-user-are-404",
)
a_cursor_is_good_for_any_user = any_cursor_taken(
    THREADS, caught_by="v4-a-cursor-of-threads-belongs-to-its-list"
)
a_look_up_ignores_a_graph = request_to(
    "POST /threads/lookup",
    without("graph_id"),
    caught_by="v4-a-look-up-of-a-thread-takes-one-id",
)
a_thread_ignores_its_key = key_ignored(
    "POST /threads", caught_by="v4-a-repeated-key-creates-one-thread"
)
a_deletion_of_a_thread_ignores_its_key = key_ignored(
    f"DELETE {THREAD}", caught_by="v4-a-repeated-key-deletes-a-thread-once"
)


@handler_of(f"DELETE {THREAD}", caught_by="v4-a-deleted-thread-leaves-the-others")
async def a_deletion_takes_the_other_threads(request: Request, app: App) -> Response:
    user = (await app.get(request.path)).body["user_uuid"]
    threads = await app(Request("GET", request.parent, query=f"user_uuid={user}"))
    for thread in threads.body["items"]:
        if thread["uuid"] != request.last_part:
            await app.delete(f"{request.parent}/{thread['uuid']}")
    return await app(request)


an_id_of_a_message_is_not_found = renumbered(
    f"GET {MESSAGE}", 400, 404, caught_by="v4-an-unknown-message-is-404"
)
an_id_of_a_thread_has_no_episodes = renumbered(
    EPISODES, 400, 404, caught_by="v4-an-id-is-no-address-of-a-thread"
)


@handler_of(f"GET {THREAD}/context", caught_by="v4-an-unknown-template-makes-no-context")
async def a_text_is_no_template(request: Request, app: App) -> Response:
    response = await app(request)
    return response._replace(status=404) if response.status == 400 else response


a_cursor_is_good_for_any_thread = any_cursor_taken(
    f"GET {MESSAGES}", caught_by="v4-a-cursor-of-messages-belongs-to-its-thread"
)
a_page_has_40_messages = request_to(
    f"GET {MESSAGES}",
    default_query(page_size="40"),
    caught_by="v4-a-page-has-50-messages-unless-asked",
)
a_long_page_of_episodes_is_cut = long_page_cut(
    EPISODES, caught_by="v4-episodes-of-a-thread-have-bounds"
)
a_cursor_is_good_for_episodes_of_any_thread = any_cursor_taken(
    EPISODES, caught_by="v4-a-cursor-of-episodes-belongs-to-its-thread"
)
episodes_of_threads_have_no_metadata = response_to(
    EPISODES,
    within("items", without("metadata")),
    caught_by="v4-a-message-and-its-episode-are-one",
)
long_names_are_cut = request_to(
    f"POST {MESSAGES}",
    within("messages", of_objects(lambda one: {**one, "name": one["name"][:100]})),
    caught_by="v4-content-and-name-of-a-message-have-bounds",
)
tools_are_functions = response_to(
    f"GET {MESSAGES}",
    within(
        "items",
        of_objects(lambda one: one | {"role": one["role"].replace("tool", "function")}),
    ),
    caught_by="v4-each-role-is-kept",
)
objects_in_metadata_are_dropped = request_to(
    (f"POST {MESSAGES}", f"PATCH {MESSAGE}"),
    within(
        "metadata",
        of_objects(
            lambda data: {key: value for key, value in data.items() if not isinstance(value, dict)}
        ),
    ),
    caught_by="v4-metadata-of-a-message-are-flat",
)
an_updated_message_has_no_name = response_to(
    f"PATCH {MESSAGE}", without("name"), caught_by="v4-an-update-of-a-message-keeps-the-rest"
)
an_update_of_a_message_ignores_its_key = key_ignored(
    f"PATCH {MESSAGE}", caught_by="v4-an-update-with-a-repeated-key-is-done-once"
)


@handler_of(f"POST {MESSAGES}", caught_by="v4-no-messages-are-400")
async def no_messages_are_added(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 400 and request.body.get("messages", []) == []:
        return Response(202, {"messages": [], "task": {}})
    return response
