"""The example request of an operation: the values that its page and its code samples send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import Problem
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.example_response import generate, generated_value, valid_examples
from understudy.openapi.extensions import REQUIRES_ONE_OF
from understudy.openapi.operation import MediaType, Operation, Parameter


def example_of(parameter: Parameter, document: Document) -> Any:
    """Return the document's example of a parameter, or its default, or None."""
    definition, schema = parameter.definition, parameter.schema
    _, content = content_of(definition)
    values = [value for holder in (definition, content) for value in _examples_in(document, holder)]
    values += [schema[key] for key in ("example",) if key in schema]
    listed = schema.get("examples")
    values += listed if isinstance(listed, list) else []
    values += [schema[key] for key in ("default", "const") if key in schema]
    return values[0] if values else None


def content_of(definition: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the media type that the value of a parameter or header has, and what the document says
    of it; empty if the value has a style instead."""
    content = definition.get("content")
    if "schema" in definition or not isinstance(content, dict):
        return "", {}
    pairs = ((name, media) for name, media in content.items() if isinstance(media, dict))
    return next(pairs, ("", {}))


def parameter_value(operation: Operation, parameter: Parameter) -> Any:
    """Return the value that an example request has for a parameter: the document's example, or a
    valid value; None if there is neither."""
    document = operation.contract.document
    value = example_of(parameter, document)
    if value is None:
        seed = f"{operation.id}:{parameter.where}:{parameter.name}"
        value = generate(document, parameter.schema, seed)
    return value


def sent_parameters(operation: Operation) -> Iterator[Parameter]:
    """Yield the parameters that an example request has: those that are required, and the
    query parameters of which the operation needs one or more."""
    declared = operation.definition.get(REQUIRES_ONE_OF)
    alternatives = declared if isinstance(declared, list) else []
    for parameter in operation.parameters:
        if parameter.required or (parameter.where == "query" and parameter.name in alternatives):
            yield parameter


def body_example(operation: Operation, media: MediaType) -> Any:
    """Return the first example of a media type of a request body, of those in JSON the first valid
    one if there is one; or else a generated value. Return None if there is neither."""
    examples = list(media.examples(operation.contract.document))
    for value in (*(valid_examples(media, examples) if media.is_json else ()), *examples):
        return value
    if media.validator is None:
        return None
    try:
        return generated_value(operation, media, "reference", use_examples=True)
    except Problem:  # the schema accepts no value that we can generate
        return None


def _examples_in(document: Document, holder: dict[str, Any]) -> Iterator[Any]:
    """Yield the values of `example` and `examples` of a parameter or a media type."""
    if "example" in holder:
        yield holder["example"]
    named = holder.get("examples")
    for node in named.values() if isinstance(named, dict) else ():
        example = resolve(document, node)
        for key in ("dataValue", "value", "serializedValue"):
            if isinstance(example, dict) and key in example:
                yield example[key]
                break
