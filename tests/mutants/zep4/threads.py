"""Mutants of threads and messages."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    copied,
    handler_of,
    of_objects,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response

THREADS = "GET /threads"
MESSAGES = "/threads/*/messages"
ONE = f"GET {MESSAGES}/*"

a_thread_shows_its_uuid_as_id = response_to(
    "POST /threads", copied(thread_id="uuid"), caught_by="v4-a-thread-is-read-as-it-was-created"
)
a_thread_of_nobody_is_400 = renumbered(
    "POST /threads", 404, 400, caught_by="v4-a-thread-needs-a-user"
)
threads_of_all_users_are_listed = request_to(
    THREADS, query(user_uuid=None), caught_by="v4-threads-of-a-user-are-listed"
)
threads_are_never_updated = response_to(
    THREADS,
    lambda body: {
        **body,
        "items": [item | {"updated_at": item["created_at"]} for item in body["items"]],
    },
    caught_by="v4-threads-are-sorted-by-their-last-change",
)
messages_are_201 = renumbered(
    f"POST {MESSAGES}", 202, 201, caught_by="v4-a-message-is-read-as-it-was-added"
)
a_message_loses_its_name = response_to(
    ONE, without("name"), caught_by="v4-a-message-is-read-as-it-was-added"
)
a_message_is_from_when_it_was_received = response_to(
    ONE, copied(reference_time="created_at"), caught_by="v4-a-message-is-read-as-it-was-added"
)
messages_are_backwards = response_to(
    f"GET {MESSAGES}", within("items", backwards), caught_by="v4-messages-are-in-their-order"
)
an_order_of_messages_is_ignored = request_to(
    f"GET {MESSAGES}", query(order=None), caught_by="v4-messages-are-in-their-order"
)
a_long_page_is_cut = request_to(
    f"GET {MESSAGES}", query(page_size="50"), caught_by="v4-a-page-has-at-most-200-messages"
)
surplus_messages_are_dropped = request_to(
    f"POST {MESSAGES}",
    of_objects(lambda body: body | {"messages": body["messages"][:30]}),
    caught_by="v4-at-most-30-messages-are-added",
)
an_own_id_is_dropped = request_to(
    f"POST {MESSAGES}",
    within("messages", without("uuid")),
    caught_by="v4-a-message-needs-role-and-content",
)
ignored_roles_are_learned_from = request_to(
    f"POST {MESSAGES}", without("ignore_roles"), caught_by="v4-messages-are-episodes"
)
a_context_is_never_returned = request_to(
    f"POST {MESSAGES}", without("return_context"), caught_by="v4-a-context-is-returned-if-asked-for"
)
a_template_is_ignored = request_to(
    "GET /threads/*/context",
    query(template_uuid=None),
    caught_by="v4-a-context-is-made-by-a-template",
)
an_empty_thread_has_a_summary = renumbered(
    "GET /threads/*/summary", 404, 200, caught_by="v4-a-thread-has-a-summary"
)


@handler_of(f"POST {MESSAGES}", caught_by="v4-messages-are-added-all-or-none")
async def messages_are_added_one_by_one(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 400:
        for message in request.body["messages"]:
            await app(request.with_fields(messages=[message]))
    return response


@handler_of("DELETE /threads/*", caught_by="v4-a-thread-is-deleted-by-a-task")
async def a_deletion_of_a_thread_does_nothing(request: Request, app: App) -> Response:
    response = await app(Request("POST", request.path + "/messages", {"messages": [_HELLO]}))
    task = {**response.body["task"], "type": "thread.delete"}
    return Response(202, {"task": task})


_HELLO = {"role": "user", "content": "Hello."}


@handler_of(f"PATCH {MESSAGES}/*", caught_by="v4-metadata-of-a-message-is-merged")
async def metadata_of_a_message_is_replaced(request: Request, app: App) -> Response:
    known = (await app.get(request.path)).body["metadata"]
    gone = {key: None for key in known if key not in request.body["metadata"]}
    return await app(request.with_fields(metadata={**gone, **request.body["metadata"]}))
