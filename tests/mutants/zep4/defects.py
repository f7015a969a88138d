"""Defects that many operations of Zep v4 can have: mutants are made of them."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import Where, handler_of, request_to
from tests.mutants.mutant import App, Mutant, Request, Response

_LONGEST_PAGE = 100
_FOREIGN_CURSOR = "b2Zmc2V0OjI"


def key_ignored(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that does a request again, whatever its idempotency key."""

    def keyless(request: Request) -> Request:
        kept = tuple(header for header in request.headers if header[0] != b"idempotency-key")
        return request._replace(headers=kept)

    return request_to(where, keyless, caught_by=caught_by)


def long_page_cut(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that returns the longest page where a longer one is asked for."""

    def cut(request: Request) -> Request:
        too_long = int(request.parameters.get("page_size", 0)) > _LONGEST_PAGE
        return request.with_query(page_size=str(_LONGEST_PAGE)) if too_long else request

    return request_to(where, cut, caught_by=caught_by)


def parameter_ignored(where: Where, name: str, *values: str, caught_by: str) -> Mutant:
    """Make a mutant that ignores some values of a parameter of the query."""

    def ignored(request: Request) -> Request:
        known = request.parameters.get(name) not in values
        return request if known else request.with_query(**{name: None})

    return request_to(where, ignored, caught_by=caught_by)


def any_cursor_taken(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that returns the first page for a cursor of another list."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        cursor = request.parameters.get("cursor", _FOREIGN_CURSOR)
        if response.status != 400 or cursor == _FOREIGN_CURSOR:
            return response
        return await app(request.with_query(cursor=None))

    return handler_of(where, caught_by=caught_by)(handler)


def deletion_moves_pages(one: str, lists: str, *, caught_by: str) -> Mutant:
    """Make a mutant that counts the items of the pages before: one fewer after a deletion."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        if request.matches(one):
            app.memory["deleted"] = response.ok
        elif response.ok and app.memory.get("deleted") and "cursor" in request.parameters:
            return response.with_fields(items=response.body["items"][1:])
        return response

    return handler_of((one, lists), caught_by=caught_by)(handler)


def added_one_by_one(where: Where, field: str, *, caught_by: str) -> Mutant:
    """Make a mutant that adds what it can of a refused request."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        if response.status == 400:
            for one in request.body[field]:
                await app(request.with_fields(**{field: [one]}))
        return response

    return handler_of(where, caught_by=caught_by)(handler)


def done_in_part(where: Where, *names: str, caught_by: str) -> Mutant:
    """Make a mutant that changes some fields by a request that it refuses."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        if response.status == 400:
            part: dict[str, Any] = {name: request.body[name] for name in names}
            await app(request._replace(body=part))
        return response

    return handler_of(where, caught_by=caught_by)(handler)
