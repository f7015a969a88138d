"""The values of an operation's example request: those of the document, else generated ones."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from understudy.errors import Problem
from understudy.http.json_codec import ABSENT
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.documented_examples import example_values
from understudy.openapi.examples.example_response import generate, generated_value
from understudy.openapi.examples.media_samples import media_sample
from understudy.openapi.extensions import REQUIRES_ONE_OF
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.openapi.schemas.schema import merged


@dataclass(frozen=True, slots=True)
class ExampleValues:
    """The parameters of an example request with their values, and the value of its body in a media
    type; `body` is ABSENT, and the media type None, if there is no body."""

    operation: Operation
    parameters: tuple[tuple[Parameter, Any], ...]
    media: MediaType | None
    body: Any


def example_of(operation: Operation) -> ExampleValues:
    """Return the values of an operation's example request: of its parameters those that it
    needs."""
    needed = _needed(operation)
    parameters = [p for p in operation.parameters if p.required or p.name == needed]
    media, body = _body(operation)
    return ExampleValues(
        operation, tuple((p, _parameter_value(operation, p)) for p in parameters), media, body
    )


def _needed(operation: Operation) -> str | None:
    """Return the first of the optional parameters of which a request needs at least one."""
    names = operation.definition.get(REQUIRES_ONE_OF)
    return str(names[0]) if isinstance(names, list) and names else None


def _parameter_value(operation: Operation, parameter: Parameter) -> Any:
    document = operation.contract.document
    for value in _documented(document, parameter):
        return value
    value = generate(document, parameter.schema, f"{operation.id}:{parameter.name}")
    return parameter.name if value is None else value


def _documented(document: Document, parameter: Parameter) -> Iterator[Any]:
    """Yield the examples of a parameter, then its default."""
    contents = parameter.definition.get("content")
    content = next(iter(contents.values()), None) if isinstance(contents, dict) else None
    for holder in (parameter.definition, content):
        if not isinstance(holder, dict):
            continue
        if "example" in holder:
            yield holder["example"]
        named = holder.get("examples")
        for node in named.values() if isinstance(named, dict) else ():
            yield from example_values(resolve(document, node), is_json=parameter.is_json)
    schema = parameter.schema
    listed = schema.get("examples")
    yield from ([schema["example"]] if "example" in schema else [])
    yield from (listed if isinstance(listed, list) else [])
    yield from (schema[key] for key in ("default", "const") if key in schema)


def _body(operation: Operation) -> tuple[MediaType | None, Any]:
    body = operation.body
    if body is None or not body.media:
        return None, ABSENT
    media = body.preferred
    value = _body_value(operation, media)
    if media.type.startswith("multipart/") and isinstance(value, dict):
        value = _with_files(media, value)
    return (None, ABSENT) if value is ABSENT else (media, value)


def _body_value(operation: Operation, media: MediaType) -> Any:
    for value in media.examples(operation.contract.document):
        return value
    sample = media_sample(media)
    if sample is not None:
        return sample
    try:
        return generated_value(operation, media, "sample", use_examples=True)
    except Problem:  # the schema accepts no value that we can generate
        return ABSENT


def _with_files(media: MediaType, value: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form, those that are files as bytes; their examples may be base64."""
    properties = merged(media.document, media.definition.get("schema", {})).get("properties", {})
    return {
        name: _bytes(field) if _is_file(media.document, properties.get(name)) else field
        for name, field in value.items()
    }


def _is_file(document: Document, schema: Any) -> bool:
    whole = merged(document, schema)
    return whole.get("format") == "binary" or (
        "contentMediaType" in whole and "contentEncoding" not in whole
    )


def _bytes(field: Any) -> Any:
    if not isinstance(field, str):
        return field
    try:
        return b64decode(field, validate=True)
    except (binascii.Error, ValueError):
        return field.encode(errors="replace")
