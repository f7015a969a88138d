"""What a careless author gets wrong about sessions."""

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
    renumbered,
    without,
)

API = "/api/v2"
LISTED = "GET /sessions-ordered"
END = "POST /sessions/*/end"


async def an_end_is_not_read(asked: Asked, ask: Ask) -> Answered:
    """A session tells no `ended_at` but in the answer to its end."""
    return await altered(asked, ask, "GET /sessions/*", lambda b: {**b, "ended_at": None})


async def an_end_is_not_listed(asked: Asked, ask: Ask) -> Answered:
    """In the list, no session has ended."""

    def opened(body: Any) -> Any:
        return {**body, "sessions": [{**one, "ended_at": None} for one in body["sessions"]]}

    return await altered(asked, ask, LISTED, opened)


async def an_end_only_says_so(asked: Asked, ask: Ask) -> Answered:
    """The session goes on."""
    if is_for(asked, END):
        known = await ask(Asked("GET", asked.path.removesuffix("/end")))
        if known.status == 200:
            return Answered(200, {"session": {**known.body, "ended_at": known.body["updated_at"]}})
    return await ask(asked)


async def an_end_is_not_wrapped(asked: Asked, ask: Ask) -> Answered:
    """The session itself is the answer."""
    return await altered(asked, ask, END, lambda body: body["session"])


async def an_end_forgets_what_was_said(asked: Asked, ask: Ask) -> Answered:
    """The session is begun anew, and ended."""
    if is_for(asked, END):
        session = asked.path.removesuffix("/end")
        known = await ask(Asked("GET", session))
        if known.status == 200:
            await ask(Asked("DELETE", f"{session}/memory"))
            await ask(Asked("POST", f"{API}/sessions", known.body))
    return await ask(asked)


async def an_unknown_session_is_ended(asked: Asked, ask: Ask) -> Answered:
    """It was there for all one knows."""
    answer = await ask(asked)
    if is_for(asked, END) and answer.status == 404:
        return Answered(200, {"session": {"session_id": asked.path.split("/")[-2]}})
    return answer


async def an_end_needs_a_body(asked: Asked, ask: Ask) -> Answered:
    """Without one it is 400."""
    if is_for(asked, END) and asked.body is None:
        return Answered(400, {"message": "bad request: EOF"})
    return await ask(asked)


async def an_end_is_refused_with_an_instruction(asked: Asked, ask: Ask) -> Answered:
    """The field is not known."""
    if is_for(asked, END, "POST /sessions/end") and "instruction" in (asked.body or {}):
        return Answered(400, {"message": "bad request: unknown field instruction"})
    return await ask(asked)


async def a_bulk_end_ends_what_it_finds(asked: Asked, ask: Ask) -> Answered:
    """And then answers that not all were found."""
    answer = await ask(asked)
    if is_for(asked, "POST /sessions/end") and answer.status == 404:
        for session_id in asked.body["session_ids"]:
            await ask(Asked("POST", f"{API}/sessions/{session_id}/end", {}))
    return answer


async def a_bulk_end_skips_the_unknown(asked: Asked, ask: Ask) -> Answered:
    """200, and those that there are."""
    answer = await ask(asked)
    if is_for(asked, "POST /sessions/end") and answer.status == 404:
        ended = []
        for session_id in asked.body["session_ids"]:
            one = await ask(Asked("POST", f"{API}/sessions/{session_id}/end", {}))
            ended += [one.body["session"]] if one.status == 200 else []
        return Answered(200, {"sessions": ended})
    return answer


async def a_bulk_end_ends_the_first(asked: Asked, ask: Ask) -> Answered:
    """The others go on."""
    if is_for(asked, "POST /sessions/end"):
        first = asked.body["session_ids"][:1]
        return await ask(asked._replace(body={**asked.body, "session_ids": first}))
    return await ask(asked)


async def a_bulk_end_answers_a_plain_list(asked: Asked, ask: Ask) -> Answered:
    """Not `sessions`."""
    return await altered(asked, ask, "POST /sessions/end", lambda body: body["sessions"])


async def a_bulk_end_answers_in_reverse(asked: Asked, ask: Ask) -> Answered:
    """Newest first, as lists are."""
    return await altered(
        asked, ask, "POST /sessions/end", lambda b: {"sessions": b["sessions"][::-1]}
    )


async def a_session_makes_its_user(asked: Asked, ask: Ask) -> Answered:
    """Where there is none."""
    answer = await ask(asked)
    if is_for(asked, "POST /sessions") and "user not found" in str(answer.body):
        await ask(Asked("POST", f"{API}/users", {"user_id": asked.body["user_id"]}))
        return await ask(asked)
    return answer


async def a_taken_session_is_answered(asked: Asked, ask: Ask) -> Answered:
    """201, and the session that there is."""
    answer = await ask(asked)
    if is_for(asked, "POST /sessions") and "already" in str(answer.body):
        known = await ask(Asked("GET", f"{API}/sessions/{asked.body['session_id']}"))
        return known._replace(status=201)
    return answer


async def an_added_session_is_200(asked: Asked, ask: Ask) -> Answered:
    """Not 201."""
    return await renumbered(asked, ask, "POST /sessions", s201=200)


async def a_session_does_not_tell_its_user(asked: Asked, ask: Ask) -> Answered:
    """When it is read."""
    return await altered(asked, ask, "GET /sessions/*", lambda b: without(b, "user_id"))


async def a_deleted_session_is_still_there(asked: Asked, ask: Ask) -> Answered:
    """To be read."""
    if is_for(asked, "DELETE /sessions/*/memory"):
        session = asked.path.removesuffix("/memory")
        known = await ask(Asked("GET", session))
        if known.status == 200:
            ask.memory[session] = known.body
    answer = await ask(asked)
    if answer.status == 404 and is_for(asked, "GET /sessions/*") and asked.path in ask.memory:
        return Answered(200, ask.memory[asked.path])
    return answer


async def a_deletion_leaves_an_empty_session(asked: Asked, ask: Ask) -> Answered:
    """Only its messages are gone, as the path says."""
    if is_for(asked, "DELETE /sessions/*/memory"):
        known = await ask(Asked("GET", asked.path.removesuffix("/memory")))
        answer = await ask(asked)
        if known.status == 200:
            await ask(Asked("POST", f"{API}/sessions", known.body))
        return answer
    return await ask(asked)


async def a_deleted_session_takes_its_user_along(asked: Asked, ask: Ask) -> Answered:
    """The cascade goes the wrong way."""
    if is_for(asked, "DELETE /sessions/*/memory"):
        known = await ask(Asked("GET", asked.path.removesuffix("/memory")))
        answer = await ask(asked)
        if known.status == 200:
            await ask(Asked("DELETE", f"{API}/users/{known.body['user_id']}"))
        return answer
    return await ask(asked)


async def an_id_of_a_deleted_session_is_taken(asked: Asked, ask: Ask) -> Answered:
    """For good."""
    if is_for(asked, "DELETE /sessions/*/memory"):
        ask.memory[asked.path.split("/")[-2]] = True
    if is_for(asked, "POST /sessions") and asked.body["session_id"] in ask.memory:
        return Answered(400, {"message": "bad request: session already exists"})
    return await ask(asked)


async def an_update_of_a_session_sets_its_end(asked: Asked, ask: Ask) -> Answered:
    """In the answer, `ended_at` is there."""
    return await altered(
        asked, ask, "PATCH /sessions/*", lambda b: {**b, "ended_at": b["updated_at"]}
    )


async def an_ended_session_is_updated(asked: Asked, ask: Ask) -> Answered:
    """200, and the metadata in the answer."""
    answer = await ask(asked)
    if is_for(asked, "PATCH /sessions/*") and answer.status == 409:
        known = await ask(Asked("GET", asked.path))
        return known.saying(metadata={**(known.body["metadata"] or {}), **asked.body["metadata"]})
    return answer


async def an_update_of_an_ended_session_is_400(asked: Asked, ask: Ask) -> Answered:
    """Not 409."""
    return await renumbered(asked, ask, "PATCH /sessions/*", s409=400)


async def metadata_is_replaced(asked: Asked, ask: Ask) -> Answered:
    """In the answers to updates of sessions."""
    return await altered(
        asked, ask, "PATCH /sessions/*", lambda b: {**b, "metadata": asked.body["metadata"]}
    )


async def an_update_of_a_session_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """It is answered, and gone when the session is read."""
    if is_for(asked, "PATCH /sessions/*") and asked.body.get("metadata"):
        known = await ask(Asked("GET", asked.path))
        if known.status == 200 and not known.body["ended_at"]:
            metadata = {**(known.body.get("metadata") or {}), **asked.body["metadata"]}
            return known.saying(metadata=metadata)
    return await ask(asked)


async def metadata_keeps_what_is_of_the_system(asked: Asked, ask: Ask) -> Answered:
    """`system`, which a client cannot set in sessions."""
    if is_for(asked, "PATCH /sessions/*") and "system" in asked.body.get("metadata", {}):
        ask.memory[asked.path] = asked.body["metadata"]["system"]
    return await altered(
        asked,
        ask,
        ("GET /sessions/*", "PATCH /sessions/*"),
        lambda b: {**b, "metadata": {**(b["metadata"] or {}), "system": ask.memory[asked.path]}},
    )


async def an_update_leaves_updated_at(asked: Asked, ask: Ask) -> Answered:
    """Of a session: it is that of the creation."""
    return await altered(
        asked,
        ask,
        ("PATCH /sessions/*", "GET /sessions/*"),
        lambda b: {**b, "updated_at": b["created_at"]},
    )


async def an_updated_rating_instruction_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Only metadata is looked at."""
    if is_for(asked, "PATCH /sessions/*"):
        return await ask(bare(asked, "fact_rating_instruction"))
    return await ask(asked)


async def an_update_needs_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """The Community Edition is followed, not the reference."""
    if is_for(asked, "PATCH /sessions/*") and "metadata" not in (asked.body or {}):
        return await ask(asked._replace(body={**(asked.body or {}), "metadata": {}}))
    return await ask(asked)


async def one_session_in_ten_is_lost(asked: Asked, ask: Ask) -> Answered:
    """It is answered, and not there."""
    answer = await ask(asked)
    if is_for(asked, "POST /sessions") and answer.status == 201:
        ask.times["added"] += 1
        if ask.times["added"] % 10 == 0:
            await ask(Asked("DELETE", f"{API}/sessions/{asked.body['session_id']}/memory"))
    return answer


async def times_of_sessions_have_no_zone(asked: Asked, ask: Ask) -> Answered:
    """A space for the T, and no Z."""

    def local(body: Any) -> Any:
        text = body["created_at"].replace("T", " ").removesuffix("Z")
        return {**body, "created_at": text}

    return await altered(asked, ask, ("GET /sessions/*", "POST /sessions"), local)


async def sessions_are_created_in_seconds(asked: Asked, ask: Ask) -> Answered:
    """Since 1970."""
    return await altered(
        asked, ask, ("GET /sessions/*", "POST /sessions"), lambda b: {**b, "created_at": 1717000000}
    )


async def a_session_is_created_whenever_it_is_read(asked: Asked, ask: Ask) -> Answered:
    """Its `created_at` is a second later each time."""
    ask.times["read"] += 1
    second = ask.times["read"] % 60
    return await altered(
        asked,
        ask,
        "GET /sessions/*",
        lambda b: {**b, "created_at": f"{b['created_at'][:17]}{second:02d}Z"},
    )


async def ids_with_odd_letters_are_not_found(asked: Asked, ask: Ask) -> Answered:
    """Spaces and letters beyond ASCII."""
    if is_for(asked, "GET /sessions/*") and (" " in asked.path or not asked.path.isascii()):
        return Answered(404, {"message": "not found"})
    return await ask(asked)


async def a_session_without_a_user_is_added(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    if is_for(asked, "POST /sessions") and "user_id" not in asked.body:
        await ask(Asked("POST", f"{API}/users", {"user_id": "nobody"}))
        return await ask(asked._replace(body={**asked.body, "user_id": "nobody"}))
    return await ask(asked)


async def a_class_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """The session does not tell how it was classified."""
    return await altered(asked, ask, "GET /sessions/*", lambda b: {**b, "classifications": {}})


async def a_class_is_of_no_list(asked: Asked, ask: Ask) -> Answered:
    """It was not among those to choose from."""
    return await altered(
        asked, ask, "POST /sessions/*/classify", lambda b: {**b, "class": "unknown"}
    )


async def a_class_is_always_kept(asked: Asked, ask: Ask) -> Answered:
    """`persist` is not read."""
    if is_for(asked, "POST /sessions/*/classify"):
        return await ask(bare(asked, "persist"))
    return await ask(asked)


async def an_end_does_not_classify(asked: Asked, ask: Ask) -> Answered:
    """`classify` is not read."""
    return await ask(bare(asked, "classify") if is_for(asked, END) else asked)


async def a_class_has_no_label(asked: Asked, ask: Ask) -> Answered:
    """The name of the classifier is not told."""
    return await altered(asked, ask, "POST /sessions/*/classify", lambda b: without(b, "label"))


SESSIONS: tuple[Case, ...] = (
    Case(an_end_is_not_read, "an-ended-session-says-when-it-ended"),
    Case(an_end_is_not_listed, "the-list-tells-of-a-session-what-reading-tells"),
    Case(an_end_only_says_so, "the-list-tells-of-a-session-what-reading-tells"),
    Case(an_end_is_not_wrapped, "the-list-tells-of-a-session-what-reading-tells"),
    Case(an_end_forgets_what_was_said, "the-list-tells-of-a-session-what-reading-tells"),
    Case(an_unknown_session_is_ended, "no-unknown-session-to-end"),
    Case(an_end_needs_a_body, "an-end-needs-no-body"),
    Case(an_end_is_refused_with_an_instruction, "an-instruction-does-no-harm"),
    Case(a_bulk_end_ends_what_it_finds, "a-bulk-end-is-all-or-nothing"),
    Case(a_bulk_end_skips_the_unknown, "a-bulk-end-with-an-unknown-session-is-404"),
    Case(a_bulk_end_ends_the_first, "a-bulk-end-ends-each-session"),
    Case(a_bulk_end_answers_a_plain_list, "a-bulk-end-ends-each-session"),
    Case(a_bulk_end_answers_in_reverse, "a-bulk-end-answers-in-order"),
    Case(a_session_makes_its_user, "a-session-needs-a-known-user"),
    Case(a_taken_session_is_answered, "a-taken-session-id-is-400"),
    Case(an_added_session_is_200, "a-user-takes-its-sessions-along"),
    Case(a_session_does_not_tell_its_user, "a-session-is-read-as-it-was-written"),
    Case(a_deleted_session_is_still_there, "an-ended-session-can-be-deleted"),
    Case(a_deletion_leaves_an_empty_session, "sessions-of-a-user-are-counted"),
    Case(a_deleted_session_takes_its_user_along, "sessions-of-a-user-are-counted"),
    Case(an_id_of_a_deleted_session_is_taken, "the-id-of-a-deleted-session-is-free"),
    Case(an_update_of_a_session_sets_its_end, "an-update-does-not-end-a-session"),
    Case(an_ended_session_is_updated, "an-ended-session-refuses-an-update"),
    Case(an_update_of_an_ended_session_is_400, "an-ended-session-refuses-an-update"),
    Case(metadata_is_replaced, "metadata-of-a-session-is-merged"),
    Case(an_update_of_a_session_is_not_kept, "metadata-of-a-session-is-merged"),
    Case(metadata_keeps_what_is_of_the_system, "system-is-no-metadata-of-a-client"),
    Case(an_update_leaves_updated_at, "a-session-is-the-same-in-the-list-of-its-user"),
    Case(
        an_updated_rating_instruction_is_lost,
        "a-rating-instruction-of-a-session-cannot-be-unset",
    ),
    Case(an_update_needs_no_metadata, "an-update-of-a-session-needs-metadata"),
    Case(one_session_in_ten_is_lost, "no-session-is-lost"),
    Case(times_of_sessions_have_no_zone, "a-session-is-read-as-it-was-written"),
    Case(sessions_are_created_in_seconds, "a-session-is-read-as-it-was-written"),
    Case(a_session_is_created_whenever_it_is_read, "a-session-is-read-as-it-was-written"),
    Case(ids_with_odd_letters_are_not_found, "sessions-may-be-called-anything"),
    Case(a_session_without_a_user_is_added, "a-session-needs-both-ids"),
    Case(a_class_is_not_kept, "an-end-classifies-if-asked"),
    Case(a_class_is_of_no_list, "a-class-is-not-kept-if-not-wanted"),
    Case(a_class_is_always_kept, "a-class-is-not-kept-if-not-wanted"),
    Case(an_end_does_not_classify, "an-end-classifies-if-asked"),
    Case(a_class_has_no_label, "a-class-tells-its-classifier"),
)
