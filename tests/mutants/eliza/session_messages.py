"""Mutants of the messages of a session: how they are sent and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mutants.eliza.parts import MESSAGES, is_object
from tests.mutants.eliza.timeouts import sent_message
from tests.mutants.language import (
    backwards,
    default_query,
    fields,
    handler_of,
    query,
    renamed,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import SHAPE, App, Request, Response

SEND = f"POST {MESSAGES}"
LIST = f"GET {MESSAGES}"
BOTH = f"POST|GET {MESSAGES}"


@handler_of(SEND, caught_by="history-outlives-its-session")
async def a_message_is_not_kept(request: Request, app: App) -> Response:
    """Keep the first message only; the others get its response."""
    first: Response | None = app.memory.get(request.path)
    if first is not None:
        return first
    response = await app(request)
    if response.status == 201:
        app.memory[request.path] = response
    return response


@handler_of(BOTH, caught_by="page-holds-fifty-messages-unless-asked")
async def one_message_in_ten_is_lost(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method == "POST" and response.status == 201:
        app.counts["sent"] += 1
        if app.counts["sent"] % 10 == 0:
            message = response.body.get("userMessage", response.body)
            app.memory[message["id"]] = message
    elif response.status == 200:
        kept = [m for m in response.body["messages"] if m["id"] not in app.memory]
        return response.with_fields(messages=kept)
    return response


history_is_oldest_first = response_to(
    LIST, within("messages", backwards), caught_by="messages-have-ids-of-their-own-for-good"
)
history_is_sorted_by_text = response_to(
    LIST,
    within("messages", lambda messages: sorted(messages, key=lambda m: m["content"])),
    caught_by="history-is-newest-first",
)
a_limit_is_ignored = request_to(LIST, query(limit=None), caught_by="limit-bounds-the-page")
before_is_ignored = request_to(LIST, query(before=None), caught_by="limit-bounds-the-page")
after_is_ignored = request_to(LIST, query(after=None), caught_by="after-shows-only-what-followed")


@request_to(LIST, caught_by="limit-bounds-the-page")
def before_is_inclusive(request: Request) -> Request:
    before = request.parameters.get("before", "")
    return request.with_query(before=str(int(before) + 1)) if before.isdigit() else request


@request_to(LIST, caught_by="after-shows-only-what-followed")
def after_is_inclusive(request: Request) -> Request:
    after = request.parameters.get("after", "")
    return request.with_query(after=str(int(after) - 1)) if after.isdigit() else request


a_page_is_twenty = request_to(
    LIST, default_query(limit="20"), caught_by="page-holds-fifty-messages-unless-asked"
)
a_page_has_no_default = request_to(
    LIST, default_query(limit="100"), caught_by="page-holds-fifty-messages-unless-asked"
)
there_is_never_more = response_to(LIST, fields(hasMore=False), caught_by="limit-bounds-the-page")
there_is_always_more = response_to(
    LIST, fields(hasMore=True), caught_by="sent-message-is-in-the-history"
)
cursors_are_left_out = response_to(LIST, without("cursors"), caught_by="limit-bounds-the-page")
cursors_are_swapped = response_to(
    LIST,
    within("cursors", renamed(before="after", after="before")),
    caught_by="paging-back-neither-repeats-nor-loses",
)
cursors_are_texts = response_to(
    LIST,
    lambda b: b | {"cursors": {name: str(v) for name, v in b.get("cursors", {}).items()}},
    caught_by=SHAPE,
)
history_is_called_data = response_to(
    LIST,
    lambda b: {"data": b["messages"], "hasMore": b["hasMore"]},
    caught_by="sent-message-is-in-the-history",
)
a_message_has_text = response_to(
    LIST, within("messages", renamed(content="text")), caught_by="sent-message-is-in-the-history"
)
everyone_is_an_agent = response_to(
    LIST, within("messages", fields(isAgent=True)), caught_by="sent-message-is-in-the-history"
)
nobody_is_an_agent = response_to(
    LIST, within("messages", fields(isAgent=False)), caught_by="replies-are-told-from-messages"
)
metadata_of_a_message_is_lost = request_to(
    SEND, without("metadata"), caught_by="message-metadata-comes-back"
)
metadata_of_a_message_is_not_read_again = response_to(
    LIST, within("messages", fields(metadata={})), caught_by="message-metadata-comes-back"
)
a_message_sent_is_200 = renumbered(SEND, 201, 200, caught_by="history-outlives-its-session")
a_message_without_the_sessions_state = response_to(
    SEND, without("sessionStatus"), caught_by="sent-message-tells-of-its-session"
)


def _text(change: Callable[[str], str]) -> Callable[[Request], Request]:
    """A change of the text of a message that is sent."""

    def changed(request: Request) -> Request:
        if not is_object(request) or not isinstance(request.body.get("content"), str):
            return request
        return request.with_fields(content=change(request.body["content"]))

    return changed


a_message_may_be_endless = request_to(
    SEND, _text(lambda text: text[:4000]), caught_by="longest-message-has-four-thousand-characters"
)
a_message_may_be_empty = request_to(
    SEND, _text(lambda text: text or " "), caught_by="empty-message-is-refused"
)
a_message_is_trimmed = request_to(
    SEND, _text(lambda text: text.strip() or text), caught_by="message-text-comes-back-exactly"
)
a_message_is_ascii = request_to(
    SEND,
    _text(lambda text: text.encode("ascii", "replace").decode()),
    caught_by="message-text-comes-back-exactly",
)
a_message_is_cut_at_a_thousand = request_to(
    SEND,
    _text(lambda text: text[:1000] if len(text) <= 4000 else text),
    caught_by="longest-message-has-four-thousand-characters",
)


@request_to(SEND, caught_by="message-content-is-text")
def a_number_is_a_message(request: Request) -> Request:
    content = request.body.get("content") if is_object(request) else None
    if content is None or isinstance(content, str):
        return request
    return request.with_fields(content=str(content))


an_unknown_session_has_an_empty_history = response_to(
    LIST,
    Response(200, {"messages": [], "hasMore": False}),
    when=404,
    caught_by="unknown-session-has-no-history",
)


@handler_of(SEND, caught_by="unknown-session-takes-no-messages")
async def any_session_takes_messages(request: Request, app: App) -> Response:
    response = await app(request)
    return sent_message(request.body["content"]) if response.status == 404 else response


@request_to(LIST, caught_by="before-must-be-a-moment")
def a_cursor_that_is_no_time_is_ignored(request: Request) -> Request:
    wrong = [
        name
        for name, value in request.parameters.items()
        if name != "limit" and not value.lstrip("-").isdigit()
    ]
    return request.with_query(**dict.fromkeys(wrong))


@response_to(LIST, caught_by="what-is-said-in-a-channel-is-kept")
def messages_have_one_author(body: Any) -> Any:
    author = body["messages"][0]["authorId"]
    return within("messages", fields(authorId=author))(body)


@response_to(LIST, caught_by="messages-have-ids-of-their-own-for-good")
def ids_are_made_anew(body: Any) -> Any:
    for number, message in enumerate(body["messages"]):
        message["id"] = f"{number:08}-0000-4000-8000-000000000000"
    return body


times_of_messages_are_numbers = response_to(
    LIST,
    within("messages", fields(createdAt=1767225600000)),
    caught_by="sent-message-is-in-the-history",
)


@handler_of(BOTH, caught_by="messages-of-one-user-stay-hidden-from-another")
async def histories_are_mixed(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method != "GET" or response.status != 200:
        return response
    app.memory.update({message["id"]: message for message in response.body["messages"]})
    if request.query:
        return response
    newest = sorted(app.memory.values(), key=lambda m: str(m["createdAt"]), reverse=True)
    return response.with_fields(messages=newest)
