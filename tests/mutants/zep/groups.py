"""Mutants of groups."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    handler_of,
    renamed,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import OK

LIST = "GET /groups-ordered"


@request_to(LIST, caught_by="pages-of-groups-are-apart")
def every_page_is_the_first(request: Request) -> Request:
    paged = request.parameters.get("pageNumber")
    return request.with_query(pageNumber="1") if paged else request


groups_come_oldest_first = response_to(
    LIST, within("groups", backwards), caught_by="pages-of-groups-are-apart"
)
a_groups_description_is_lost = request_to(
    "POST /groups", without("description"), caught_by="a-group-is-read-as-it-was-written"
)


@handler_of("PATCH /groups/*", caught_by="an-update-of-a-group-keeps-the-other-fields")
async def a_groups_update_is_answered_and_not_kept(request: Request, app: App) -> Response:
    group = await app.get(request.path)
    return group.with_fields(**request.body) if group.ok else group


a_group_has_no_rating_instruction = response_to(
    "GET /groups/*",
    without("fact_rating_instruction"),
    caught_by="a-group-is-read-as-it-was-written",
)
an_unknown_group_is_deleted = response_to(
    "DELETE /groups/*", OK, when=404, caught_by="no-unknown-group-to-delete"
)


@handler_of("DELETE /groups/*", caught_by="no-unknown-group-to-delete")
async def a_deleted_group_stays(request: Request, app: App) -> Response:
    return OK


groups_are_counted_by_another_name = response_to(
    LIST, renamed(row_count="response_count"), caught_by="groups-are-counted"
)
