"""Mutants of memory: how messages are added, and what is remembered of them."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import (
    backwards,
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
from tests.mutants.zep.parts import bad_request

ADD = "POST /sessions/*/memory"
MEMORY = "GET /sessions/*/memory"
MESSAGES = "GET /sessions/*/messages"

an_ended_session_takes_memory = response_to(
    ADD, Response(200, {}), when=409, caught_by="an-ended-session-refuses-memory"
)
memory_for_an_ended_session_is_404 = renumbered(
    ADD, 409, 404, caught_by="an-ended-session-refuses-memory"
)


@handler_of(ADD, caught_by="a-request-holds-thirty-messages")
async def thirty_one_messages_are_taken(request: Request, app: App) -> Response:
    messages = request.body["messages"]
    if len(messages) > 30:
        await app(request.with_fields(messages=messages[:30]))
        return await app(request.with_fields(messages=messages[30:]))
    return await app(request)


def _each_text(change: Any) -> Any:
    """A change of the text of each message of a request."""
    return within(
        "messages", lambda messages: [m | {"content": change(m["content"])} for m in messages]
    )


an_endless_message_is_cut = request_to(
    ADD, _each_text(lambda text: text[:2500]), caught_by="a-message-holds-2500-characters"
)
the_uuid_of_a_message_is_not_the_clients = request_to(
    ADD, within("messages", without("uuid")), caught_by="a-message-may-bring-its-uuid"
)
metadata_of_new_messages_is_lost = request_to(
    ADD, within("messages", without("metadata")), caught_by="messages-are-read-as-they-were-written"
)
the_role_of_a_message_is_lost = request_to(
    ADD, within("messages", without("role")), caught_by="messages-are-read-as-they-were-written"
)


@request_to(ADD, caught_by="a-message-needs-a-role-type")
def every_message_is_of_a_user(request: Request) -> Request:
    messages = [
        m if m["role_type"] in ("user", "assistant") else m | {"role_type": "user"}
        for m in request.body["messages"]
    ]
    return request.with_fields(messages=messages)


what_was_said_is_trimmed = request_to(
    ADD, _each_text(str.strip), caught_by="words-are-kept-to-the-letter"
)
what_was_said_is_ascii = request_to(
    ADD,
    _each_text(lambda text: text.encode("ascii", "replace").decode()),
    caught_by="messages-are-read-as-they-were-written",
)


@handler_of(ADD, caught_by="memory-needs-messages")
async def no_messages_are_refused(request: Request, app: App) -> Response:
    empty = request.body.get("messages") == []
    return bad_request("messages cannot be empty") if empty else await app(request)


messages_are_kept_in_reverse = request_to(
    ADD, within("messages", backwards), caught_by="an-ended-session-keeps-its-history"
)


@handler_of(ADD, caught_by="a-request-holds-thirty-messages")
async def messages_are_kept_up_to_the_bad_one(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 400:
        for message in request.body["messages"]:
            await app(request._replace(body={"messages": [message]}))
    return response


@handler_of(ADD, caught_by="no-message-is-lost")
async def one_message_in_ten_is_lost(request: Request, app: App) -> Response:
    kept = []
    for message in request.body["messages"]:
        app.counts["added"] += 1
        kept += [message] if app.counts["added"] % 10 else []
    return await app(request.with_fields(messages=kept))


@handler_of((ADD, MEMORY, MESSAGES), caught_by="an-ended-session-refuses-memory")
async def new_messages_replace_the_old(request: Request, app: App) -> Response:
    session_id = request.path.split("/")[-2]
    if request.method == "POST":
        earlier = await app.get(request.path.replace("/memory", "/messages"))
        app.memory[session_id] = len((earlier.body or {}).get("messages", ()))
        return await app(request)
    response = await app(request)
    if response.status != 200:
        return response
    return response.with_fields(messages=response.body["messages"][app.memory.get(session_id, 0) :])


the_first_of_many_messages_is_lost = request_to(
    ADD,
    within("messages", lambda messages: messages[1:] or messages),
    caught_by="an-ended-session-keeps-its-history",
)
added_memory_is_201 = renumbered(ADD, 200, 201, caught_by="a-user-takes-its-sessions-along")
context_is_never_answered = request_to(
    ADD, without("return_context"), caught_by="context-comes-if-asked"
)
context_is_always_answered = request_to(
    ADD, fields(return_context=True), caught_by="no-context-that-nobody-asked-for"
)
memory_has_no_context = response_to(
    MEMORY, without("context"), caught_by="memory-comes-with-a-context"
)
memory_has_no_relevant_facts = response_to(
    MEMORY, fields(relevant_facts=[]), caught_by="memory-is-of-the-user"
)


@request_to(ADD, caught_by="ignored-roles-are-still-said")
def ignored_roles_are_not_kept(request: Request) -> Request:
    ignored = request.body.get("ignore_roles") or ()
    messages = [m for m in request.body["messages"] if m["role_type"] not in ignored]
    return request.with_fields(messages=messages) if ignored else request


roles_are_not_ignored = request_to(
    ADD, without("ignore_roles"), caught_by="a-fact-is-the-same-in-every-answer"
)
memory_comes_newest_first = response_to(
    MEMORY, within("messages", backwards), caught_by="an-ended-session-keeps-its-history"
)
memory_holds_all_messages = request_to(
    MEMORY, query(lastn="1000"), caught_by="memory-holds-six-messages-by-default"
)


@handler_of(MEMORY, caught_by="memory-holds-as-many-messages-as-asked")
async def memory_holds_the_first_messages(request: Request, app: App) -> Response:
    lastn = request.parameters.get("lastn", "")
    if not (lastn.isdigit() and int(lastn)):
        return await app(request)
    whole = await app(request.with_query(lastn="1000"))
    return whole.with_fields(messages=whole.body["messages"][: int(lastn)])


@request_to(MEMORY, caught_by="memory-holds-as-many-messages-as-asked")
def memory_holds_one_message_more(request: Request) -> Request:
    lastn = request.parameters.get("lastn", "")
    limited = lastn.isdigit() and int(lastn)
    return request.with_query(lastn=str(int(lastn) + 1)) if limited else request


memory_of_an_unknown_session_is_empty = response_to(
    MEMORY,
    Response(200, {"messages": [], "relevant_facts": [], "context": ""}),
    when=404,
    caught_by="a-user-takes-its-sessions-along",
)
memory_of_an_unknown_session_makes_one = response_to(
    ADD, Response(200, {}), when=404, caught_by="memory-that-is-taken-is-there"
)


@request_to(ADD, caught_by="to-delete-a-user-leaves-the-others")
def a_message_is_kept_twice(request: Request) -> Request:
    messages = request.body["messages"]
    twice = [*messages, without("uuid")(messages[-1])]
    return request.with_fields(messages=twice[:30])


@handler_of(
    (ADD, "GET|PATCH /sessions/*", "POST /sessions/*/end"),
    caught_by="new-memory-updates-its-session",
)
async def messages_do_not_touch_their_session(request: Request, app: App) -> Response:
    if request.matches(ADD):
        session = await app.get(request.parent)
        if session.ok:
            app.memory.setdefault(request.parent, session.body["updated_at"])
    elif request.method != "GET":
        app.memory.pop(request.path.removesuffix("/end"), None)
    response = await app(request)
    if request.method == "GET" and response.ok and request.path in app.memory:
        return response.with_fields(updated_at=app.memory[request.path])
    return response


@handler_of(ADD, caught_by="a-message-needs-a-role-type")
async def an_unknown_kind_of_role_is_taken(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 400 and "role_type" in str(response.body):
        return await app(within("messages", fields(role_type="user"))(request))
    return response
