"""What a careless author gets wrong about users."""

from __future__ import annotations

from uuid import uuid4

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
EVERY_USER = ("POST /users", "GET /users/*", "PATCH /users/*")


async def an_added_user_is_200(asked: Asked, ask: Ask) -> Answered:
    """Not 201."""
    return await renumbered(asked, ask, "POST /users", s201=200)


async def a_taken_user_is_409(asked: Asked, ask: Ask) -> Answered:
    """As it would be elsewhere."""
    answer = await ask(asked)
    taken = is_for(asked, "POST /users") and "already" in str(answer.body)
    return answer._replace(status=409) if taken else answer


async def a_taken_user_is_overwritten(asked: Asked, ask: Ask) -> Answered:
    """And the answer is 201."""
    answer = await ask(asked)
    if is_for(asked, "POST /users") and "already" in str(answer.body):
        patch = Asked("PATCH", f"{API}/users/{asked.body['user_id']}", asked.body)
        return (await ask(patch))._replace(status=201)
    return answer


async def a_user_has_no_last_name(asked: Asked, ask: Ask) -> Answered:
    """When it is read, though one was given."""
    return await altered(asked, ask, "GET /users/*", lambda body: without(body, "last_name"))


async def an_email_cannot_be_updated(asked: Asked, ask: Ask) -> Answered:
    """It is not looked at."""
    return await ask(bare(asked, "email") if is_for(asked, "PATCH /users/*") else asked)


async def a_users_update_replaces_metadata(asked: Asked, ask: Ask) -> Answered:
    """What is there is forgotten."""
    if is_for(asked, "PATCH /users/*") and asked.body.get("metadata"):
        ask.memory[asked.path] = asked.body["metadata"]
    return await altered(
        asked,
        ask,
        ("GET /users/*", "PATCH /users/*"),
        lambda body: {
            **body,
            "metadata": ask.memory.get(asked.path, body.get("metadata")),
        },
    )


async def a_users_metadata_is_merged_shallowly(asked: Asked, ask: Ask) -> Answered:
    """What is nested in it is replaced."""
    if is_for(asked, "PATCH /users/*") and asked.body.get("metadata"):
        known = await ask(Asked("GET", asked.path))
        old = ask.memory.get(asked.path, known.body.get("metadata") or {})
        ask.memory[asked.path] = {**old, **asked.body["metadata"]}
    return await altered(
        asked,
        ask,
        ("GET /users/*", "PATCH /users/*"),
        lambda body: {**body, "metadata": ask.memory.get(asked.path, body.get("metadata"))},
    )


async def an_update_of_a_user_blanks_the_rest(asked: Asked, ask: Ask) -> Answered:
    """As PUT would: names that are not in it are gone."""
    if is_for(asked, "PATCH /users/*"):
        names = ("first_name", "last_name", "email")
        ask.memory[asked.path] = [name for name in names if name not in asked.body]
    return await altered(
        asked,
        ask,
        ("GET /users/*", "PATCH /users/*"),
        lambda body: without(body, *ask.memory.get(asked.path, ())),
    )


async def users_never_change_their_updated_at(asked: Asked, ask: Ask) -> Answered:
    """It is that of their creation."""
    return await altered(
        asked, ask, EVERY_USER, lambda body: {**body, "updated_at": body["created_at"]}
    )


async def an_update_makes_a_new_creation(asked: Asked, ask: Ask) -> Answered:
    """Of a user."""
    return await altered(
        asked, ask, "PATCH /users/*", lambda body: {**body, "created_at": body["updated_at"]}
    )


async def a_user_counts_one_session_more(asked: Asked, ask: Ask) -> Answered:
    """Than it has."""
    return await altered(
        asked, ask, "GET /users/*", lambda b: {**b, "session_count": b.get("session_count", 0) + 1}
    )


async def a_user_counts_no_sessions(asked: Asked, ask: Ask) -> Answered:
    """It never says how many there are."""
    return await altered(asked, ask, "GET /users/*", lambda b: without(b, "session_count"))


async def a_delete_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """To a user."""
    return (
        Answered(200, {"message": "OK"}) if is_for(asked, "DELETE /users/*") else await ask(asked)
    )


async def a_deleted_user_is_still_listed(asked: Asked, ask: Ask) -> Answered:
    """It is gone everywhere else."""
    if is_for(asked, "DELETE /users/*"):
        known = await ask(Asked("GET", asked.path))
        if known.status == 200:
            ask.memory[asked.path] = known.body
    return await altered(
        asked,
        ask,
        "GET /users-ordered",
        lambda b: {
            "users": [*b["users"], *ask.memory.values()],
            "total_count": b["total_count"] + len(ask.memory),
            "row_count": b["row_count"] + len(ask.memory),
        },
    )


async def a_deleted_user_leaves_its_sessions(asked: Asked, ask: Ask) -> Answered:
    """They can still be read."""
    if is_for(asked, "DELETE /users/*"):
        for session in (await ask(Asked("GET", f"{asked.path}/sessions"))).body or []:
            ask.memory[session["session_id"]] = session
    answer = await ask(asked)
    if answer.status == 404 and is_for(asked, "GET /sessions/*"):
        left = ask.memory.get(asked.path.rsplit("/", 1)[1])
        return Answered(200, left) if left else answer
    return answer


async def a_second_delete_of_a_user_is_200(asked: Asked, ask: Ask) -> Answered:
    """It is gone, is it not."""
    answer = await ask(asked)
    gone = is_for(asked, "DELETE /users/*") and answer.status == 404
    return Answered(200, {"message": "OK"}) if gone else answer


async def a_deleted_user_is_marked(asked: Asked, ask: Ask) -> Answered:
    """It may still be read, with the time of its deletion."""
    if is_for(asked, "DELETE /users/*"):
        known = await ask(Asked("GET", asked.path))
        if known.status == 200:
            ask.memory[asked.path] = {**known.body, "deleted_at": known.body["updated_at"]}
    answer = await ask(asked)
    marked = is_for(asked, "GET /users/*") and answer.status == 404 and asked.path in ask.memory
    return Answered(200, ask.memory[asked.path]) if marked else answer


async def an_unknown_user_is_empty(asked: Asked, ask: Ask) -> Answered:
    """200, and nothing in it but the id."""
    answer = await ask(asked)
    if is_for(asked, "GET /users/*") and answer.status == 404:
        return Answered(200, {"user_id": asked.path.rsplit("/", 1)[1]})
    return answer


async def users_come_oldest_first(asked: Asked, ask: Ask) -> Answered:
    """In the list."""
    return await altered(
        asked, ask, "GET /users-ordered", lambda b: {**b, "users": b["users"][::-1]}
    )


async def a_page_of_users_is_one_too_long(asked: Asked, ask: Ask) -> Answered:
    """An off by one."""
    size = query(asked, "pageSize")
    if is_for(asked, "GET /users-ordered") and size.isdigit() and int(size):
        return await ask(queried(asked, pageSize=str(int(size) + 1)))
    return await ask(asked)


async def pages_of_users_begin_at_zero(asked: Asked, ask: Ask) -> Answered:
    """The first page is the number 0."""
    page = query(asked, "pageNumber")
    if is_for(asked, "GET /users-ordered") and page.isdigit():
        return await ask(queried(asked, pageNumber=str(int(page) + 1)))
    return await ask(asked)


async def the_size_of_pages_of_users_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """All come at once."""
    if is_for(asked, "GET /users-ordered"):
        return await ask(asked._replace(query=""))
    return await ask(asked)


async def all_users_are_those_of_the_page(asked: Asked, ask: Ask) -> Answered:
    """`total_count` counts the page."""
    return await altered(
        asked, ask, "GET /users-ordered", lambda b: {**b, "total_count": len(b["users"])}
    )


async def the_rows_of_users_are_all_of_them(asked: Asked, ask: Ask) -> Answered:
    """`row_count` is `total_count`."""
    return await altered(
        asked, ask, "GET /users-ordered", lambda b: {**b, "row_count": b["total_count"]}
    )


async def users_have_no_rating_instruction_in_lists(asked: Asked, ask: Ask) -> Answered:
    """Only alone."""
    return await altered(
        asked,
        ask,
        "GET /users-ordered",
        lambda b: {**b, "users": without(b["users"], "fact_rating_instruction")},
    )


async def a_users_rating_instruction_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps it."""
    return await ask(bare(asked, "fact_rating_instruction") if "/users" in asked.path else asked)


async def a_users_metadata_is_a_text(asked: Asked, ask: Ask) -> Answered:
    """As the database has it."""
    return await altered(
        asked, ask, "GET /users/*", lambda b: {**b, "metadata": str(b.get("metadata"))}
    )


async def user_ids_are_in_lower_case(asked: Asked, ask: Ask) -> Answered:
    """Whatever they were."""
    return await altered(asked, ask, EVERY_USER, lambda b: {**b, "user_id": b["user_id"].lower()})


async def the_cursor_of_users_is_included(asked: Asked, ask: Ask) -> Answered:
    """The last of a page is the first of the next one."""
    cursor = query(asked, "cursor")
    if is_for(asked, "GET /users") and cursor.isdigit() and int(cursor):
        return await ask(queried(asked, cursor=str(int(cursor) - 1)))
    return await ask(asked)


async def sessions_of_a_user_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """Like all others."""
    return await altered(asked, ask, "GET /users/*/sessions", lambda body: body[::-1])


async def a_user_without_sessions_has_null(asked: Asked, ask: Ask) -> Answered:
    """Not an empty list."""
    return await altered(asked, ask, "GET /users/*/sessions", lambda body: body or b"null")


async def users_share_their_sessions(asked: Asked, ask: Ask) -> Answered:
    """Whoever asks."""
    if is_for(asked, "GET /users/*/sessions"):
        return await ask(Asked("GET", f"{API}/sessions"))
    return await ask(asked)


async def one_update_of_a_user_in_ten_is_lost(asked: Asked, ask: Ask) -> Answered:
    """It is answered all the same."""
    if is_for(asked, "PATCH /users/*"):
        ask.times["patch"] += 1
        if ask.times["patch"] % 10 == 0:
            return await ask(Asked("GET", asked.path))
    return await ask(asked)


async def an_updated_user_has_another_uuid(asked: Asked, ask: Ask) -> Answered:
    """A new row was written."""
    return await altered(asked, ask, "PATCH /users/*", lambda b: {**b, "uuid": str(uuid4())})


async def names_of_a_user_are_swapped_in_lists(asked: Asked, ask: Ask) -> Answered:
    """The first is the last."""

    def swapped(user: dict[str, str]) -> dict[str, str]:
        first, last = user.get("first_name", ""), user.get("last_name", "")
        return {**user, "first_name": last, "last_name": first}

    return await altered(
        asked,
        ask,
        "GET /users-ordered",
        lambda b: {**b, "users": [swapped(user) for user in b["users"]]},
    )


USERS: tuple[Case, ...] = (
    Case(an_added_user_is_200, "a-user-is-read-as-it-was-written"),
    Case(a_taken_user_is_409, "a-taken-user-id-is-400"),
    Case(a_taken_user_is_overwritten, "a-taken-user-id-is-400"),
    Case(a_user_has_no_last_name, "a-user-is-read-as-it-was-written"),
    Case(an_email_cannot_be_updated, "an-update-of-a-user-keeps-the-other-fields"),
    Case(a_users_update_replaces_metadata, "metadata-of-a-user-is-merged"),
    Case(a_users_metadata_is_merged_shallowly, "metadata-of-a-user-is-merged"),
    Case(an_update_of_a_user_blanks_the_rest, "an-update-of-a-user-keeps-the-other-fields"),
    Case(users_never_change_their_updated_at, "updates-tell-their-time"),
    Case(an_update_makes_a_new_creation, "a-user-is-the-same-in-every-answer"),
    Case(a_user_counts_one_session_more, "sessions-of-a-user-are-counted"),
    Case(a_user_counts_no_sessions, "sessions-of-a-user-are-counted"),
    Case(a_delete_does_nothing, "no-unknown-user-to-delete"),
    Case(a_deleted_user_is_still_listed, "users-are-counted"),
    Case(a_deleted_user_leaves_its_sessions, "a-user-takes-its-sessions-along"),
    Case(a_second_delete_of_a_user_is_200, "no-unknown-user-to-delete"),
    Case(a_deleted_user_is_marked, "a-deleted-user-is-gone"),
    Case(an_unknown_user_is_empty, "no-unknown-user-to-read"),
    Case(users_come_oldest_first, "users-are-listed-newest-first"),
    Case(a_page_of_users_is_one_too_long, "pages-of-users-neither-repeat-nor-lose"),
    Case(pages_of_users_begin_at_zero, "users-are-listed-newest-first"),
    Case(the_size_of_pages_of_users_is_ignored, "pages-of-users-neither-repeat-nor-lose"),
    Case(all_users_are_those_of_the_page, "the-count-of-users-does-not-depend-on-the-page"),
    Case(the_rows_of_users_are_all_of_them, "pages-of-users-neither-repeat-nor-lose"),
    Case(users_have_no_rating_instruction_in_lists, "users-in-a-list-lack-nothing"),
    Case(a_users_rating_instruction_is_lost, "a-rating-instruction-of-a-user-is-kept"),
    Case(a_users_metadata_is_a_text, "a-user-is-read-as-it-was-written"),
    Case(user_ids_are_in_lower_case, "ids-are-kept-to-the-letter"),
    Case(the_cursor_of_users_is_included, "users-after-a-cursor"),
    Case(sessions_of_a_user_come_newest_first, "sessions-of-a-user-come-in-order"),
    Case(a_user_without_sessions_has_null, "the-id-of-a-deleted-user-is-free"),
    Case(users_share_their_sessions, "sessions-of-a-user-are-its-own"),
    Case(one_update_of_a_user_in_ten_is_lost, "no-update-is-lost"),
    Case(an_updated_user_has_another_uuid, "a-user-is-the-same-in-every-answer"),
    Case(names_of_a_user_are_swapped_in_lists, "a-user-is-the-same-in-every-list"),
)
