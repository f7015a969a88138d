"""What a careless author gets wrong about sessions."""

from __future__ import annotations

from typing import Any

from breaking import (
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


async def sessions_come_oldest_first(asked: Asked, ask: Ask) -> Answered:
    """Unless asked otherwise."""
    if is_for(asked, LISTED) and not query(asked, "asc"):
        return await ask(queried(asked, asc="true"))
    return await ask(asked)


async def no_list_of_sessions_is_ascending(asked: Asked, ask: Ask) -> Answered:
    """`asc` is not read."""
    return await ask(queried(asked, asc=None) if is_for(asked, LISTED) else asked)


async def sessions_are_in_no_other_order(asked: Asked, ask: Ask) -> Answered:
    """`order_by` is not read."""
    return await ask(queried(asked, order_by=None) if is_for(asked, LISTED) else asked)


async def pages_of_sessions_are_asked_for_in_vain(asked: Asked, ask: Ask) -> Answered:
    """`page_size` is not read: camel case would be."""
    return await ask(queried(asked, page_size=None) if is_for(asked, LISTED) else asked)


async def a_page_of_sessions_begins_one_early(asked: Asked, ask: Ask) -> Answered:
    """And so repeats the last one of the page before."""
    page, size = query(asked, "page_number"), query(asked, "page_size")
    if not is_for(asked, LISTED) or not (page.isdigit() and size.isdigit() and int(size)):
        return await ask(asked)
    whole = await ask(queried(asked, page_number=None, page_size=None))
    start = max((int(page) - 1) * int(size) - (int(page) > 1), 0)
    rows = whole.body["sessions"][start : start + int(size)]
    return whole.saying(sessions=rows, response_count=len(rows))


async def a_page_of_sessions_loses_its_last(asked: Asked, ask: Ask) -> Answered:
    """Of every page but a short one."""
    size = query(asked, "page_size")

    def shortened(body: Any) -> Any:
        rows = body["sessions"]
        rows = rows[:-1] if size.isdigit() and len(rows) == int(size) > 1 else rows
        return {**body, "sessions": rows, "response_count": len(rows)}

    return await altered(asked, ask, LISTED, shortened)


async def sessions_are_counted_as_rows(asked: Asked, ask: Ask) -> Answered:
    """`row_count`, as users are."""
    return await altered(
        asked,
        ask,
        LISTED,
        lambda b: {**without(b, "response_count"), "row_count": b["response_count"]},
    )


async def all_sessions_are_those_of_the_page(asked: Asked, ask: Ask) -> Answered:
    """`total_count` counts the page."""
    return await altered(asked, ask, LISTED, lambda b: {**b, "total_count": len(b["sessions"])})


async def counts_of_sessions_are_texts(asked: Asked, ask: Ask) -> Answered:
    """As a database may answer them."""
    return await altered(asked, ask, LISTED, lambda b: {**b, "total_count": str(b["total_count"])})


async def ended_sessions_are_not_listed(asked: Asked, ask: Ask) -> Answered:
    """Only those that go on."""

    def going_on(body: Any) -> Any:
        rows = [one for one in body["sessions"] if not one.get("ended_at")]
        return {**body, "sessions": rows, "response_count": len(rows)}

    return await altered(asked, ask, LISTED, going_on)


async def listed_sessions_have_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """A list is short."""
    return await altered(
        asked, ask, LISTED, lambda b: {**b, "sessions": without(b["sessions"], "metadata")}
    )


async def the_sessions_of_a_user_have_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """A list is short."""
    return await altered(asked, ask, "GET /users/*/sessions", lambda b: without(b, "metadata"))


async def listed_sessions_have_no_rating_instruction(asked: Asked, ask: Ask) -> Answered:
    """A list is short."""
    return await altered(
        asked,
        ask,
        LISTED,
        lambda b: {**b, "sessions": without(b["sessions"], "fact_rating_instruction")},
    )


async def sessions_by_cursor_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """Like those by pages."""
    return await altered(asked, ask, "GET /sessions", lambda body: body[::-1])


async def the_limit_of_sessions_by_cursor_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """All come."""
    return await ask(queried(asked, limit=None) if is_for(asked, "GET /sessions") else asked)


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


async def an_update_of_a_rating_instruction_is_lost(asked: Asked, ask: Ask) -> Answered:
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
    Case(an_end_is_not_read),
    Case(an_end_is_not_listed),
    Case(an_end_only_says_so),
    Case(an_end_is_not_wrapped),
    Case(an_end_forgets_what_was_said),
    Case(an_unknown_session_is_ended),
    Case(an_end_needs_a_body),
    Case(an_end_is_refused_with_an_instruction),
    Case(a_bulk_end_ends_what_it_finds),
    Case(a_bulk_end_skips_the_unknown),
    Case(a_bulk_end_ends_the_first),
    Case(a_bulk_end_answers_a_plain_list),
    Case(a_bulk_end_answers_in_reverse),
    Case(a_session_makes_its_user),
    Case(a_taken_session_is_answered),
    Case(an_added_session_is_200),
    Case(a_session_does_not_tell_its_user),
    Case(sessions_come_oldest_first),
    Case(no_list_of_sessions_is_ascending),
    Case(sessions_are_in_no_other_order),
    Case(pages_of_sessions_are_asked_for_in_vain),
    Case(a_page_of_sessions_begins_one_early),
    Case(a_page_of_sessions_loses_its_last),
    Case(sessions_are_counted_as_rows),
    Case(all_sessions_are_those_of_the_page),
    Case(counts_of_sessions_are_texts),
    Case(ended_sessions_are_not_listed),
    Case(listed_sessions_have_no_metadata),
    Case(the_sessions_of_a_user_have_no_metadata),
    Case(listed_sessions_have_no_rating_instruction),
    Case(sessions_by_cursor_come_newest_first),
    Case(the_limit_of_sessions_by_cursor_is_ignored),
    Case(a_deleted_session_is_still_there),
    Case(a_deletion_leaves_an_empty_session),
    Case(a_deleted_session_takes_its_user_along),
    Case(an_id_of_a_deleted_session_is_taken),
    Case(an_update_of_a_session_sets_its_end),
    Case(an_ended_session_is_updated),
    Case(an_update_of_an_ended_session_is_400),
    Case(metadata_is_replaced),
    Case(an_update_of_a_session_is_not_kept),
    Case(metadata_keeps_what_is_of_the_system),
    Case(an_update_leaves_updated_at),
    Case(an_update_of_a_rating_instruction_is_lost),
    Case(an_update_needs_no_metadata),
    Case(one_session_in_ten_is_lost),
    Case(times_of_sessions_have_no_zone),
    Case(sessions_are_created_in_seconds),
    Case(a_session_is_created_whenever_it_is_read),
    Case(ids_with_odd_letters_are_not_found),
    Case(a_session_without_a_user_is_added),
    Case(a_class_is_not_kept),
    Case(a_class_is_of_no_list),
    Case(a_class_is_always_kept),
    Case(an_end_does_not_classify),
    Case(a_class_has_no_label),
)
