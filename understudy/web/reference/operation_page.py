"""The content of an operation's page, computed from its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from markupsafe import Markup

from understudy.errors import Problem
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.example_response import generated_value
from understudy.openapi.examples.request_example import content_of, example_of
from understudy.openapi.operation import Body, MediaType, Operation, Parameter
from understudy.web.reference.markdown import markdown, pretty, split_deprecation
from understudy.web.reference.schema.anchors import DEEPEST, Anchors
from understudy.web.reference.schema.node import SchemaNode
from understudy.web.reference.schema.tree import SchemaTrees

#: The languages of examples, which media types name.
_LANGUAGES = ("json", "xml", "yaml", "html")


@dataclass(frozen=True, slots=True)
class BodyExample:
    """An example of a body; `name` is the document's, or says that it was generated."""

    name: str
    value: Any

    @property
    def text(self) -> str:
        """The example as the page shows it."""
        return self.value if isinstance(self.value, str) else pretty(self.value)


@dataclass(frozen=True)
class MediaTypeEntry:
    """A body in one media type: its schema and examples. `is_sequence` tells that the body is a
    sequence of items, such as JSON lines, and that the schema is that of an item. `anchor` is the
    address of its section, or its own if it is not the first."""

    anchor: str
    operation: Operation
    media: MediaType
    tree: SchemaNode | None
    is_sequence: bool = False

    @cached_property
    def examples(self) -> tuple[BodyExample, ...]:
        """The document's examples, or one that is generated when it is first asked for."""
        documented = _documented_examples(self.operation, self.media)
        return tuple(documented or _generated_examples(self.operation, self.media))

    @property
    def language(self) -> str:
        """The name of the language of the examples, for their colours; empty for plain text."""
        named = (name for name in _LANGUAGES if name in self.media.type)
        is_shown_as_json = any(not isinstance(example.value, str) for example in self.examples)
        return next(named, "json" if is_shown_as_json else "")


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A header of a response: its schema, and its own description or that of the schema."""

    anchor: str
    name: str
    tree: SchemaNode
    description: str
    required: bool
    deprecated: bool


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """A documented response; `status` may be "4XX" or "default", `reason` is HTTP's phrase."""

    anchor: str
    status: str
    reason: str
    description: str
    headers: tuple[HeaderRow, ...]
    contents: tuple[MediaTypeEntry, ...]


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its schema, an example as text ("" if the document has none), and the media
    type of its value ("" if it has a style instead)."""

    anchor: str
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


def operation_page(operation: Operation) -> OperationPage:
    """Build the page of an operation; one with very many fields shows those of fewer levels."""
    count = 0
    for deepest in DEEPEST:
        anchors = Anchors(deepest)
        page = _page(operation, anchors)
        if not anchors.are_too_many or len(anchors) == count:
            break
        count = len(anchors)
    return page


def _page(operation: Operation, anchors: Anchors) -> OperationPage:
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
        rows=tuple(_row(operation, parameter, anchors) for parameter in operation.parameters),
        required=body is not None and body.required,
        contents=() if body is None else tuple(_contents(operation, body, "request", anchors)),
        responses=tuple(_responses(operation, anchors)),
    )


def _schema_of(definition: dict[str, Any]) -> Any:
    """Return the schema of a parameter or header."""
    _, content = content_of(definition)
    return definition.get("schema", content.get("schema", {}))


def _row(operation: Operation, parameter: Parameter, anchors: Anchors) -> ParameterRow:
    document = operation.contract.document
    anchor = anchors.new(parameter.where, parameter.name)
    schema = _schema_of(parameter.definition)
    tree = SchemaTrees(document, anchors).tree(schema, parameter.name, anchor=anchor)
    example = example_of(parameter, document)
    text = example if isinstance(example, str) else pretty(example)
    media_type, _ = content_of(parameter.definition)
    return ParameterRow(anchor, parameter, tree, "" if example is None else text, media_type)


def _contents(
    operation: Operation, body: Body, section: str, anchors: Anchors
) -> Iterator[MediaTypeEntry]:
    """Yield the media types of a body; the first one's fields have the shortest addresses."""
    trees = SchemaTrees(operation.contract.document, anchors)
    for number, media in enumerate(body.media.values()):
        anchor = anchors.new(section, media.type) if number else section
        yield _media_type(operation, media, trees, anchor)


def _responses(operation: Operation, anchors: Anchors) -> Iterator[ResponseEntry]:
    document = operation.contract.document
    for status, body in operation.responses.items():
        definition = body.definition
        anchor = anchors.new(f"s{status}")
        yield ResponseEntry(
            anchor=anchor,
            status=status,
            reason=_reason(status),
            description=str(definition.get("description") or definition.get("summary", "")),
            headers=tuple(_headers(document, definition, anchor, anchors)),
            contents=tuple(_contents(operation, body, anchor, anchors)),
        )


def _headers(
    document: Document, response: dict[str, Any], section: str, anchors: Anchors
) -> Iterator[HeaderRow]:
    for name, node in response.get("headers", {}).items():
        header = resolve(document, node)
        if not isinstance(header, dict):
            continue
        anchor = anchors.new(section, "header", name)
        tree = SchemaTrees(document, anchors).tree(_schema_of(header), name, anchor=anchor)
        yield HeaderRow(
            anchor,
            name,
            tree,
            str(header.get("description") or tree.description),
            header.get("required") is True,
            header.get("deprecated") is True,
        )


def _media_type(
    operation: Operation, media: MediaType, trees: SchemaTrees, anchor: str
) -> MediaTypeEntry:
    is_sequence = "itemSchema" in media.definition
    schema = media.definition.get("itemSchema", media.definition.get("schema"))
    tree = None if schema is None else trees.tree(schema, anchor=anchor)
    return MediaTypeEntry(anchor, operation, media, tree, is_sequence)


def _documented_examples(operation: Operation, media: MediaType) -> list[BodyExample]:
    named = media.named_examples(operation.contract.document)
    examples = [BodyExample(name, value) for name, value in named.items()]
    if "example" in media.definition:
        examples.insert(0, BodyExample("", media.definition["example"]))
    return examples


def _generated(operation: Operation, media: MediaType) -> Any:
    return generated_value(operation, media, "reference", use_examples=True)


def _generated_examples(operation: Operation, media: MediaType) -> list[BodyExample]:
    """Return one example that is generated by the schema, or none if that is impossible."""
    try:
        value = _generated(operation, media) if media.validator else None
    except Problem:  # the schema accepts no value that we can generate
        return []
    shown = isinstance(value, str) if not media.is_json else value is not None
    return [BodyExample("made from the schema", value)] if shown else []


def _reason(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return {"default": "Any other status"}.get(status, "")
