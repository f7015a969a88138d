"""Known defects of stock Connexion 3.3: its response differs, and ours is right.

Each entry selects requests, and lists the statuses of Connexion's responses. An entry that matches
no exchange fails the test: it is no longer true, or no request tests it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_to_bytes
from uuid import UUID

from tests.differential.calls import Call, media_of
from understudy.openapi.document import Document
from understudy.openapi.operation import Parameter
from understudy.openapi.schemas.schema import merged


@dataclass(frozen=True)
class Defect:
    """A defect: the requests that meet it, and the statuses that Connexion gives them."""

    name: str
    why: str
    meets: Callable[[Call], bool]
    statuses: tuple[int, ...]


def _spelled_for_python(call: Call) -> bool:
    return any(
        {"integer", "number"} & set(parameter.types) and not _JSON_NUMBER.fullmatch(text)
        for parameter, text in _given(call)
        if _is_python_number("".join(parameter.types[:1]), text)
    )


_JSON_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")


def _is_python_number(kind: str, text: str) -> bool:
    try:
        (int if kind == "integer" else float)(text)
    except ValueError:
        return False
    return True


def _given(call: Call) -> Iterator[tuple[Parameter, str]]:
    """Yield the query's fields that are parameters, as they are sent."""
    known = {p.name: p for p in call.operation.parameters if p.where == "query"}
    for name, text in parse_qsl(call.query_text, keep_blank_values=True):
        if name in known:
            yield known[name], text


def _given_twice(call: Call) -> bool:
    names = [parameter.name for parameter, _ in _given(call)]
    return len(names) > len(set(names))


def _has_no_type(call: Call) -> bool:
    """Return whether a given parameter has a schema without a type."""
    return any("type" not in parameter.schema for parameter, _ in _given(call))


def _is_empty_by_leave(call: Call) -> bool:
    given = list(_given(call))
    return any(text == "" and p.definition.get("allowEmptyValue") for p, text in given)


def _is_not_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return True
    return False


def _has_no_uuid(call: Call) -> bool:
    """Return whether a value is no UUID, though the document requires one."""
    in_query = (text for p, text in _given(call) if p.schema.get("format") == "uuid")
    if not all(map(_is_uuid, (*_uuids_in_path(call), *in_query))):
        return True
    if call.operation.body is None or call.raw is not None:
        return False
    schema = media_of(call.operation).definition["schema"]
    return _holds_no_uuid(call.document, schema, call.body)


def _uuids_in_path(call: Call) -> Iterator[str]:
    """Yield the values of path parameters that must be UUIDs, for the called operation."""
    segments = call.target.split("/")
    for operation in call.api.contract.operations:
        template = (call.api.contract.base_path + operation.path).split("/")
        kinds = {"{" + p.name + "}": p.definition for p in operation.parameters}
        method = "GET" if call.method == "HEAD" else call.method
        if operation.method == method and len(template) == len(segments):
            pairs = list(zip(template, segments, strict=True))
            if all(name in kinds or name == given for name, given in pairs):
                for name, given in pairs:
                    if kinds.get(name, {}).get("schema", {}).get("format") == "uuid":
                        yield unquote(given)


def _holds_no_uuid(document: Document, schema: Any, value: Any) -> bool:
    schema = merged(document, schema)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return any(
            _holds_no_uuid(document, properties[name], item)
            for name, item in value.items()
            if name in properties
        )
    if isinstance(value, list) and "items" in schema:
        return any(_holds_no_uuid(document, schema["items"], item) for item in value)
    formats = {part.get("format") for part in (schema, *schema.get("anyOf", ()))}
    return isinstance(value, str) and "uuid" in formats and not _is_uuid(value)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _has_whole_float(value: Any) -> bool:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return any(_has_whole_float(item) for item in items)
    return isinstance(value, float) and value.is_integer()


def _is_no_form(call: Call) -> bool:
    """Return whether the body should be a form, but has no part with a name."""
    return call.operation.body is not None and not call.is_json and b"; name=" not in call.payload


def _is_json(call: Call) -> bool:
    try:
        json.loads(call.payload)
    except (ValueError, RecursionError):
        return False
    return True


def _has_upper_case_media_type(call: Call) -> bool:
    kind = call.headers.get("content-type", "").partition(";")[0]
    return kind != kind.lower()


#: The statuses of what was done.
_DONE = (200, 201, 202, 204, 207)

DEFECTS = (
    Defect(
        "options",
        "OPTIONS is 405; every resource supports it (RFC 9110, 9.3.7).",
        lambda call: call.method == "OPTIONS",
        (405,),
    ),
    Defect(
        "head",
        "FlaskApp validates the empty body of the answer to HEAD against the schema of GET's.",
        lambda call: call.method == "HEAD",
        (500,),
    ),
    Defect(
        "trailing slash",
        "A path that no operation has is redirected, even for POST, to one that an operation has.",
        lambda call: call.target.endswith("/"),
        (307,),
    ),
    Defect(
        "encoded slash",
        "%2F in a parameter is decoded before routing, and so ends the parameter.",
        lambda call: "%2F" in call.target,
        (404, 405),
    ),
    Defect(
        "text that is not UTF-8",
        "Bytes in a path or query that are no UTF-8 become U+FFFD: other text than was sent.",
        lambda call: _is_not_utf8(unquote_to_bytes(call.target + "?" + call.query_text)),
        (*_DONE, 400, 404, 409, 410),
    ),
    Defect(
        "the case of a media type",
        "`Application/JSON` is validated as JSON, but the handler is given bytes.",
        _has_upper_case_media_type,
        (400, 500),
    ),
    Defect(
        "no media type",
        "A body without a Content-Type is validated as JSON, but the handler is given bytes.",
        lambda call: "content-type" not in call.headers and bool(call.payload),
        (*_DONE, 400, 404, 409, 410, 500),
    ),
    Defect(
        "charset",
        "JSON is decoded as the charset says; application/json has no such parameter (RFC 8259).",
        lambda call: "utf-16" in call.headers.get("content-type", ""),
        (400, 500),
    ),
    Defect(
        "byte order mark",
        "JSON after a byte order mark is refused; a parser may ignore the mark (RFC 8259, 8.1).",
        lambda call: call.is_json and call.payload.startswith(b"\xef\xbb\xbf"),
        (400,),
    ),
    Defect(
        "chunked",
        "A chunked body, which has no Content-Length, counts as missing; the handler gets none.",
        lambda call: call.chunked,
        (*_DONE, 400),
    ),
    Defect(
        "optional body",
        "A body that the document does not require is required, and validated as null.",
        lambda call: bool(call.operation.body) and not call.payload,
        (400,),
    ),
    Defect(
        "more than JSON",
        "NaN, Infinity and lone surrogates are taken; they are not JSON, and no answer holds them.",
        lambda call: _is_json(call) and bool(re.search(rb"NaN|Infinity|\\ud800", call.payload)),
        (*_DONE, 400, 403, 404, 409, 410, 500),
    ),
    Defect(
        "body that is not UTF-8",
        "Decoding it fails beside the error handling: 500 for an invalid request.",
        lambda call: _is_not_utf8(call.payload),
        (500,),
    ),
    Defect(
        "malformed forms",
        "The parser of such bodies raises beside the error handling: 500 for an invalid request.",
        _is_no_form,
        (500,),
    ),
    Defect(
        "encodings of several media types",
        "`contentType: 'a/b, c/d'` of an encoding is read as one: 500 where its field is text.",
        lambda call: b'name="file"\r\n' in call.payload,
        (500,),
    ),
    Defect(
        "deep nesting",
        "json.loads() runs out of stack: 500 for an invalid request.",
        lambda call: b"[" * 1000 in call.payload,
        (500,),
    ),
    Defect(
        "numbers as Python spells them",
        "Parameters go through int() and float(), which take `1_0`, `+5`, ` 5`, `nan` and others.",
        _spelled_for_python,
        (*_DONE, 404, 409, 410),
    ),
    Defect(
        "given twice",
        "Of a scalar that is given twice in the query, the last one is taken silently.",
        _given_twice,
        (*_DONE, 404, 410),
    ),
    Defect(
        "parameters of several types",
        "A parameter whose schema is an `anyOf` has no `type`, and Connexion asks for one: 500.",
        _has_no_type,
        (500,),
    ),
    Defect(
        "empty values",
        "`allowEmptyValue` is ignored: an empty value of a number or an enum is refused.",
        _is_empty_by_leave,
        (400,),
    ),
    Defect(
        "format uuid",
        "`format: uuid` is not enforced, neither in parameters nor in bodies; handlers rely on it.",
        _has_no_uuid,
        (*_DONE, 404, 409, 410, 500),
    ),
    Defect(
        "whole numbers with a fraction",
        "Draft 4 does not take 4.0 for an integer; every later draft does, and so do clients. "
        "Where any number is allowed, it is answered as 4.0; JavaScript and Go write 4.",
        lambda call: _has_whole_float(call.body),
        (*_DONE, 400),
    ),
    Defect(
        "sizes",
        "There is no limit to bodies and headers.",
        lambda call: len(call.payload) > 5_000_000 or len(str(call.headers)) > 65_536,
        (*_DONE, 400, 404),
    ),
)
