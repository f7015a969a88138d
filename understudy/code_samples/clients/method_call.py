"""The call of a client's method: what it is given, by the names in the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.extensions import SDK
from understudy.openapi.resources.call import Call
from understudy.openapi.schemas.schema import CHOICES, COMPOSITIONS, item_schema, merged

#: How many schemas around one are looked into.
_MOST_STEPS = 10

_NULL = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument by its name in the document, with its value and schema."""

    name: str
    value: Any
    schema: Any
    required: bool


@dataclass(frozen=True, slots=True)
class MethodCall:
    """A call of `method` ("user.add"). Parameters of the path are `positional`, those of query and
    headers, and the fields of the body, are `named`; a body that is no object is `whole`.

    `request` is the type that has the named arguments. `code` is the call itself, if the
    document writes it and not the rules of its language.
    """

    document: Document
    method: str
    positional: tuple[Argument, ...]
    named: tuple[Argument, ...]
    whole: Argument | None
    request: str
    code: str
    body: Any

    def filled(self, literal: Callable[[Any, Any, int], str]) -> str:
        """Return `code` with the literals of values in the places of their names; {body} stands for
        the whole body. `literal` has a value, its schema and its indentation."""
        given = {each.name: (each.value, each.schema) for each in (*self.positional, *self.named)}
        given.setdefault("body", (self.body, None))
        parts = re.split(r"\{([\w.-]+)\}", self.code)
        for number in range(1, len(parts), 2):
            name = parts[number]
            parts[number] = literal(*given[name], 0) if name in given else f"{{{name}}}"
        return "".join(parts)


def method_call(call: Call, language: str) -> MethodCall | None:
    """Return the call of the method that the document names for a language, or None."""
    method = call.operation.sdk_methods.get(language, "")
    entry = call.operation.definition[SDK][language] if method else None
    node = entry if isinstance(entry, dict) else {}
    if node.get("sample") is False or not re.fullmatch(r"\w+(\.\w+)*", method, re.ASCII):
        return None
    fields, whole = _body(call)
    return MethodCall(
        call.operation.contract.document,
        method,
        tuple(_parameters(call, "path")),
        (*_parameters(call, "query"), *_parameters(call, "header"), *fields),
        whole,
        _word(node.get("request")),
        str(node.get("call", "")),
        call.arguments.body,
    )


def _parameters(call: Call, where: str) -> Iterator[Argument]:
    """Yield the parameters at a place; those of the path in its order."""
    values = call.arguments.parameters(where)
    found = [p for p in call.operation.parameters if p.where == where and p.name in values]
    if where == "path":
        found.sort(key=lambda parameter: call.operation.path.find(f"{{{parameter.name}}}"))
    for parameter in found:
        schema = parameter.definition.get("schema", parameter.schema)
        yield Argument(parameter.name, values[parameter.name], schema, parameter.required)


def _body(call: Call) -> tuple[list[Argument], Argument | None]:
    """Return the fields of the body as arguments, or else the whole body as one."""
    media, body = call.arguments.media, call.arguments.body
    if media is None or body is None:
        return [], None
    schema = media.definition.get("schema")
    if not isinstance(body, dict):
        return [], Argument("body", body, schema, required=True)
    return fields_of(media.document, schema, body), None


def fields_of(document: Document, schema: Any, value: Mapping[str, Any]) -> list[Argument]:
    """Return the properties of an object, each with its schema (None if it declares none)."""
    whole = merged(document, schema)
    properties = properties_of(document, schema)
    required = whole.get("required", ())
    return [
        Argument(str(name), item, properties.get(name), name in required)
        for name, item in value.items()
    ]


def properties_of(document: Document, schema: Any) -> dict[str, Any]:
    """Return the schemas of the properties of an object, those of its alternatives too."""
    whole = merged(document, schema)
    found: dict[str, Any] = {}
    for key in CHOICES:
        for choice in whole.get(key, ()):
            found.update(merged(document, choice).get("properties", {}))
    return {**found, **whole.get("properties", {})}


def items_of(document: Document, schema: Any) -> Any:
    """Return the schema of the items of a list."""
    return item_schema(document, merged(document, schema))


def type_of(document: Document, schema: Any, language: str) -> str:
    """Return the name of the type of a schema's values in a language, or an empty text."""
    named = resolve(document, schema)
    for _ in range(_MOST_STEPS):
        only = _only_part(named)
        if only is None:
            break
        named = resolve(document, only)
    types = named.get(SDK) if isinstance(named, dict) else None
    return _word(types.get(language)) if isinstance(types, dict) else ""


def _only_part(schema: Any) -> Any:
    """Return the only schema that one consists of, beside null: that of a reference which has a
    description or may be null. Return None if there is none, or if the schema names its type."""
    if not isinstance(schema, dict) or SDK in schema:
        return None
    parts = [part for key in COMPOSITIONS for part in schema.get(key, ()) if part != _NULL]
    return parts[0] if len(parts) == 1 else None


def _word(name: Any) -> str:
    return name if isinstance(name, str) and re.fullmatch(r"\w+(\.\w+)?", name) else ""
