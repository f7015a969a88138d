"""Mutants of lists of sessions."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import (
    backwards,
    default_query,
    handler_of,
    query,
    renamed,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response

LIST = "GET /sessions-ordered"

sessions_come_oldest_first = request_to(
    LIST, default_query(asc="true"), caught_by="sessions-are-listed-newest-first"
)
no_list_of_sessions_is_ascending = request_to(
    LIST, query(asc=None), caught_by="sessions-are-listed-newest-first"
)
sessions_are_in_no_other_order = request_to(
    LIST, query(order_by=None), caught_by="sessions-are-ordered-as-asked"
)
pages_of_sessions_are_asked_for_in_vain = request_to(
    LIST, query(page_size=None), caught_by="pages-of-sessions-neither-repeat-nor-lose"
)


@handler_of(LIST, caught_by="pages-of-sessions-neither-repeat-nor-lose")
async def a_page_of_sessions_begins_one_early(request: Request, app: App) -> Response:
    page, size = (request.parameters.get(name, "") for name in ("page_number", "page_size"))
    if not (page.isdigit() and size.isdigit() and int(size)):
        return await app(request)
    whole = await app(request.with_query(page_number=None, page_size=None))
    start = max((int(page) - 1) * int(size) - (int(page) > 1), 0)
    return whole.changed(_with_rows(whole.body["sessions"][start : start + int(size)]))


def _with_rows(sessions: list[Any]) -> Any:
    return lambda body: body | {"sessions": sessions, "response_count": len(sessions)}


@handler_of(LIST, caught_by="sessions-are-listed-newest-first")
async def a_page_of_sessions_loses_its_last(request: Request, app: App) -> Response:
    response, size = await app(request), request.parameters.get("page_size", "")
    if not response.ok:
        return response
    sessions = response.body["sessions"]
    full = size.isdigit() and len(sessions) == int(size) > 1
    return response.changed(_with_rows(sessions[:-1] if full else sessions))


sessions_are_counted_as_rows = response_to(
    LIST, renamed(response_count="row_count"), caught_by="pages-of-sessions-neither-repeat-nor-lose"
)
all_sessions_are_those_of_the_page = response_to(
    LIST,
    lambda b: b | {"total_count": len(b["sessions"])},
    caught_by="the-count-of-sessions-does-not-depend-on-the-page",
)
counts_of_sessions_are_texts = response_to(
    LIST, within("total_count", str), caught_by="without-a-size-all-sessions-are-listed"
)


@response_to(LIST, caught_by="the-list-tells-of-a-session-what-reading-tells")
def ended_sessions_are_not_listed(body: Any) -> Any:
    return _with_rows([s for s in body["sessions"] if not s.get("ended_at")])(body)


listed_sessions_have_no_metadata = response_to(
    LIST,
    within("sessions", without("metadata")),
    caught_by="the-list-tells-of-a-session-what-reading-tells",
)
the_sessions_of_a_user_have_no_metadata = response_to(
    "GET /users/*/sessions",
    without("metadata"),
    caught_by="a-session-is-the-same-in-the-list-of-its-user",
)
listed_sessions_have_no_rating_instruction = response_to(
    LIST,
    within("sessions", without("fact_rating_instruction")),
    caught_by="sessions-in-a-list-lack-nothing",
)
sessions_by_cursor_come_newest_first = response_to(
    "GET /sessions", backwards, caught_by="sessions-after-a-cursor"
)
the_limit_of_sessions_by_cursor_is_ignored = request_to(
    "GET /sessions", query(limit=None), caught_by="sessions-after-a-cursor"
)
