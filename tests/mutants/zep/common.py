"""Mutants of all operations: keys, errors, and how values are written."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.language import (
    ERROR,
    handler_of,
    renumbered,
    request_to,
    response_to,
    without,
)
from tests.mutants.mutant import SHAPE, App, Change, Request, Response
from tests.mutants.zep.parts import bad_request

ALL = "* /**"
CRASH = Response(500, {"message": "internal server error"})


def _key_of(request: Request) -> bytes:
    """The key that a request carries, with its scheme."""
    return dict(request.headers).get(b"authorization", b"")


def _with_key(request: Request, value: bytes) -> Request:
    others = tuple(header for header in request.headers if header[0] != b"authorization")
    return request._replace(headers=(*others, (b"authorization", value)))


@request_to(ALL, caught_by="no-key-is-401")
def no_key_is_asked_for(request: Request) -> Request:
    return request if _key_of(request) else _with_key(request, b"Api-Key nobody")


@request_to(ALL, caught_by="a-key-of-another-scheme-is-401")
def any_scheme_of_keys_will_do(request: Request) -> Request:
    return _with_key(request, _key_of(request).replace(b"Bearer", b"Api-Key"))


@request_to(ALL, caught_by="no-key-is-401")
def an_empty_key_is_a_key(request: Request) -> Request:
    empty = _key_of(request).strip() == b"Api-Key"
    return _with_key(request, b"Api-Key empty") if empty else request


@request_to(ALL, caught_by="a-key-of-another-scheme-is-401")
def keys_share_their_data(request: Request) -> Request:
    return _with_key(request, b"Api-Key one") if _key_of(request) else request


a_missing_key_is_403 = renumbered(ALL, 401, 403, caught_by="a-key-of-another-scheme-is-401")
a_missing_key_is_told_in_plain_text = response_to(
    ALL, Response(401, "unauthorized"), when=401, caught_by="a-refused-key-is-told-so"
)
a_missing_key_has_an_error = response_to(
    ALL, Response(401, {"error": "unauthorized"}), when=401, caught_by="a-refused-key-is-told-so"
)


@handler_of(ALL, caught_by="a-refused-key-is-told-so")
async def errors_are_plain_text(request: Request, app: App) -> Response:
    response = await app(request)
    return response if response.ok else Response(response.status, response.body["message"])


errors_have_an_error = response_to(
    ALL, lambda b: {"error": b["message"]}, when=ERROR, caught_by="a-refused-key-is-told-so"
)


@handler_of(ALL, caught_by="a-refused-key-is-told-so")
async def errors_have_a_detail(request: Request, app: App) -> Response:
    response = await app(request)
    if response.ok:
        return response
    problem = {"type": "about:blank", "title": "Error", "status": response.status}
    problem["detail"] = response.body["message"]
    return response._replace(body=problem, content_type="application/problem+json")


what_is_not_found_is_a_page = response_to(
    ALL,
    Response(404, b"<html><h1>Not Found</h1></html>", content_type="text/html"),
    when=404,
    caught_by="no-unknown-user-to-read",
)
what_is_not_found_says_nothing = response_to(
    ALL, Response(404, None), when=404, caught_by="no-unknown-user-to-read"
)
a_message_of_an_error_is_null = response_to(
    ALL, {"message": None}, when=ERROR, caught_by="a-taken-user-id-is-400"
)
a_bad_request_is_422 = renumbered(ALL, 400, 422, caught_by="a-taken-user-id-is-400")
a_bad_request_has_a_list_of_faults = response_to(
    ALL,
    {"detail": [{"loc": ["body"], "msg": "field required"}]},
    when=400,
    caught_by="a-taken-user-id-is-400",
)
a_conflict_is_plain_text = response_to(
    ALL, Response(409, "session has ended"), when=409, caught_by="an-ended-session-refuses-memory"
)
what_is_unknown_is_gone = renumbered(ALL, 404, 410, caught_by="no-unknown-user-to-read")
what_is_unknown_is_400 = renumbered(ALL, 404, 400, caught_by="no-unknown-user-to-read")


@handler_of(ALL, caught_by=SHAPE)
async def broken_json_breaks_the_server(request: Request, app: App) -> Response:
    return CRASH if isinstance(request.body, bytes) else await app(request)


@request_to(ALL, survives="neither the rules nor Schemathesis send another content type")
def a_body_of_any_type_is_read(request: Request) -> Request:
    headers = tuple(header for header in request.headers if header[0] != b"content-type")
    return request._replace(headers=headers)


@handler_of(ALL, caught_by="no-update-is-lost")
async def one_request_in_twenty_is_500(request: Request, app: App) -> Response:
    app.counts["requests"] += 1
    return await app(request) if app.counts["requests"] % 20 else CRASH


@response_to(ALL, when=200, caught_by="a-deleted-user-is-gone")
def a_success_says_nothing(body: Any) -> Any:
    return {} if isinstance(body, dict) and set(body) == {"message"} else body


a_deletion_is_204 = response_to(
    "DELETE /**", Response(204, None), when=200, caught_by="a-deleted-user-is-gone"
)


@handler_of(ALL, caught_by="errors-are-json-with-a-message")
async def json_is_sent_as_text(request: Request, app: App) -> Response:
    return (await app(request))._replace(content_type="text/html")


@handler_of(ALL, caught_by="errors-are-json-with-a-message")
async def errors_are_sent_as_text(request: Request, app: App) -> Response:
    response = await app(request)
    return response if response.ok else response._replace(content_type="text/plain")


@handler_of("POST /{users,sessions}", caught_by="a-user-may-carry-what-nobody-knows")
async def an_unknown_field_is_refused(request: Request, app: App) -> Response:
    known = {"user_id", "session_id", "email", "first_name", "last_name", "metadata"}
    known.add("fact_rating_instruction")
    unknown = set(request.body or ()) - known
    return bad_request("unknown field") if unknown else await app(request)


@handler_of("GET|DELETE /**", caught_by=SHAPE)  # Zep's own client sends a body with every GET
async def a_body_where_none_is_needed_is_refused(request: Request, app: App) -> Response:
    return await app(request) if request.body is None else bad_request("unexpected body")


@handler_of(ALL, caught_by="an-instruction-does-no-harm")
async def null_is_no_value(request: Request, app: App) -> Response:
    null = isinstance(request.body, dict) and None in request.body.values()
    return bad_request("null") if null else await app(request)


def _everywhere(change: Change) -> Change:
    """A change of every JSON object of a body, the inner ones first."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return change({name: changed(part) for name, part in value.items()})
        return [changed(part) for part in value] if isinstance(value, list) else value

    return changed


ANY_STATUS = range(100, 600)


def _in_camel_case(value: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("_(.)", lambda m: m[1].upper(), name): v for name, v in value.items()}


def _without_dashes(value: dict[str, Any]) -> dict[str, Any]:
    uuid = value.get("uuid")
    return value | {"uuid": uuid.replace("-", "")} if isinstance(uuid, str) else value


def _cut(value: dict[str, Any]) -> dict[str, Any]:
    content = value.get("content")
    return value | {"content": content[:1000]} if isinstance(content, str) else value


def _in_metadata(change: Change) -> Change:
    """A change of the metadata of an object."""
    return lambda value: (
        value | {"metadata": change(value["metadata"])}
        if isinstance(value.get("metadata"), dict)
        else value
    )


fields_are_in_camel_case = response_to(
    ALL, _everywhere(_in_camel_case), when=ANY_STATUS, caught_by="a-user-is-read-as-it-was-written"
)
uuids_have_no_dashes = response_to(
    ALL, _everywhere(_without_dashes), when=ANY_STATUS, caught_by="a-user-is-read-as-it-was-written"
)
metadata_has_texts_alone = response_to(
    ALL,
    _everywhere(
        _in_metadata(
            lambda m: {n: str(v) if isinstance(v, int | float) else v for n, v in m.items()}
        )
    ),
    when=ANY_STATUS,
    caught_by="a-user-is-read-as-it-was-written",
)
metadata_has_no_null = response_to(
    ALL,
    _everywhere(_in_metadata(lambda m: {n: v for n, v in m.items() if v is not None})),
    when=ANY_STATUS,
    caught_by="a-user-is-read-as-it-was-written",
)
nothing_was_ever_updated = response_to(
    ALL,
    _everywhere(without("updated_at")),
    when=ANY_STATUS,
    caught_by="reading-a-session-changes-nothing",
)
nothing_has_metadata = response_to(
    ALL,
    _everywhere(without("metadata")),
    when=ANY_STATUS,
    caught_by="a-user-is-read-as-it-was-written",
)
texts_end_at_a_thousand = response_to(
    ALL, _everywhere(_cut), when=ANY_STATUS, caught_by="a-message-holds-2500-characters"
)
