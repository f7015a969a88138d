"""The content of an operation's page, computed from its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from markupsafe import Markup

from understudy.errors import Problem
from understudy.openapi.document import resolve
from understudy.openapi.examples.example_response import generated_value
from understudy.openapi.operation import Body, MediaType, Operation, Parameter
from understudy.web.reference.markdown import markdown, pretty, split_deprecation
from understudy.web.reference.schema_tree import SchemaNode, SchemaTrees


@dataclass(frozen=True, slots=True)
class BodyExample:
    """An example of a body; `name` is the document's, or says that it was generated."""

    name: str
    value: Any

    @property
    def text(self) -> str:
        """The example as the page shows it."""
        return self.value if isinstance(self.value, str) else pretty(self.value)


@dataclass(frozen=True, slots=True)
class MediaTypeEntry:
    """A body in one media type: its schema and examples."""

    media: MediaType
    tree: SchemaNode | None
    examples: tuple[BodyExample, ...]


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """A documented response; `status` may be "4XX" or "default", `reason` is HTTP's phrase."""

    status: str
    reason: str
    description: str
    headers: dict[str, str]
    contents: tuple[MediaTypeEntry, ...]


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its schema, and an example as text ("" if the document has none)."""

    parameter: Parameter
    tree: SchemaNode
    example: str


@dataclass(frozen=True, slots=True)
class OperationPage:
    """The content of an operation's page; `required` and `contents` are of the request body."""

    operation: Operation
    description: Markup
    deprecation: Markup
    rows: tuple[ParameterRow, ...]
    required: bool
    contents: tuple[MediaTypeEntry, ...]
    responses: tuple[ResponseEntry, ...]

    @property
    def fields(self) -> Iterator[tuple[str, SchemaNode]]:
        """All schema nodes, each with the anchor of its section of the page."""
        sections = [("request", self.contents)]
        sections += [(f"s{response.status}", response.contents) for response in self.responses]
        for anchor, contents in sections:
            for content in contents:
                if content.tree is not None:
                    yield from ((anchor, node) for node in content.tree.walk())


def operation_page(operation: Operation) -> OperationPage:
    """Build the page of an operation."""
    definition = operation.definition
    description, deprecation = str(definition.get("description", "")), ""
    if definition.get("deprecated"):
        description, deprecation = split_deprecation(description)
        deprecation = deprecation or "Deprecated."
    body = operation.body
    return OperationPage(
        operation=operation,
        description=markdown(description),
        deprecation=markdown(deprecation),
        rows=tuple(_row(operation, parameter) for parameter in operation.parameters),
        required=body is not None and body.required,
        contents=() if body is None else tuple(_request_contents(operation, body)),
        responses=tuple(_responses(operation)),
    )


def example_of(parameter: Parameter) -> Any:
    """Return the document's example of a parameter, or its default, or None."""
    definition, schema = parameter.definition, parameter.schema
    values = [definition[key] for key in ("example",) if key in definition]
    values += [e["value"] for e in definition.get("examples", {}).values() if "value" in e]
    values += [schema[key] for key in ("example", "default") if key in schema]
    return values[0] if values else None


def _row(operation: Operation, parameter: Parameter) -> ParameterRow:
    trees = SchemaTrees(operation.contract.document, f"{parameter.where}-{parameter.name}")
    tree = trees.tree(parameter.definition.get("schema", parameter.schema), parameter.name)
    example = example_of(parameter)
    text = example if isinstance(example, str) else pretty(example)
    return ParameterRow(parameter, tree, "" if example is None else text)


def _request_contents(operation: Operation, body: Body) -> Iterator[MediaTypeEntry]:
    trees = SchemaTrees(operation.contract.document, "request")
    for media in body.media.values():
        yield _media_type(operation, media, trees)


def _responses(operation: Operation) -> Iterator[ResponseEntry]:
    document = operation.contract.document
    definitions = operation.definition.get("responses", {})
    for status, body in operation.responses.items():
        definition = resolve(document, definitions[status])
        trees = SchemaTrees(document, f"s{status}")
        yield ResponseEntry(
            status=status,
            reason=_reason(status),
            description=str(definition.get("description", "")),
            headers={
                name: str(resolve(document, header).get("description", ""))
                for name, header in definition.get("headers", {}).items()
            },
            contents=tuple(_media_type(operation, media, trees) for media in body.media.values()),
        )


def _media_type(operation: Operation, media: MediaType, trees: SchemaTrees) -> MediaTypeEntry:
    schema = media.definition.get("schema")
    tree = None if schema is None else trees.tree(schema)
    examples = _documented_examples(operation, media) or _generated_examples(operation, media)
    return MediaTypeEntry(media, tree, tuple(examples))


def _documented_examples(operation: Operation, media: MediaType) -> list[BodyExample]:
    named = media.named_examples(operation.contract.document)
    examples = [BodyExample(name, value) for name, value in named.items()]
    if "example" in media.definition:
        examples.insert(0, BodyExample("", media.definition["example"]))
    return examples


def _generated_examples(operation: Operation, media: MediaType) -> list[BodyExample]:
    """Return one example that is generated by the schema, or none if that is impossible."""
    try:
        value = generated_value(operation, media, "reference") if media.validator else None
    except Problem:  # the schema accepts no value that we can generate
        return []
    shown = isinstance(value, str) if not media.is_json else value is not None
    return [BodyExample("made from the schema", value)] if shown else []


def _reason(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return {"default": "Any other status"}.get(status, "")
