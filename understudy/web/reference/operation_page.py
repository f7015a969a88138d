"""What the page of one operation shows, worked out from its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from markupsafe import Markup

from understudy.errors import Problem
from understudy.openapi.contract import Body, MediaType, Operation, Parameter
from understudy.openapi.document import resolve
from understudy.openapi.examples import generated_value
from understudy.web.reference.markdown import markdown, pretty, split_deprecation
from understudy.web.reference.schema_tree import Node, Trees


@dataclass(frozen=True, slots=True)
class Example:
    """A body; `name` is the document's, or tells that we made it."""

    name: str
    value: Any

    @property
    def text(self) -> str:
        """As it is shown."""
        return self.value if isinstance(self.value, str) else pretty(self.value)


@dataclass(frozen=True, slots=True)
class Content:
    """A body in one media type."""

    media: MediaType
    tree: Node | None
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered with a status, which may be "4XX" or "default"."""

    status: str
    reason: str
    told: str
    headers: dict[str, str]
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter."""

    parameter: Parameter
    tree: Node
    example: str


@dataclass(frozen=True, slots=True)
class OperationPage:
    """An operation: what its page shows that is its own."""

    operation: Operation
    told: Markup
    deprecation: Markup
    rows: tuple[Row, ...]
    required: bool
    contents: tuple[Content, ...]
    answers: tuple[Answer, ...]

    @property
    def fields(self) -> Iterator[tuple[str, Node]]:
        """Each node of its schemas, after the anchor of its part of the page."""
        parts = [("request", self.contents), *((f"s{a.status}", a.contents) for a in self.answers)]
        for anchor, contents in parts:
            for content in contents:
                if content.tree is not None:
                    yield from ((anchor, node) for node in content.tree.walk())


def operation_page(operation: Operation) -> OperationPage:
    """The chapter about an operation."""
    definition = operation.definition
    told, deprecation = str(definition.get("description", "")), ""
    if definition.get("deprecated"):
        told, deprecation = split_deprecation(told)
        deprecation = deprecation or "Deprecated."
    body = operation.body
    return OperationPage(
        operation=operation,
        told=markdown(told),
        deprecation=markdown(deprecation),
        rows=tuple(_row(operation, parameter) for parameter in operation.parameters),
        required=body is not None and body.required,
        contents=() if body is None else tuple(_asked(operation, body)),
        answers=tuple(_answers(operation)),
    )


def example_of(parameter: Parameter) -> Any:
    """A value for a parameter that its document gives, or None."""
    told = parameter.definition
    named = [each["value"] for each in told.get("examples", {}).values() if "value" in each]
    known = [told[key] for key in ("example",) if key in told] + named
    known += [parameter.schema[key] for key in ("example", "default") if key in parameter.schema]
    return known[0] if known else None


def _row(operation: Operation, parameter: Parameter) -> Row:
    trees = Trees(operation.contract.document, f"{parameter.where}-{parameter.name}")
    tree = trees.tree(parameter.definition.get("schema", {}), parameter.name)
    example = example_of(parameter)
    text = example if isinstance(example, str) else pretty(example)
    return Row(parameter, tree, "" if example is None else text)


def _asked(operation: Operation, body: Body) -> Iterator[Content]:
    trees = Trees(operation.contract.document, "request")
    for media in body.media.values():
        yield _content(operation, media, trees)


def _answers(operation: Operation) -> Iterator[Answer]:
    document = operation.contract.document
    definitions = operation.definition.get("responses", {})
    for status, body in operation.responses.items():
        told = resolve(document, definitions[status])
        trees = Trees(document, f"s{status}")
        yield Answer(
            status=status,
            reason=_reason(status),
            told=str(told.get("description", "")),
            headers={
                name: str(resolve(document, header).get("description", ""))
                for name, header in told.get("headers", {}).items()
            },
            contents=tuple(_content(operation, media, trees) for media in body.media.values()),
        )


def _content(operation: Operation, media: MediaType, trees: Trees) -> Content:
    schema = media.definition.get("schema")
    tree = None if schema is None else trees.tree(schema)
    examples = _documented(operation, media) or _made(operation, media)
    return Content(media, tree, tuple(examples))


def _documented(operation: Operation, media: MediaType) -> list[Example]:
    named = media.named_examples(operation.contract.document)
    found = [Example(name, value) for name, value in named.items()]
    if "example" in media.definition:
        found.insert(0, Example("", media.definition["example"]))
    return found


def _made(operation: Operation, media: MediaType) -> list[Example]:
    """An example by the schema, where the document has none."""
    try:
        value = generated_value(operation, media, "reference") if media.validator else None
    except Problem:  # no valid value can be made
        return []
    fits = isinstance(value, str) if not media.is_json else value is not None
    return [Example("made from the schema", value)] if fits else []


def _reason(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return {"default": "Any other status"}.get(status, "")
