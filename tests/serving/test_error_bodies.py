"""Bodies of errors that nobody wrote: planned faults, refusals and `Prefer: code`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.support.documents import document
from understudy.app import Understudy
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
#: What the author of the document wrote is no place for us to write.
OWN = {"type": "string", "example": "mine"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


NESTED = fields("error", error=fields("type", "message", type=TEXT, message=TEXT, param=TEXT))
LISTED = fields("errors", errors={"type": "array", "minItems": 1, "items": fields("detail")})
LISTED["properties"]["errors"]["items"]["properties"] = {
    "status": TEXT,
    "title": TEXT,
    "detail": TEXT,
    "source": fields(pointer=TEXT),
}
PROBLEM = fields("type", type={"type": "string", "format": "uri"}, title=TEXT, status=NUMBER)
PROBLEM["properties"]["detail"] = TEXT


def app_of(schema: Any, media_type: str = "application/json", **media: Any) -> Understudy:
    """Return an API whose operation has one schema for all its errors."""
    content = {media_type: {"schema": schema, **media}}
    responses: dict[str, Any] = {
        status: {"description": "Wrong.", "content": content} for status in ("401", "503")
    }
    responses["200"] = {"description": "Fine."}
    security: dict[str, Any] = {
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }
    paths = {"/a": {"get": {"operationId": "getA", "responses": responses}}}
    return Understudy([Api(Contract("things", document(paths, **security)))])


@contextmanager
def client_of(app: Understudy) -> Iterator[httpx.Client]:
    """Yield a client of an app in this process."""
    transport = Transport(InProcess(app))
    with httpx.Client(base_url="http://localhost", transport=transport) as client:
        yield client


def planned(app: Understudy, status: int = 503) -> httpx.Response:
    """Return the response of a planned fault without a body."""
    with client_of(app) as client:
        plan = {"when": {"operation": "getA"}, "then": {"status": status}, "times": 1}
        client.post("/_understudy/faults", json=plan).raise_for_status()
        return client.get("/a", headers={"Authorization": "Bearer x"})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NESTED, {"error": {"type": "service_unavailable", "message": "a planned fault"}}),
        (fields(code=NUMBER, message=TEXT), {"code": 503, "message": "a planned fault"}),
        (fields("kind", kind=OWN, error=TEXT), {"kind": "mine", "error": "a planned fault"}),
        (
            fields(error=TEXT, message=TEXT, statusCode=NUMBER),
            {"error": "Service Unavailable", "message": "a planned fault", "statusCode": 503},
        ),
        (
            fields(error=TEXT, error_description=TEXT),
            {"error": "service_unavailable", "error_description": "a planned fault"},
        ),
        (
            LISTED,
            {
                "errors": [
                    {"status": "503", "title": "Service Unavailable", "detail": "a planned fault"}
                ]
            },
        ),
        (
            fields("messages", messages={"type": "array", "items": TEXT}),
            {"messages": ["a planned fault"]},
        ),
        (
            {"anyOf": [NESTED]},
            {"error": {"type": "service_unavailable", "message": "a planned fault"}},
        ),
        (
            {"allOf": [fields(message=TEXT), fields("status", status=NUMBER)]},
            {"message": "a planned fault", "status": 503},
        ),
        (fields("id", id=NUMBER, detail={"type": "string", "enum": ["no"]}), {"detail": "no"}),
    ],
)
def test_planned_fault_without_body_says_what_it_is(schema: Any, value: Any) -> None:
    """Fields that errors usually have say so, as far as the schema allows."""
    body = planned(app_of(schema)).json()
    body.pop("id", None)
    assert body == value


def test_planned_fault_in_other_media_types() -> None:
    """Plain text is the message, and RFC 9457 has its own fields."""
    assert planned(app_of(TEXT, "text/plain")).text == "a planned fault"
    body = planned(app_of(PROBLEM, "application/problem+json")).json()
    assert (body["title"], body["status"]) == ("Service Unavailable", 503)
    assert body["detail"] == "a planned fault"


def test_text_too_long_for_the_schema_is_not_taken() -> None:
    """The value is valid all the same."""
    body = planned(app_of(fields("message", message={"type": "string", "maxLength": 3}))).json()
    assert len(body["message"]) <= 3


@pytest.mark.parametrize("place", ["media type", "schema"])
def test_example_of_the_document_comes_first(place: str) -> None:
    """Before what the hook makes."""
    example: dict[str, Any] = {"example": {"message": "as written"}}
    schema = fields(message=TEXT)
    app = app_of(schema, **example) if place == "media type" else app_of({**schema, **example})
    with_hook(app, lambda problem, context: (problem.status, {"message": "by the hook"}))
    assert planned(app).json() == {"message": "as written"}


def with_hook(app: Understudy, hook: Callable[..., Any]) -> None:
    """Give the API the hook `error_response`."""
    app.served[0].error_response = SimpleNamespace(hook=hook).hook


def test_hook_makes_the_body_of_a_planned_fault() -> None:
    """Its status stays the planned one; a body that does not fit is not taken."""
    app = app_of(fields("message", message=TEXT))
    with_hook(app, lambda problem, context: (500, {"message": f"my {problem.status}"}))
    response = planned(app)
    assert (response.status_code, response.json()) == (503, {"message": "my 503"})
    with_hook(app, lambda problem, context: (500, {"message": 7}))
    assert planned(app).json() == {"message": "a planned fault"}
    with_hook(app, lambda problem, context: 1 / 0)
    assert planned(app).json() == {"message": "a planned fault"}


def test_refusal_and_preferred_error_say_what_they_are() -> None:
    """Without a hook too."""
    with client_of(app_of(NESTED)) as client:
        refused = client.get("/a").json()["error"]
        headers = {"Authorization": "Bearer x", "Prefer": "code=503"}
        preferred = client.get("/a", headers=headers).json()["error"]
    assert refused == {"type": "unauthorized", "message": "unauthorized"}
    assert preferred == {"type": "service_unavailable", "message": "asked for by the request"}
