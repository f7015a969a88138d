"""Mutants of messages in channels, and of messages that come from elsewhere."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import (
    CHANNEL_MESSAGES,
    CHANNELS,
    DONE,
    EMPTY,
    SOMEBODY,
    error,
    items_of,
    success,
)
from tests.mutants.language import (
    default_query,
    defaults,
    fields,
    handler_of,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response

SEND = f"POST {CHANNEL_MESSAGES}"
LIST = f"GET {CHANNEL_MESSAGES}"
DELETE = f"DELETE {CHANNEL_MESSAGES}/!(all)"
SUBMIT = "POST /api/messaging/{submit,action}"
INGEST = "POST /api/messaging/ingest-external"
COMPLETE = "POST /api/messaging/complete"


@response_to(LIST, caught_by="history-outlives-its-session")
def a_channel_is_read_oldest_first(body: Any) -> Any:
    items_of(body, "messages").reverse()
    return body


@response_to(LIST, caught_by="history-outlives-its-session")
def a_channel_is_always_silent(body: Any) -> Any:
    items_of(body, "messages").clear()
    return body


a_limit_of_a_channel_is_ignored = request_to(
    LIST, query(limit=None), caught_by="what-is-said-in-a-channel-is-kept"
)
before_is_ignored_in_a_channel = request_to(
    LIST, query(before=None), caught_by="what-is-said-in-a-channel-is-kept"
)
a_channel_is_read_by_tens = request_to(
    LIST, default_query(limit="10"), caught_by="page-holds-fifty-messages-unless-asked"
)
a_channel_is_read_as_a_whole = request_to(
    LIST, default_query(limit="1000"), caught_by="page-holds-fifty-messages-unless-asked"
)


@handler_of(LIST, caught_by="what-is-said-in-a-channel-is-kept")
async def channels_share_what_is_said(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        messages = items_of(response.body, "messages")
        app.memory.update({message["id"]: message for message in messages})
        known = {message["id"] for message in messages}
        messages += [m for m in app.memory.values() if m["id"] not in known]
    return response


@handler_of(SEND, caught_by="what-is-said-in-a-channel-is-kept")
async def what_is_said_is_not_kept(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 201:
        message = response.body.get("userMessage") or response.body["data"].get("message")
        await app.delete(f"{request.path}/{message['id']}")
    return response


what_is_said_is_answered_with_200 = renumbered(
    SEND, 201, 200, caught_by="what-is-said-in-a-channel-is-kept"
)
what_is_said_is_not_told_again = response_to(
    SEND, {"success": True}, caught_by="what-is-said-in-a-channel-is-kept"
)
metadata_of_what_is_said_is_lost = request_to(
    SEND, without("metadata"), caught_by="what-is-said-in-a-channel-is-kept"
)
what_is_answered_to_is_lost = request_to(
    SEND, without("in_reply_to_message_id"), caught_by="what-is-said-in-a-channel-is-kept"
)
where_it_was_said_is_lost = request_to(
    SEND, without("source_type", "raw_message"), caught_by="what-is-said-in-a-channel-is-kept"
)


@request_to(SEND, caught_by="messages-of-a-channel-need-author-and-words")
def nothing_may_be_said(request: Request) -> Request:
    return request if request.body.get("content") else request.with_fields(content=" ")


nobody_may_speak = request_to(
    SEND, defaults(author_id=SOMEBODY), caught_by="messages-of-a-channel-need-author-and-words"
)
a_message_refused_with_another_code = response_to(
    SEND,
    error(422, "VALIDATION_ERROR", "Missing required fields"),
    when=400,
    caught_by="messages-of-a-channel-need-author-and-words",
)


@handler_of(DELETE, caught_by="deleted-message-is-gone-alone")
async def a_deletion_of_a_message_does_nothing(request: Request, app: App) -> Response:
    messages = await app.get(request.parent)
    if request.last_part not in str(messages.body):
        return await app(request)
    return DONE if "central" in request.path else EMPTY


@handler_of(DELETE, caught_by="deleted-message-is-gone-alone")
async def a_deletion_of_one_deletes_all(request: Request, app: App) -> Response:
    response = await app(request)
    if response.ok:
        await app.delete(request.parent)
    return response


deleting_no_message_succeeds = response_to(
    DELETE, DONE, when=404, caught_by="what-is-said-in-a-channel-is-kept"
)


@handler_of(f"DELETE {CHANNEL_MESSAGES}", caught_by="cleared-channel-is-empty")
async def clearing_a_channel_does_nothing(request: Request, app: App) -> Response:
    messages = await app.get(request.path)
    if not messages.ok:
        return await app(request)
    count = len(items_of(messages.body, "messages"))
    cleared = Response(200, {"success": True, "deleted": count})
    return cleared if "central" in request.path else EMPTY


the_number_of_the_deleted_is_wrong = response_to(
    f"DELETE {CHANNEL_MESSAGES}{{,/all}}",
    within("deleted", lambda count: max(count - 1, 0)),
    caught_by="clearing-counts-what-it-clears",
)


@handler_of(f"DELETE {CHANNEL_MESSAGES}/all", caught_by="clearing-counts-what-it-clears")
async def clearing_one_user_clears_all(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        await app.delete(request.parent)
    return response


a_submission_is_200 = renumbered(SUBMIT, 201, 200, caught_by="submitted-messages-are-kept")
metadata_of_a_submission_is_lost = request_to(
    SUBMIT, without("metadata"), caught_by="submitted-messages-are-kept"
)
a_submission_answers_nothing = request_to(
    SUBMIT, without("in_reply_to_message_id"), caught_by="submitted-messages-are-kept"
)
a_submission_needs_no_text = request_to(
    SUBMIT, defaults(content="Nothing"), caught_by="messages-of-a-channel-need-author-and-words"
)


@handler_of(SUBMIT, caught_by="submitted-messages-are-kept")
async def a_submission_is_not_kept(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 201:
        messages = f"/api/messaging/channels/{request.body['channel_id']}/messages"
        await app.delete(f"{messages}/{response.body['data']['id']}")
    return response


an_action_stays_as_it_is = request_to(
    "PATCH /api/messaging/action/*",
    lambda r: r._replace(body={"source_type": "x"}),
    caught_by="submitted-messages-are-kept",
)
anything_is_ingested = response_to(
    INGEST, DONE, when=400, caught_by="messages-of-a-channel-need-author-and-words"
)


@handler_of(INGEST, caught_by="messages-of-a-channel-need-author-and-words")
async def ingested_and_forgotten(request: Request, app: App) -> Response:
    return DONE


a_completion_says_nothing = response_to(
    COMPLETE, fields(data={}), caught_by="completion-has-an-answer"
)
a_completion_of_nothing = response_to(
    COMPLETE,
    success({"response": "Yes?"}),
    when=400,
    caught_by="messages-of-a-channel-need-author-and-words",
)


@response_to(LIST, caught_by="what-is-said-in-a-channel-is-kept")
def times_of_a_channel_are_texts(body: Any) -> Any:
    for message in items_of(body, "messages"):
        message["createdAt"] = message["created_at"] = "yesterday"
    return body


@response_to(LIST, caught_by="history-outlives-its-session")
def what_was_said_has_no_author(body: Any) -> Any:
    for message in items_of(body, "messages"):
        message.pop("userId", None)
        message.pop("authorId", None)
    return body


@handler_of(f"GET|DELETE {CHANNELS}/*{{,/messages}}", caught_by="what-is-said-in-a-channel-is-kept")
async def a_deleted_channel_can_be_read(request: Request, app: App) -> Response:
    if request.method == "DELETE" and not request.path.endswith("/messages"):
        messages = f"{request.path}/messages"
        app.memory[messages] = await app.get(messages)
    response = await app(request)
    return app.memory.get(request.path, response) if request.method == "GET" else response
