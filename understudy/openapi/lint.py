"""What is wrong with a document: by openapi-spec-validator first, then by rules of our own.

Our rules ask for what makes a document good to read and to test by: ids, tags, summaries,
descriptions, and examples that are valid.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from understudy.openapi.contract import Body, Contract, MediaType, Operation
from understudy.openapi.document import pointer, read, resolve, validation_errors


def lint(path: Path) -> list[str]:
    """The faults of the document at `path`, a sentence each. Raises UsageError where it cannot be
    read at all."""
    found = validation_errors(read(path))
    return found or list(_faults(Contract.load(path)))


def _faults(contract: Contract) -> Iterator[str]:
    tags = {tag.get("name"): tag for tag in contract.document.get("tags", ())}
    for name, tag in tags.items():
        if not tag.get("description"):
            yield f"#/tags: the tag {name!r} has no description"
    for operation in contract.operations:
        yield from _operation_faults(operation, set(tags))
    for name, schema in contract.document.get("components", {}).get("schemas", {}).items():
        for field, part in schema.get("properties", {}).items():
            if not resolve(contract.document, part).get("description"):
                place = pointer("components", "schemas", name, "properties", field)
                yield f"{place}: has no description"
    yield from _disagreement_faults(contract)
    for number, client in enumerate(contract.document.get("x-understudy-clients", ())):
        place = pointer("x-understudy-clients", str(number))
        for field in sorted({"language", "code"} - client.keys()):
            yield f"{place}: has no {field}"


def _disagreement_faults(contract: Contract) -> Iterator[str]:
    known = {operation.id for operation in contract.operations}
    for number, entry in enumerate(contract.disagreements):
        place = pointer("x-understudy-disagreements", str(number))
        for field, kind in (("point", str), ("sources", dict), ("standIn", dict)):
            if not isinstance(entry.get(field), kind) or not entry[field]:
                yield f"{place}: has no {field}"
        for unknown in sorted({*entry.get("operations", ())} - known):
            yield f"{place}: there is no operation {unknown!r}"


def _operation_faults(operation: Operation, tags: set[object]) -> Iterator[str]:
    place = operation.place
    definition = operation.definition
    for field in ("operationId", "summary", "description"):
        if not definition.get(field):
            yield f"{place}: has no {field}"
    used = definition.get("tags", [])
    if len(used) != 1:
        yield f"{place}: has {len(used)} tags; one says where it belongs"
    for tag in used:
        if tag not in tags:
            yield f"{place}: the tag {tag!r} is not declared"
    for parameter in operation.parameters:
        where = f"{place}/parameters/{parameter.name}"
        if not parameter.definition.get("description"):
            yield f"{where}: has no description"
        if "example" in parameter.definition:
            for violation in parameter.validator.violations(parameter.definition["example"]):
                yield f"{where}: the example is wrong: {violation.message}"
        else:
            yield f"{where}: has no example"
    if operation.body is not None:
        yield from _body_faults(operation, operation.body, f"{place}/requestBody")
    for status, body in operation.responses.items():
        yield from _body_faults(operation, body, f"{place}/responses/{status}")


def _body_faults(operation: Operation, body: Body, place: str) -> Iterator[str]:
    for media in body.media.values():
        yield from _example_faults(operation, media, f"{place}/{media.type}")


def _example_faults(operation: Operation, media: MediaType, place: str) -> Iterator[str]:
    examples = list(media.examples(operation.contract.document))
    if not examples:
        yield f"{place}: has no example"
    for example in examples:
        if media.validator is not None:
            for violation in media.validator.violations(example):
                yield f"{place}: an example is wrong: {violation}"
