"""What a careless author of a Zep server gets wrong: all breakages, with the rules that tell."""

from __future__ import annotations

from breaking import Answered, Ask, Asked, Case

API = "/api/v2"


async def an_ended_session_takes_memory(asked: Asked, ask: Ask) -> Answered:
    """It says so, at least."""
    answer = await ask(asked)
    return Answered(200, {}) if answer.status == 409 and asked.path.endswith("/memory") else answer


async def a_bulk_end_ends_what_it_finds(asked: Asked, ask: Ask) -> Answered:
    """And then answers that not all were found."""
    answer = await ask(asked)
    if asked.path.endswith("/sessions/end") and answer.status == 404:
        for session_id in asked.body["session_ids"]:
            await ask(Asked("POST", f"{API}/sessions/{session_id}/end", {}))
    return answer


async def an_end_forgets_what_was_said(asked: Asked, ask: Ask) -> Answered:
    """The session is begun anew, and ended."""
    if asked.path.endswith("/end") and not asked.path.endswith("/sessions/end"):
        session = asked.path.removesuffix("/end")
        known = await ask(Asked("GET", session, None))
        if known.status == 200:
            await ask(Asked("DELETE", f"{session}/memory", None))
            await ask(Asked("POST", f"{API}/sessions", known.body))
    return await ask(asked)


async def messages_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In the list."""
    answer = await ask(asked)
    if asked.path.endswith("/messages") and answer.status == 200:
        return answer.saying(messages=answer.body["messages"][::-1])
    return answer


async def a_count_is_one_too_many(asked: Asked, ask: Ask) -> Answered:
    """That of all messages."""
    answer = await ask(asked)
    if asked.path.endswith("/messages") and answer.status == 200:
        return answer.saying(total_count=answer.body["total_count"] + 1)
    return answer


async def metadata_is_replaced(asked: Asked, ask: Ask) -> Answered:
    """In the answers to updates of sessions."""
    answer = await ask(asked)
    if asked.method == "PATCH" and "/sessions/" in asked.path and answer.status == 200:
        return answer.saying(metadata=asked.body["metadata"])
    return answer


async def a_delete_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """To a user."""
    if asked.method == "DELETE" and "/users/" in asked.path:
        return Answered(200, {"message": "OK"})
    return await ask(asked)


async def what_is_unknown_is_gone(asked: Asked, ask: Ask) -> Answered:
    """410, where the session was never there."""
    answer = await ask(asked)
    return answer._replace(status=410) if answer.status == 404 else answer


async def errors_are_plain_text(asked: Asked, ask: Ask) -> Answered:
    """Their message, and no more."""
    answer = await ask(asked)
    return answer if answer.status < 400 else Answered(answer.status, answer.body["message"])


async def an_update_makes_a_new_creation(asked: Asked, ask: Ask) -> Answered:
    """Of a user."""
    answer = await ask(asked)
    if asked.method == "PATCH" and "/users/" in asked.path and answer.status == 200:
        return answer.saying(created_at=answer.body["updated_at"])
    return answer


async def a_field_has_another_name(asked: Asked, ask: Ask) -> Answered:
    """`role_type` of messages."""
    answer = await ask(asked)
    if not asked.path.endswith("/messages") or answer.status != 200:
        return answer
    messages = [{**m, "roleType": m["role_type"]} for m in answer.body["messages"]]
    for message in messages:
        del message["role_type"]
    return answer.saying(messages=messages)


async def users_share_their_sessions(asked: Asked, ask: Ask) -> Answered:
    """Whoever asks."""
    if asked.path.endswith("/sessions") and "/users/" in asked.path:
        return await ask(Asked("GET", f"{API}/sessions", None))
    return await ask(asked)


async def every_page_is_the_first(asked: Asked, ask: Ask) -> Answered:
    """Of groups: the query is not read."""
    answer = await ask(asked)
    if asked.path.endswith("/groups-ordered"):
        return answer.saying(groups=answer.body["groups"][:1], row_count=1)
    return answer


BREAKAGES: tuple[Case, ...] = (
    Case(an_ended_session_takes_memory, "an-ended-session-refuses-memory"),
    Case(a_bulk_end_ends_what_it_finds, "a-bulk-end-is-all-or-nothing"),
    Case(an_end_forgets_what_was_said, "an-ended-session-keeps-its-history"),
    Case(messages_come_newest_first, "messages-keep-their-order"),
    Case(a_count_is_one_too_many, "a-silent-session-has-no-messages"),
    Case(metadata_is_replaced, "metadata-of-a-session-is-merged"),
    Case(a_delete_does_nothing, "a-deleted-user-is-gone"),
    Case(what_is_unknown_is_gone, "no-unknown-session-to-read"),
    Case(errors_are_plain_text, "a-taken-user-id-is-400"),
    Case(an_update_makes_a_new_creation, "updates-tell-their-time"),
    Case(a_field_has_another_name, "every-role-type-is-kept"),
    Case(users_share_their_sessions, "sessions-of-a-user-are-its-own"),
    Case(every_page_is_the_first, "pages-of-groups-neither-repeat-nor-lose"),
)
