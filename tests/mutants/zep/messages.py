"""Mutants of messages: how they are read and updated."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    copied,
    default_query,
    fields,
    handler_of,
    one_more,
    query,
    renamed,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import NOT_FOUND

MEMORY = "GET /sessions/*/memory"
LIST = "GET /sessions/*/messages"
ONE = "GET /sessions/*/messages/*"
UPDATE = "PATCH /sessions/*/messages/*"

messages_come_newest_first = response_to(
    LIST, within("messages", backwards), caught_by="an-ended-session-keeps-its-history"
)
a_count_is_one_too_many = response_to(
    LIST, within("total_count", one_more), caught_by="to-delete-a-user-leaves-the-others"
)
all_messages_are_those_of_the_page = response_to(
    LIST,
    lambda b: b | {"total_count": len(b["messages"])},
    caught_by="pages-of-messages-neither-repeat-nor-lose",
)
the_rows_of_messages_are_all_of_them = response_to(
    LIST, copied(row_count="total_count"), caught_by="pages-of-messages-neither-repeat-nor-lose"
)
the_limit_of_messages_is_ignored = request_to(
    LIST, query(limit=None), caught_by="pages-of-messages-neither-repeat-nor-lose"
)
the_cursor_of_messages_is_ignored = request_to(
    LIST, query(cursor=None), caught_by="pages-of-messages-neither-repeat-nor-lose"
)
messages_end_at_a_hundred = request_to(  # at twenty: the rules add no hundred messages
    LIST, default_query(limit="20"), caught_by="without-a-limit-all-messages-are-listed"
)


@handler_of(LIST, caught_by="pages-of-messages-neither-repeat-nor-lose")
async def a_page_past_the_end_is_404(request: Request, app: App) -> Response:
    response = await app(request)
    past = response.status == 200 and request.parameters.get("cursor")
    return NOT_FOUND if past and not response.body["messages"] else response


a_field_has_another_name = response_to(
    LIST,
    within("messages", renamed(role_type="roleType")),
    caught_by="messages-are-read-as-they-were-written",
)
listed_messages_have_no_metadata = response_to(
    LIST,
    within("messages", without("metadata")),
    caught_by="messages-are-read-as-they-were-written",
)
remembered_messages_have_no_metadata = response_to(
    MEMORY,
    within("messages", without("metadata")),
    caught_by="a-message-is-the-same-in-every-answer",
)
a_read_message_has_no_role = response_to(
    ONE, fields(role=""), caught_by="a-message-is-found-by-its-uuid"
)


@handler_of((LIST, ONE), caught_by="a-message-is-one-of-its-session-only")
async def a_message_is_read_from_any_session(request: Request, app: App) -> Response:
    response = await app(request)
    if request.matches(LIST):
        if response.status == 200:
            app.memory.update({message["uuid"]: message for message in response.body["messages"]})
        return response
    message = app.memory.get(request.last_part)
    return Response(200, message) if response.status == 404 and message else response


an_unknown_message_is_400 = renumbered(ONE, 404, 400, caught_by="an-unknown-message-is-404")


@handler_of(UPDATE, caught_by="metadata-of-a-message-is-merged")
async def metadata_of_a_message_is_replaced(request: Request, app: App) -> Response:
    response = await app(request)
    return response.with_fields(metadata=request.body["metadata"]) if response.ok else response


@handler_of(UPDATE, caught_by="metadata-of-a-message-is-merged")
async def an_update_of_a_message_is_not_kept(request: Request, app: App) -> Response:
    message = await app.get(request.path)
    if not message.ok:
        return await app(request)
    metadata = message.body.get("metadata") or {}
    return message.with_fields(metadata={**metadata, **request.body["metadata"]})


an_update_of_a_message_leaves_updated_at = response_to(
    (UPDATE, ONE),
    copied(updated_at="created_at"),
    caught_by="an-update-of-a-message-tells-its-time",
)
an_update_of_a_message_loses_its_role = response_to(
    UPDATE, fields(role=""), caught_by="metadata-of-a-message-is-merged"
)
tokens_are_counted_in_words = response_to(
    ONE, fields(**{"token_count": "three"}), caught_by="fields-of-a-message-are-of-their-types"
)
