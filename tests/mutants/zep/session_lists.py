"""What a careless author gets wrong about lists of sessions."""

from __future__ import annotations

from typing import Any

from tests.mutants.mutated_app import (
    Answered,
    Ask,
    Asked,
    Case,
    altered,
    is_for,
    queried,
    query,
    without,
)

API = "/api/v2"
LISTED = "GET /sessions-ordered"
END = "POST /sessions/*/end"


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


SESSION_LISTS: tuple[Case, ...] = (
    Case(sessions_come_oldest_first, "sessions-are-listed-newest-first"),
    Case(no_list_of_sessions_is_ascending, "sessions-are-listed-newest-first"),
    Case(sessions_are_in_no_other_order, "sessions-are-ordered-as-asked"),
    Case(pages_of_sessions_are_asked_for_in_vain, "pages-of-sessions-neither-repeat-nor-lose"),
    Case(a_page_of_sessions_begins_one_early, "pages-of-sessions-neither-repeat-nor-lose"),
    Case(a_page_of_sessions_loses_its_last, "sessions-are-listed-newest-first"),
    Case(sessions_are_counted_as_rows, "pages-of-sessions-neither-repeat-nor-lose"),
    Case(all_sessions_are_those_of_the_page, "the-count-of-sessions-does-not-depend-on-the-page"),
    Case(counts_of_sessions_are_texts, "without-a-size-all-sessions-are-listed"),
    Case(ended_sessions_are_not_listed, "the-list-tells-of-a-session-what-reading-tells"),
    Case(listed_sessions_have_no_metadata, "the-list-tells-of-a-session-what-reading-tells"),
    Case(the_sessions_of_a_user_have_no_metadata, "a-session-is-the-same-in-the-list-of-its-user"),
    Case(listed_sessions_have_no_rating_instruction, "sessions-in-a-list-lack-nothing"),
    Case(sessions_by_cursor_come_newest_first, "sessions-after-a-cursor"),
    Case(the_limit_of_sessions_by_cursor_is_ignored, "sessions-after-a-cursor"),
)
