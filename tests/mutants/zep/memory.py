"""What a careless author gets wrong about what is told to a memory."""

from __future__ import annotations

from typing import Any

from tests.mutants.mutated_app import (
    Answered,
    Ask,
    Asked,
    Case,
    altered,
    bare,
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


def told(asked: Asked, change: Any) -> Asked:
    """New messages, each of them changed."""
    messages = [change(message) for message in asked.body["messages"]]
    return asked._replace(body={**asked.body, "messages": messages})


async def an_ended_session_takes_memory(asked: Asked, ask: Ask) -> Answered:
    """It says so, at least."""
    answer = await ask(asked)
    return Answered(200, {}) if answer.status == 409 and is_for(asked, ADD) else answer


async def memory_for_an_ended_session_is_404(asked: Asked, ask: Ask) -> Answered:
    """Not 409."""
    return await renumbered(asked, ask, ADD, s409=404)


async def thirty_one_messages_are_taken(asked: Asked, ask: Ask) -> Answered:
    """In two goes."""
    if is_for(asked, ADD) and len(asked.body["messages"]) > 30:
        for part in (asked.body["messages"][:30], asked.body["messages"][30:]):
            answer = await ask(asked._replace(body={**asked.body, "messages": part}))
        return answer
    return await ask(asked)


async def an_endless_message_is_cut(asked: Asked, ask: Ask) -> Answered:
    """At 2500 characters, rather than refused."""
    if is_for(asked, ADD):
        cut = told(asked, lambda m: {**m, "content": m["content"][:2500]})
        return await ask(cut)
    return await ask(asked)


async def the_uuid_of_a_message_is_not_the_clients(asked: Asked, ask: Ask) -> Answered:
    """It has another one."""
    return await ask(told(asked, lambda m: without(m, "uuid")) if is_for(asked, ADD) else asked)


async def metadata_of_new_messages_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps it."""
    return await ask(told(asked, lambda m: without(m, "metadata")) if is_for(asked, ADD) else asked)


async def the_role_of_a_message_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Its type alone is kept."""
    return await ask(told(asked, lambda m: without(m, "role")) if is_for(asked, ADD) else asked)


async def every_message_is_of_a_user(asked: Asked, ask: Ask) -> Answered:
    """Or of an assistant."""
    if is_for(asked, ADD):
        known = ("user", "assistant")

        def one_of(message: Any) -> Any:
            kind = message["role_type"]
            return {**message, "role_type": kind if kind in known else "user"}

        return await ask(told(asked, one_of))
    return await ask(asked)


async def what_was_said_is_trimmed(asked: Asked, ask: Ask) -> Answered:
    """Of white space at both ends."""
    if is_for(asked, ADD):
        return await ask(told(asked, lambda m: {**m, "content": m["content"].strip()}))
    return await ask(asked)


async def what_was_said_is_ascii(asked: Asked, ask: Ask) -> Answered:
    """Other letters are question marks."""
    if is_for(asked, ADD):
        return await ask(
            told(
                asked, lambda m: {**m, "content": m["content"].encode("ascii", "replace").decode()}
            )
        )
    return await ask(asked)


async def no_messages_are_refused(asked: Asked, ask: Ask) -> Answered:
    """400 for an empty list."""
    if is_for(asked, ADD) and asked.body.get("messages") == []:
        return Answered(400, {"message": "bad request: messages cannot be empty"})
    return await ask(asked)


async def messages_are_kept_in_reverse(asked: Asked, ask: Ask) -> Answered:
    """Those of one request."""
    if is_for(asked, ADD):
        return await ask(
            asked._replace(body={**asked.body, "messages": asked.body["messages"][::-1]})
        )
    return await ask(asked)


async def messages_are_kept_up_to_the_bad_one(asked: Asked, ask: Ask) -> Answered:
    """A refusal is not for all of them."""
    answer = await ask(asked)
    if is_for(asked, ADD) and answer.status == 400:
        for message in asked.body["messages"]:
            await ask(asked._replace(body={"messages": [message]}))
    return answer


async def one_message_in_ten_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody is told."""
    if is_for(asked, ADD):
        kept = []
        for message in asked.body["messages"]:
            ask.times["said"] += 1
            kept += [message] if ask.times["said"] % 10 else []
        return await ask(asked._replace(body={**asked.body, "messages": kept}))
    return await ask(asked)


async def new_messages_replace_the_old(asked: Asked, ask: Ask) -> Answered:
    """A session remembers the last request alone."""
    if is_for(asked, ADD):
        before = await ask(Asked("GET", asked.path.replace("/memory", "/messages")))
        ask.memory[asked.path.split("/")[-2]] = len((before.body or {}).get("messages", ()))
    answer = await ask(asked)
    if answer.status == 200 and is_for(asked, MEMORY, MESSAGES):
        gone = ask.memory.get(asked.path.split("/")[-2], 0)
        return answer.saying(messages=answer.body["messages"][gone:])
    return answer


async def the_first_of_many_messages_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Of more than one."""
    if is_for(asked, ADD) and len(asked.body["messages"]) > 1:
        return await ask(
            asked._replace(body={**asked.body, "messages": asked.body["messages"][1:]})
        )
    return await ask(asked)


async def added_memory_is_201(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    return await renumbered(asked, ask, ADD, s200=201)


async def context_is_never_answered(asked: Asked, ask: Ask) -> Answered:
    """Though it was asked for."""
    return await ask(bare(asked, "return_context") if is_for(asked, ADD) else asked)


async def context_is_always_answered(asked: Asked, ask: Ask) -> Answered:
    """Though it was not asked for."""
    if is_for(asked, ADD):
        return await ask(asked._replace(body={**asked.body, "return_context": True}))
    return await ask(asked)


async def memory_has_no_context(asked: Asked, ask: Ask) -> Answered:
    """It is left out."""
    return await altered(asked, ask, MEMORY, lambda body: without(body, "context"))


async def memory_has_no_relevant_facts(asked: Asked, ask: Ask) -> Answered:
    """None are relevant."""
    return await altered(asked, ask, MEMORY, lambda body: {**body, "relevant_facts": []})


async def ignored_roles_are_not_kept(asked: Asked, ask: Ask) -> Answered:
    """Their messages are not in the session."""
    if is_for(asked, ADD) and asked.body.get("ignore_roles"):
        ignored = asked.body["ignore_roles"]
        kept = [m for m in asked.body["messages"] if m["role_type"] not in ignored]
        return await ask(asked._replace(body={**asked.body, "messages": kept}))
    return await ask(asked)


async def roles_are_not_ignored(asked: Asked, ask: Ask) -> Answered:
    """Their messages are learned from."""
    return await ask(bare(asked, "ignore_roles") if is_for(asked, ADD) else asked)


async def memory_comes_newest_first(asked: Asked, ask: Ask) -> Answered:
    """Its messages."""
    return await altered(asked, ask, MEMORY, lambda b: {**b, "messages": b["messages"][::-1]})


async def memory_holds_all_messages(asked: Asked, ask: Ask) -> Answered:
    """`lastn` is not read."""
    return await ask(queried(asked, lastn="1000") if is_for(asked, MEMORY) else asked)


async def memory_holds_the_first_messages(asked: Asked, ask: Ask) -> Answered:
    """Not the last."""
    lastn = query(asked, "lastn")
    if is_for(asked, MEMORY) and lastn.isdigit() and int(lastn):
        whole = await ask(queried(asked, lastn="1000"))
        return whole.saying(messages=whole.body["messages"][: int(lastn)])
    return await ask(asked)


async def memory_holds_one_message_more(asked: Asked, ask: Ask) -> Answered:
    """Than was asked for."""
    lastn = query(asked, "lastn")
    if is_for(asked, MEMORY) and lastn.isdigit() and int(lastn):
        return await ask(queried(asked, lastn=str(int(lastn) + 1)))
    return await ask(asked)


async def memory_of_an_unknown_session_is_empty(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    answer = await ask(asked)
    if is_for(asked, MEMORY) and answer.status == 404:
        return Answered(200, {"messages": [], "relevant_facts": [], "context": ""})
    return answer


async def memory_of_an_unknown_session_makes_one(asked: Asked, ask: Ask) -> Answered:
    """Without a user."""
    answer = await ask(asked)
    return Answered(200, {}) if is_for(asked, ADD) and answer.status == 404 else answer


async def a_message_is_kept_twice(asked: Asked, ask: Ask) -> Answered:
    """The last one of a request."""
    if is_for(asked, ADD) and asked.body["messages"]:
        messages = [*asked.body["messages"], without(asked.body["messages"][-1], "uuid")]
        return await ask(asked._replace(body={**asked.body, "messages": messages[:30]}))
    return await ask(asked)


async def messages_do_not_touch_their_session(asked: Asked, ask: Ask) -> Answered:
    """Its `updated_at` stands still."""
    if is_for(asked, ADD):
        session = asked.path.removesuffix("/memory")
        known = await ask(Asked("GET", session))
        if known.status == 200:
            ask.memory.setdefault(session, known.body["updated_at"])
    if is_for(asked, "PATCH /sessions/*", "POST /sessions/*/end"):
        ask.memory.pop(asked.path.removesuffix("/end"), None)
    return await altered(
        asked,
        ask,
        "GET /sessions/*",
        lambda b: {**b, "updated_at": ask.memory.get(asked.path, b["updated_at"])},
    )


async def an_unknown_kind_of_role_is_taken(asked: Asked, ask: Ask) -> Answered:
    """It counts as a user."""
    answer = await ask(asked)
    if is_for(asked, ADD) and answer.status == 400 and "role_type" in str(answer.body):
        return await ask(told(asked, lambda m: {**m, "role_type": "user"}))
    return answer


MEMORY_ADDED: tuple[Case, ...] = (
    Case(an_ended_session_takes_memory, "an-ended-session-refuses-memory"),
    Case(memory_for_an_ended_session_is_404, "an-ended-session-refuses-memory"),
    Case(thirty_one_messages_are_taken, "a-request-holds-thirty-messages"),
    Case(an_endless_message_is_cut, "a-message-holds-2500-characters"),
    Case(the_uuid_of_a_message_is_not_the_clients, "a-message-may-bring-its-uuid"),
    Case(metadata_of_new_messages_is_lost, "messages-are-read-as-they-were-written"),
    Case(the_role_of_a_message_is_lost, "messages-are-read-as-they-were-written"),
    Case(every_message_is_of_a_user, "a-message-needs-a-role-type"),
    Case(what_was_said_is_trimmed, "words-are-kept-to-the-letter"),
    Case(what_was_said_is_ascii, "messages-are-read-as-they-were-written"),
    Case(no_messages_are_refused, "memory-needs-messages"),
    Case(messages_are_kept_in_reverse, "an-ended-session-keeps-its-history"),
    Case(messages_are_kept_up_to_the_bad_one, "a-request-holds-thirty-messages"),
    Case(one_message_in_ten_is_lost, "no-message-is-lost"),
    Case(new_messages_replace_the_old, "an-ended-session-refuses-memory"),
    Case(the_first_of_many_messages_is_lost, "an-ended-session-keeps-its-history"),
    Case(added_memory_is_201, "a-user-takes-its-sessions-along"),
    Case(context_is_never_answered, "context-comes-if-asked"),
    Case(context_is_always_answered, "no-context-that-nobody-asked-for"),
    Case(memory_has_no_context, "memory-comes-with-a-context"),
    Case(memory_has_no_relevant_facts, "memory-is-of-the-user"),
    Case(ignored_roles_are_not_kept, "ignored-roles-are-still-said"),
    Case(roles_are_not_ignored, "a-fact-is-the-same-in-every-answer"),
    Case(memory_comes_newest_first, "an-ended-session-keeps-its-history"),
    Case(memory_holds_all_messages, "memory-holds-six-messages-by-default"),
    Case(memory_holds_the_first_messages, "memory-holds-as-many-messages-as-asked"),
    Case(memory_holds_one_message_more, "memory-holds-as-many-messages-as-asked"),
    Case(memory_of_an_unknown_session_is_empty, "a-user-takes-its-sessions-along"),
    Case(memory_of_an_unknown_session_makes_one, "memory-that-is-taken-is-there"),
    Case(a_message_is_kept_twice, "to-delete-a-user-leaves-the-others"),
    Case(messages_do_not_touch_their_session, "new-memory-updates-its-session"),
    Case(an_unknown_kind_of_role_is_taken, "a-message-needs-a-role-type"),
)
