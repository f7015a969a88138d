"""The content of an operation's page, computed from its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from markupsafe import Markup

from understudy.errors import Problem
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.example_response import generated_value
from understudy.openapi.examples.request_example import content_of, example_of
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
    """A body in one media type: its schema and examples. `is_sequence` tells that the body is a
    sequence of items, such as JSON lines, and that the schema is that of an item."""

    media: MediaType
    tree: SchemaNode | None
    examples: tuple[BodyExample, ...]
    is_sequence: bool = False


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A header of a response: its schema, and its own description or that of the schema."""

    name: str
    tree: SchemaNode
    description: str
    required: bool
    deprecated: bool


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """A documented response; `status` may be "4XX" or "default", `reason` is HTTP's phrase."""

    status: str
    reason: str
    description: str
    headers: tuple[HeaderRow, ...]
    contents: tuple[MediaTypeEntry, ...]


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its schema, an example as text ("" if the document has none), and the media
    type of its value ("" if it has a style instead)."""

    parameter: Parameter
    tree: SchemaNode
    example: str
    media_type: str


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


def _schema_of(definition: dict[str, Any]) -> Any:
    """Return the schema of a parameter or header."""
    _, content = content_of(definition)
    return definition.get("schema", content.get("schema", {}))


def _row(operation: Operation, parameter: Parameter) -> ParameterRow:
    document = operation.contract.document
    trees = SchemaTrees(document, f"{parameter.where}-{parameter.name}")
    tree = trees.tree(_schema_of(parameter.definition), parameter.name)
    example = example_of(parameter, document)
    text = example if isinstance(example, str) else pretty(example)
    media_type, _ = content_of(parameter.definition)
    return ParameterRow(parameter, tree, "" if example is None else text, media_type)


def _request_contents(operation: Operation, body: Body) -> Iterator[MediaTypeEntry]:
    trees = SchemaTrees(operation.contract.document, "request")
    for media in body.media.values():
        yield _media_type(operation, media, trees)


def _responses(operation: Operation) -> Iterator[ResponseEntry]:
    document = operation.contract.document
    for status, body in operation.responses.items():
        trees = SchemaTrees(document, f"s{status}")
        definition = body.definition
        yield ResponseEntry(
            status=status,
            reason=_reason(status),
            description=str(definition.get("description") or definition.get("summary", "")),
            headers=tuple(_headers(document, status, definition)),
            contents=tuple(_media_type(operation, media, trees) for media in body.media.values()),
        )


def _headers(document: Document, status: str, response: dict[str, Any]) -> Iterator[HeaderRow]:
    for name, node in response.get("headers", {}).items():
        header = resolve(document, node)
        if not isinstance(header, dict):
            continue
        tree = SchemaTrees(document, f"s{status}-{name}").tree(_schema_of(header), name)
        yield HeaderRow(
            name,
            tree,
            str(header.get("description") or tree.description),
            header.get("required") is True,
            header.get("deprecated") is True,
        )


def _media_type(operation: Operation, media: MediaType, trees: SchemaTrees) -> MediaTypeEntry:
    is_sequence = "itemSchema" in media.definition
    schema = media.definition.get("itemSchema", media.definition.get("schema"))
    tree = None if schema is None else trees.tree(schema)
    examples = _documented_examples(operation, media) or _generated_examples(operation, media)
    return MediaTypeEntry(media, tree, tuple(examples), is_sequence)


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
