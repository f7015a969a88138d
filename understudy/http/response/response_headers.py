"""The headers that a response declares: their values by the document, and their validation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.errors import Violation
from understudy.http import json_codec
from understudy.openapi.document import escape, resolve
from understudy.openapi.examples.example_response import generate
from understudy.openapi.operation import Body, Header, Operation

#: The headers that say how a response is transferred: they are the server's, whatever a document
#: has for them.
TRANSFER = frozenset(
    [
        *("connection", "content-encoding", "content-length", "date", "keep-alive", "te"),
        *("trailer", "transfer-encoding", "upgrade"),
    ]
)

#: What the name of a header is made of (RFC 9110, section 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

RawHeaders = tuple[tuple[bytes, bytes], ...]


def documented_headers(operation: Operation, response: Body, *, only_required: bool) -> RawHeaders:
    """Return the headers of a response with the document's examples and defaults; without one, with
    a value that is generated from the schema. A value that does not fit is left out."""
    return tuple(
        (header.name.lower().encode("latin-1", "replace"), encoded_value(header, value))
        for header in response.headers
        if (header.required or not only_required) and _is_sendable(header.name)
        for value in _candidates(operation, header)
        if header.validator.accepts(value)
    )


def replaced_headers(
    response: Body, before: RawHeaders, values: Mapping[str, str | int]
) -> RawHeaders:
    """Return the headers of a response with the values of a handler, which take the place of those
    of the same names. Raises ValueError for a header that a handler cannot set."""
    declared = {header.name.lower(): header for header in response.headers}
    given: dict[bytes, bytes] = {}
    for name, value in values.items():
        lower = name.lower()
        if not _is_sendable(name) or lower == "content-type":
            raise ValueError(f"a handler cannot set the header {name}")
        header = declared.get(lower)
        text = _one_line(_text(value)) if header is None else encoded_value(header, value)
        given[lower.encode()] = text
    return (*(header for header in before if header[0].lower() not in given), *given.items())


def _is_sendable(name: str) -> bool:
    """Return whether a header is one of HTTP's, and the document's to set."""
    return _TOKEN.fullmatch(name) is not None and name.lower() not in TRANSFER


def encoded_value(header: Header, value: Any) -> bytes:
    """Return a value as a header has it (style `simple`, or JSON)."""
    if header.is_json:
        text = json_codec.encode(value).decode()
    elif isinstance(value, dict):
        template = "{}={}" if header.definition.get("explode") else "{},{}"
        text = ",".join(template.format(name, _text(part)) for name, part in value.items())
    elif isinstance(value, list):
        text = ",".join(map(_text, value))
    else:
        text = _text(value)
    return _one_line(text)


def _one_line(text: str) -> bytes:
    text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip().encode("latin-1", "replace")


def header_violations(response: Body, sent: RawHeaders) -> Iterator[Violation]:
    """Yield how the headers of a response break what it declares."""
    values = {name.lower(): value.decode("latin-1") for name, value in sent}
    for header in response.headers:
        text = values.get(header.name.lower().encode("latin-1", "replace"))
        at = f"/{escape(header.name)}"
        if text is not None:
            yield from _value_violations(header, text, at)
        elif header.required:
            yield Violation("response", at, f"the header {header.name} is missing", header.place)


def _value_violations(header: Header, text: str, at: str) -> list[Violation]:
    readings = list(_json_readings(text) if header.is_json else _readings(text))
    if any(header.validator.accepts(value) for value in readings):
        return []
    return header.validator.violations(readings[0], at)


def _json_readings(text: str) -> Iterator[Any]:
    """Yield the value of a JSON text; of a text that is not JSON, itself."""
    try:
        yield json_codec.decode(text.encode())
    except Exception:
        yield text


def _readings(text: str) -> Iterator[Any]:
    """Yield the values that the text of a header may stand for: the schema decides."""
    yield text
    items = [item.strip() for item in text.split(",")]
    scalars = [_scalar(item) for item in items]
    yield _scalar(text)
    yield scalars
    yield items
    pairs = [item.partition("=") for item in items]
    yield {name: _scalar(value) for name, _, value in pairs}
    yield dict(zip(items[::2], scalars[1::2], strict=False))


def _candidates(operation: Operation, header: Header) -> Iterator[Any]:
    """Yield one value: the first of the document's, or a generated one."""
    document = operation.contract.document
    schema = resolve(document, header.schema)
    contents = header.definition.get("content", {}).values() if header.media_type else ()
    definition = resolve(document, next(iter(contents), header.definition))
    schema = schema if isinstance(schema, dict) else {}
    examples = [resolve(document, e) for e in definition.get("examples", {}).values()]
    values = [
        *([definition["example"]] if "example" in definition else ()),
        *(e["value"] for e in examples if isinstance(e, dict) and "value" in e),
        *schema.get("examples", ()),
        *(schema[key] for key in ("example", "default", "const") if key in schema),
    ]
    for value in values:
        if header.validator.accepts(value):
            yield value
            return
    yield generate(document, schema, f"{operation.id}:{header.name}")


def _scalar(text: str) -> Any:
    try:
        value = json_codec.decode(text.encode())
    except Exception:  # it is not JSON, so it is a text
        return text
    return text if isinstance(value, str | dict | list) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_codec.encode(value).decode()
