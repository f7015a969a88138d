"""The controls of an operation's form, by the schemas of its parameters and fields."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.code_samples.files import is_file, with_files
from understudy.http.response.form_writer import is_form
from understudy.openapi.credentials import key_place, key_places
from understudy.openapi.document import Document
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.openapi.resources.call import Arguments
from understudy.openapi.schemas.schema import merged, types_of

#: The most values that a list to choose from has; more are typed.
_MOST_VALUES = 500


@dataclass(frozen=True, slots=True)
class Control:
    """How a value is put in: `kind` is "select" with `options`, or the type of an <input> with
    `limits`, which are its attributes."""

    kind: str = "text"
    options: tuple[str, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form's body: its control, its example as text, and of a file the bytes of the
    example as base64, and its media type."""

    name: str
    required: bool
    control: Control
    example: str = ""
    content: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """The form of an operation: the controls of its parameters by place and name (but for a key,
    which has a field of its own), the texts that the example request puts into them, and the
    fields of a form's body (None for another body)."""

    controls: Mapping[tuple[str, str], Control]
    texts: Mapping[tuple[str, str], str]
    fields: tuple[FormField, ...] | None


def request_form(operation: Operation, arguments: Arguments) -> RequestForm:
    """Return the form of an operation, with the arguments of its example."""
    contract, document = operation.contract, operation.contract.document
    has_key = operation.security and {} not in operation.security
    keys = key_places(contract, contract.security_schemes) if has_key else ()
    return RequestForm(
        {
            (p.where, p.name): _parameter_control(p, document)
            for p in operation.parameters
            if key_place(p.where, p.name) not in keys
        },
        {
            (where, name): field_text(value)
            for where in ("path", "query", "header", "cookie")
            for name, value in arguments.parameters(where).items()
        },
        _form_fields(arguments),
    )


def control_of(document: Document, schema: Any) -> Control:
    """Return the control for values of a schema. It hints at what is valid and lets everything be
    sent: the stand-in says what is wrong."""
    whole = merged(document, schema)
    kinds = {*types_of(whole)} - {"null"}
    values = whole.get("enum")
    if isinstance(values, list) and 0 < len(values) <= _MOST_VALUES:
        return Control("select", tuple(field_text(value) for value in values if value is not None))
    if kinds == {"boolean"}:
        return Control("select", ("true", "false"))
    if kinds and kinds <= {"integer", "number"}:
        return Control("number", limits=dict(_limits(whole, kinds)))
    if whole.get("format") == "date":
        return Control("date")
    return Control("file") if is_file(whole) else Control()


def _parameter_control(parameter: Parameter, document: Document) -> Control:
    """Return the control of a parameter; a value with a media type of its own is a text."""
    return Control() if parameter.media_type else control_of(document, parameter.schema)


def _form_fields(arguments: Arguments) -> tuple[FormField, ...] | None:
    media = arguments.media
    if media is None or not is_form(media.type):
        return None
    body = with_files(arguments).body
    return tuple(_fields(media, body if isinstance(body, dict) else {}))


def field_text(value: Any) -> str:
    """Return a value as the text of a field: JSON, but of a text the text itself."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fields(media: MediaType, example: Mapping[str, Any]) -> Iterator[FormField]:
    whole = merged(media.document, media.definition.get("schema", {}))
    required = whole.get("required", ())
    encoding = media.definition.get("encoding")
    for name, schema in whole.get("properties", {}).items():
        control = control_of(media.document, schema)
        value = example.get(name)
        named = encoding.get(name) if isinstance(encoding, dict) else None
        types = str(named.get("contentType", "")) if isinstance(named, dict) else ""
        if isinstance(value, bytes):
            content = b64encode(value).decode()
            kind = types.partition(",")[0].strip()
            yield FormField(name, name in required, control, "", content, kind)
        else:
            text = "" if value is None else field_text(value)
            yield FormField(name, name in required, control, text)


def _limits(schema: Mapping[str, Any], kinds: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an <input> for numbers."""
    for keyword, name in (("minimum", "min"), ("maximum", "max")):
        limit = schema.get(keyword)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield name, str(limit)
    yield "step", "1" if kinds == {"integer"} else "any"
