"""The call of a client's method: what it is given, by the names in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.code_samples.example_values import ExampleValues
from understudy.http.json_codec import ABSENT
from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.schema import CHOICES, item_schema, merged

#: On an operation: its method in each language; on a schema: its type in each language.
SDK = "x-sdk"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument by its name in the document, with its value and schema."""

    name: str
    value: Any
    schema: Any
    required: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `method` ("user.add"). Parameters of the path are `positional`, those of query and
    headers, and the fields of the body, are `named`; a body that is no object is `whole`.

    `request` is the name of the type that has the named arguments, and `arguments` what the call
    is given if not by the rules of its language.
    """

    document: Document
    method: str
    positional: tuple[Argument, ...]
    named: tuple[Argument, ...]
    whole: Argument | None
    request: str
    arguments: str

    def filled(self, literal: Any) -> str:
        """Return `arguments` with the literals of the values in the places of their names."""
        given = {each.name: each for each in (*self.positional, *self.named)}

        def filled(match: re.Match[str]) -> str:
            argument = given.get(match[1])
            return match[0] if argument is None else str(literal(argument))

        return re.sub(r"\{([\w.-]+)\}", filled, self.arguments)


def call_of(example: ExampleValues, language: str) -> Call | None:
    """Return the call of the method that the document names for a language, or None."""
    named = example.operation.definition.get(SDK)
    entry = named.get(language) if isinstance(named, dict) else None
    node = entry if isinstance(entry, dict) else {"method": entry}
    method = node.get("method")
    if not isinstance(method, str) or not re.fullmatch(r"\w+(\.\w+)*", method):
        return None
    fields, whole = _body(example)
    return Call(
        example.operation.contract.document,
        method,
        tuple(_parameters(example, "path")),
        (*_parameters(example, "query"), *_parameters(example, "header"), *fields),
        whole,
        _word(node.get("request")),
        str(node.get("arguments", "")),
    )


def _parameters(example: ExampleValues, where: str) -> Iterator[Argument]:
    """Yield the parameters at a place; those of the path in its order."""
    found = [(p, value) for p, value in example.parameters if p.where == where]
    if where == "path":
        found.sort(key=lambda pair: example.operation.path.find(f"{{{pair[0].name}}}"))
    for parameter, value in found:
        schema = parameter.definition.get("schema", parameter.schema)
        yield Argument(parameter.name, value, schema, parameter.required)


def _body(example: ExampleValues) -> tuple[list[Argument], Argument | None]:
    """Return the fields of the body as arguments, or else the whole body as one."""
    if example.media is None or example.body is ABSENT:
        return [], None
    document, schema = example.operation.contract.document, example.media.definition.get("schema")
    if not isinstance(example.body, dict):
        return [], Argument("body", example.body, schema, required=True)
    return fields_of(document, schema, example.body), None


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
    types = named.get(SDK) if isinstance(named, dict) else None
    return _word(types.get(language)) if isinstance(types, dict) else ""


def _word(name: Any) -> str:
    return name if isinstance(name, str) and re.fullmatch(r"\w+", name) else ""
