"""What a careless author gets wrong about messages that are read."""

from __future__ import annotations

from typing import Any

from tests.mutants.mutated_app import (
    Answered,
    Ask,
    Asked,
    Case,
    altered,
    is_for,
    queried,
    query,
    renumbered,
    without,
)

API = "/api/v2"
ADD = "POST /sessions/*/memory"
MEMORY = "GET /sessions/*/memory"
MESSAGES = "GET /sessions/*/messages"
MESSAGE = "GET /sessions/*/messages/*"
CHANGE = "PATCH /sessions/*/messages/*"


async def messages_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In the list."""
    return await altered(asked, ask, MESSAGES, lambda b: {**b, "messages": b["messages"][::-1]})


async def a_count_is_one_too_many(asked: Asked, ask: Ask) -> Answered:
    """That of all messages."""
    return await altered(asked, ask, MESSAGES, lambda b: {**b, "total_count": b["total_count"] + 1})


async def all_messages_are_those_of_the_page(asked: Asked, ask: Ask) -> Answered:
    """`total_count` counts the page."""
    return await altered(asked, ask, MESSAGES, lambda b: {**b, "total_count": len(b["messages"])})


async def the_rows_of_messages_are_all_of_them(asked: Asked, ask: Ask) -> Answered:
    """`row_count` is `total_count`."""
    return await altered(asked, ask, MESSAGES, lambda b: {**b, "row_count": b["total_count"]})


async def the_limit_of_messages_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """All come."""
    return await ask(queried(asked, limit=None) if is_for(asked, MESSAGES) else asked)


async def the_cursor_of_messages_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """Every page is the first."""
    return await ask(queried(asked, cursor=None) if is_for(asked, MESSAGES) else asked)


async def messages_end_at_a_hundred(asked: Asked, ask: Ask) -> Answered:
    """Without a limit, twenty come; a hundred would be as wrong."""
    if is_for(asked, MESSAGES) and not query(asked, "limit"):
        return await ask(queried(asked, limit="20"))
    return await ask(asked)


async def a_page_past_the_end_is_404(asked: Asked, ask: Ask) -> Answered:
    """Of messages."""
    answer = await ask(asked)
    if is_for(asked, MESSAGES) and answer.status == 200 and query(asked, "cursor"):
        return answer if answer.body["messages"] else Answered(404, {"message": "not found"})
    return answer


async def a_field_has_another_name(asked: Asked, ask: Ask) -> Answered:
    """`role_type` of messages."""

    def camel(message: Any) -> Any:
        return {**without(message, "role_type"), "roleType": message["role_type"]}

    return await altered(
        asked, ask, MESSAGES, lambda b: {**b, "messages": [camel(m) for m in b["messages"]]}
    )


async def listed_messages_have_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """A list is short."""
    return await altered(
        asked, ask, MESSAGES, lambda b: {**b, "messages": without(b["messages"], "metadata")}
    )


async def remembered_messages_have_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """A memory is short."""
    return await altered(
        asked, ask, MEMORY, lambda b: {**b, "messages": without(b["messages"], "metadata")}
    )


async def a_read_message_has_no_role(asked: Asked, ask: Ask) -> Answered:
    """When it is read alone."""
    return await altered(asked, ask, MESSAGE, lambda b: {**b, "role": ""})


async def a_message_is_read_from_any_session(asked: Asked, ask: Ask) -> Answered:
    """Its uuid is enough."""
    answer = await ask(asked)
    if is_for(asked, MESSAGES) and answer.status == 200:
        ask.memory.update({message["uuid"]: message for message in answer.body["messages"]})
    known = ask.memory.get(asked.path.rsplit("/", 1)[1])
    if is_for(asked, MESSAGE) and answer.status == 404 and known:
        return Answered(200, known)
    return answer


async def an_unknown_message_is_400(asked: Asked, ask: Ask) -> Answered:
    """Not 404."""
    return await renumbered(asked, ask, MESSAGE, s404=400)


async def metadata_of_a_message_is_replaced(asked: Asked, ask: Ask) -> Answered:
    """By an update."""
    return await altered(asked, ask, CHANGE, lambda b: {**b, "metadata": asked.body["metadata"]})


async def an_update_of_a_message_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """It is answered alone."""
    if is_for(asked, CHANGE):
        known = await ask(asked._replace(method="GET", body=None))
        if known.status == 200:
            return known.saying(
                metadata={**(known.body.get("metadata") or {}), **asked.body["metadata"]}
            )
    return await ask(asked)


async def an_update_of_a_message_leaves_updated_at(asked: Asked, ask: Ask) -> Answered:
    """It is that of the creation."""
    return await altered(
        asked, ask, (CHANGE, MESSAGE), lambda b: {**b, "updated_at": b["created_at"]}
    )


async def an_update_of_a_message_loses_its_role(asked: Asked, ask: Ask) -> Answered:
    """In the answer."""
    return await altered(asked, ask, CHANGE, lambda body: {**body, "role": ""})


async def tokens_are_counted_in_words(asked: Asked, ask: Ask) -> Answered:
    """`token_count` is a text."""
    return await altered(asked, ask, MESSAGE, lambda body: {**body, "token_count": "three"})


MESSAGES_READ: tuple[Case, ...] = (
    Case(messages_come_newest_first, "an-ended-session-keeps-its-history"),
    Case(a_count_is_one_too_many, "to-delete-a-user-leaves-the-others"),
    Case(all_messages_are_those_of_the_page, "pages-of-messages-neither-repeat-nor-lose"),
    Case(the_rows_of_messages_are_all_of_them, "pages-of-messages-neither-repeat-nor-lose"),
    Case(the_limit_of_messages_is_ignored, "pages-of-messages-neither-repeat-nor-lose"),
    Case(the_cursor_of_messages_is_ignored, "pages-of-messages-neither-repeat-nor-lose"),
    Case(messages_end_at_a_hundred, "without-a-limit-all-messages-are-listed"),
    Case(a_page_past_the_end_is_404, "pages-of-messages-neither-repeat-nor-lose"),
    Case(a_field_has_another_name, "messages-are-read-as-they-were-written"),
    Case(listed_messages_have_no_metadata, "messages-are-read-as-they-were-written"),
    Case(remembered_messages_have_no_metadata, "a-message-is-the-same-in-every-answer"),
    Case(a_read_message_has_no_role, "a-message-is-found-by-its-uuid"),
    Case(a_message_is_read_from_any_session, "a-message-is-one-of-its-session-only"),
    Case(an_unknown_message_is_400, "an-unknown-message-is-404"),
    Case(metadata_of_a_message_is_replaced, "metadata-of-a-message-is-merged"),
    Case(an_update_of_a_message_is_not_kept, "metadata-of-a-message-is-merged"),
    Case(an_update_of_a_message_leaves_updated_at, "an-update-of-a-message-tells-its-time"),
    Case(an_update_of_a_message_loses_its_role, "metadata-of-a-message-is-merged"),
    Case(tokens_are_counted_in_words, "fields-of-a-message-are-of-their-types"),
)
