"""What a careless author gets wrong about groups."""

from __future__ import annotations

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
    without,
)

API = "/api/v2"
EVERY_USER = ("POST /users", "GET /users/*", "PATCH /users/*")


async def every_page_is_the_first(asked: Asked, ask: Ask) -> Answered:
    """Of groups: the query is not read."""
    if is_for(asked, "GET /groups-ordered") and query(asked, "pageNumber"):
        return await ask(queried(asked, pageNumber="1"))
    return await ask(asked)


async def groups_come_oldest_first(asked: Asked, ask: Ask) -> Answered:
    """In the list."""
    return await altered(
        asked, ask, "GET /groups-ordered", lambda b: {**b, "groups": b["groups"][::-1]}
    )


async def a_groups_description_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps it."""
    return await ask(bare(asked, "description") if is_for(asked, "POST /groups") else asked)


async def a_groups_update_is_answered_and_not_kept(asked: Asked, ask: Ask) -> Answered:
    """It is gone when the group is read."""
    if is_for(asked, "PATCH /groups/*"):
        known = await ask(Asked("GET", asked.path))
        return known.saying(**asked.body) if known.status == 200 else known
    return await ask(asked)


async def a_group_has_no_rating_instruction(asked: Asked, ask: Ask) -> Answered:
    """When it is read."""
    return await altered(
        asked, ask, "GET /groups/*", lambda body: without(body, "fact_rating_instruction")
    )


async def an_unknown_group_is_deleted(asked: Asked, ask: Ask) -> Answered:
    """It is gone, is it not."""
    answer = await ask(asked)
    gone = is_for(asked, "DELETE /groups/*") and answer.status == 404
    return Answered(200, {"message": "OK"}) if gone else answer


async def a_deleted_group_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    return (
        Answered(200, {"message": "OK"}) if is_for(asked, "DELETE /groups/*") else await ask(asked)
    )


async def groups_are_counted_by_another_name(asked: Asked, ask: Ask) -> Answered:
    """`response_count`, as sessions are."""
    return await altered(
        asked,
        ask,
        "GET /groups-ordered",
        lambda b: {**without(b, "row_count"), "response_count": b["row_count"]},
    )


GROUPS: tuple[Case, ...] = (
    Case(every_page_is_the_first, "pages-of-groups-are-apart"),
    Case(groups_come_oldest_first, "pages-of-groups-are-apart"),
    Case(a_groups_description_is_lost, "a-group-is-read-as-it-was-written"),
    Case(a_groups_update_is_answered_and_not_kept, "an-update-of-a-group-keeps-the-other-fields"),
    Case(a_group_has_no_rating_instruction, "a-group-is-read-as-it-was-written"),
    Case(an_unknown_group_is_deleted, "no-unknown-group-to-delete"),
    Case(a_deleted_group_stays, "no-unknown-group-to-delete"),
    Case(groups_are_counted_by_another_name, "groups-are-counted"),
)
