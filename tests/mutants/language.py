"""The language that mutants are written in.

A mutant is a function under one of three decorators, which name the requests that it is about:

    @response_to("GET /users/*", caught_by="RULE")      body -> body, or a whole Response
    @request_to("PATCH /users/*", caught_by="RULE")     Request -> Request
    @handler_of("DELETE /users/*", caught_by="RULE")    async (Request, App) -> Response

The first two also take the change as an argument, and so fit on a line or two:

    an_end_is_not_read = response_to("GET /sessions/*", fields(ended_at=None), caught_by="RULE")

All other requests reach the app, and their responses the client, unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from types import ModuleType
from typing import Any, overload

from tests.mutants.mutant import App, Change, Handler, Mutant, Request, Response

#: Patterns of requests, see `Request.matches`.
Where = str | tuple[str, ...]

RequestChange = Callable[[Request], Request]

SUCCESS = range(200, 300)
ERROR = range(400, 600)


def handler_of(
    where: Where, *, caught_by: str = "", survives: str = ""
) -> Callable[[Handler], Mutant]:
    """Make a mutant that handles some requests itself."""
    patterns = (where,) if isinstance(where, str) else where

    def mutant_of(handle: Handler) -> Mutant:
        async def handler(request: Request, app: App) -> Response:
            return await (handle(request, app) if request.matches(*patterns) else app(request))

        return Mutant(handler, caught_by, survives, handle.__name__)

    return mutant_of


@overload
def request_to(
    where: Where, *, caught_by: str = ..., survives: str = ...
) -> Callable[[RequestChange], Mutant]: ...


@overload
def request_to(
    where: Where, change: RequestChange, *, caught_by: str = ..., survives: str = ...
) -> Mutant: ...


def request_to(
    where: Where, change: RequestChange | None = None, *, caught_by: str = "", survives: str = ""
) -> Any:
    """Make a mutant that understands another request than the one that was sent."""

    def mutant_of(change: RequestChange) -> Mutant:
        async def handler(request: Request, app: App) -> Response:
            return await app(change(request))

        mutant = handler_of(where, caught_by=caught_by, survives=survives)(handler)
        return replace(mutant, name=getattr(change, "__name__", ""))

    return mutant_of(change) if change else mutant_of


@overload
def response_to(
    where: Where, *, when: int | Container[int] = ..., caught_by: str = ..., survives: str = ...
) -> Callable[[Change], Mutant]: ...


@overload
def response_to(
    where: Where,
    change: Any,
    *,
    when: int | Container[int] = ...,
    caught_by: str = ...,
    survives: str = ...,
) -> Mutant: ...


def response_to(
    where: Where,
    change: Any = None,
    *,
    when: int | Container[int] = SUCCESS,
    caught_by: str = "",
    survives: str = "",
) -> Any:
    """Make a mutant that changes the responses that have a status: one, or one of several; by
    default those of success that have JSON in them. The change is a function of the body, a new
    body, or a new Response."""
    statuses = (when,) if isinstance(when, int) else when

    def mutant_of(change: Change) -> Mutant:
        async def handler(request: Request, app: App) -> Response:
            response = await app(request)
            if response.status not in statuses:
                return response
            if when is SUCCESS and not isinstance(response.body, dict | list):
                return response
            return response.changed(change)

        mutant = handler_of(where, caught_by=caught_by, survives=survives)(handler)
        return replace(mutant, name=getattr(change, "__name__", ""))

    if change is None:
        return mutant_of
    return mutant_of(change if callable(change) else lambda _: change)


def renumbered(where: Where, old: int, new: int, *, caught_by: str = "") -> Mutant:
    """Make a mutant that replaces a status by another one."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        return response._replace(status=new) if response.status == old else response

    return handler_of(where, caught_by=caught_by)(handler)


def pretended(
    where: Where,
    response: Response,
    *,
    of: Callable[[Request], str] = lambda request: request.path,
    caught_by: str = "",
    survives: str = "",
) -> Mutant:
    """Make a mutant that does nothing and gives the response of success; where GET finds no
    resource, it gives the response to GET. `of` is the path of the resource."""

    async def handler(request: Request, app: App) -> Response:
        current = await app.get(of(request))
        return response if current.ok else current

    return handler_of(where, caught_by=caught_by, survives=survives)(handler)


# Changes of the body of a response or of a request. They leave all but JSON objects and lists of
# objects unchanged.


def of_objects(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """A change of an object, of each object of a list, or of such a body of a request."""

    def changed(value: Any) -> Any:
        if isinstance(value, Request):
            return value._replace(body=changed(value.body))
        if isinstance(value, list):
            return [changed(item) for item in value]
        return change(value) if isinstance(value, dict) else value

    return changed


def without(*names: str) -> Change:
    """Remove fields."""
    return of_objects(lambda o: {name: value for name, value in o.items() if name not in names})


def fields(**values: Any) -> Change:
    """Set fields."""
    return of_objects(lambda o: {**o, **values})


def defaults(**values: Any) -> Change:
    """Set the fields that are missing."""
    return of_objects(lambda o: {**values, **o})


def renamed(**names: str) -> Change:
    """Rename fields: `old="new"`."""
    return of_objects(lambda o: {names.get(name, name): value for name, value in o.items()})


def copied(**names: str) -> Change:
    """Set fields to the values of others: `field="other"`."""
    return of_objects(lambda o: {**o, **{name: o[other] for name, other in names.items()}})


def within(path: str, change: Change) -> Change:
    """Change one field; a path such as `data.agents` leads to a field of a field."""
    name, _, rest = path.partition(".")
    inner = within(rest, change) if rest else change

    def changed(value: Any) -> Any:
        if isinstance(value, Request):
            return value._replace(body=changed(value.body))
        return {**value, name: inner(value[name])}

    return changed


def backwards(values: Any) -> Any:
    """Reverse a list."""
    return values[::-1]


def one_more(number: int) -> int:
    """Add one."""
    return number + 1


def query(**values: str | None) -> RequestChange:
    """Set parameters of the query; None removes one."""
    return lambda request: request.with_query(**values)


def default_query(**values: str) -> RequestChange:
    """Set the parameters of the query that are missing."""
    return lambda request: request.with_query(**{**values, **request.parameters})


def collected(*areas: ModuleType) -> tuple[Mutant, ...]:
    """Return all mutants of some modules, each with the name that it has there."""
    return tuple(
        replace(value, name=name)
        for area in areas
        for name, value in vars(area).items()
        if isinstance(value, Mutant)
    )
