"""Rules of our own for what makes a document good to read and to test with: ids, tags, summaries,
descriptions, and valid examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import Document, pointer
from understudy.openapi.extensions import CLIENTS, DISAGREEMENTS, VERSIONS
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.openapi.schemas.schema import as_object, merged
from understudy.openapi.servers.cors import DeclaredCors
from understudy.openapi.servers.http_conventions import HttpConventions
from understudy.openapi.versions.declaration import declaration_of


def style_problems(contract: Contract) -> Iterator[DocumentProblem]:
    """Yield what a contract leaves out, as hints, and what is wrong in it, as warnings."""
    tags = contract.document.get("tags", ())
    yield from _tag_findings(tags)
    for operation in contract.operations:
        yield from _operation_findings(operation, {tag.get("name") for tag in tags})
    yield from _schema_findings(contract.document)
    yield from _disagreement_findings(contract)
    yield from _version_findings(contract)
    yield from _client_findings(contract.document)
    yield from _extension_findings(contract.document)


def _tag_findings(tags: Any) -> Iterator[DocumentProblem]:
    for number, tag in enumerate(tags):
        if not tag.get("description"):
            place = pointer("tags", number)
            yield _hint(place, f"the tag {tag.get('name')!r} has no description")


def _schema_findings(document: Document) -> Iterator[DocumentProblem]:
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        for field, part in as_object(schema).get("properties", {}).items():
            if not isinstance(part, bool) and not merged(document, part).get("description"):
                place = pointer("components", "schemas", name, "properties", field)
                yield _hint(place, "has no description")


def _disagreement_findings(contract: Contract) -> Iterator[DocumentProblem]:
    known = {operation.id for operation in contract.operations}
    for number, disagreement in enumerate(_items(contract.document, DISAGREEMENTS)):
        place = pointer(DISAGREEMENTS, number)
        for field, kind in (("point", str), ("sources", dict), ("standIn", dict)):
            if not isinstance(disagreement.get(field), kind) or not disagreement[field]:
                yield _warning(place, f"has no {field}")
        named = disagreement.get("operations")
        names = filter(_is_text, named) if isinstance(named, list) else ()
        for unknown in sorted({*names} - known):
            yield _warning(place, f"there is no operation {unknown!r}")


def _version_findings(contract: Contract) -> Iterator[DocumentProblem]:
    declared = declaration_of(contract)
    known = {operation.id for operation in contract.operations}
    listed: list[tuple[tuple[str, ...], frozenset[str]]]
    listed = [(("only", name), ids) for name, ids in declared.only.items()]
    listed.append((("replaces",), frozenset(declared.replaces)))
    for steps, ids in listed:
        for unknown in sorted(ids - known):
            yield _warning(pointer(VERSIONS, *steps), f"there is no operation {unknown!r}")
    for name in sorted(declared.only.keys() - set(declared.names)):
        yield _warning(pointer(VERSIONS, "only", name), "is none of the `versions`")


def _items(document: Document, extension: str) -> list[dict[str, Any]]:
    """Return the items of a list that is an extension; one that is no object has no fields."""
    listed = document.get(extension)
    items = listed if isinstance(listed, list) else []
    return [item if isinstance(item, dict) else {} for item in items]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _client_findings(document: Document) -> Iterator[DocumentProblem]:
    for number, client in enumerate(_items(document, CLIENTS)):
        place = pointer(CLIENTS, number)
        for field in sorted({"language", "code"} - client.keys()):
            yield _warning(place, f"has no {field}")
        environment = client.get("environment", {})
        if not isinstance(environment, dict) or not all(
            isinstance(value, str) for value in environment.values()
        ):
            yield _warning(f"{place}/environment", "must be texts by the names of variables")
        if not isinstance(client.get("base_url", ""), str):
            yield _warning(f"{place}/base_url", "must be a text")


def _extension_findings(document: Document) -> Iterator[DocumentProblem]:
    """Yield what is wrong with what the document says of its server's CORS and conventions."""
    for read in (DeclaredCors.from_document, HttpConventions.from_document):
        try:
            read(document)
        except UsageError as error:
            place, _, message = str(error).partition(": ")
            yield DocumentProblem(place, message)


def _operation_findings(operation: Operation, tags: set[object]) -> Iterator[DocumentProblem]:
    place = operation.place
    definition = operation.definition
    for field in ("operationId", "summary", "description"):
        if not definition.get(field):
            yield _hint(place, f"has no {field}")
    used = definition.get("tags", [])
    if len(used) != 1:
        yield _hint(place, f"has {len(used)} tags; give it exactly one")
    for tag in used:
        if tag not in tags:
            yield _hint(place, f"the tag {tag!r} is not declared")
    for parameter in operation.parameters:
        yield from _parameter_findings(parameter)
    bodies = (operation.body, *operation.responses.values())
    for media in (media for body in bodies if body for media in body.media.values()):
        yield from _example_findings(operation.contract.document, media)


def _parameter_findings(parameter: Parameter) -> Iterator[DocumentProblem]:
    place = parameter.place
    name = f"the parameter {parameter.name!r}"
    if not parameter.definition.get("description"):
        yield _hint(place, f"{name} has no description")
    if "example" not in parameter.definition:
        yield _hint(place, f"{name} has no example")
        return
    for violation in parameter.validator.violations(parameter.definition["example"]):
        yield _warning(place, f"the example of {name} is wrong: {violation.message}")


def _example_findings(document: Document, media: MediaType) -> Iterator[DocumentProblem]:
    examples = list(media.examples(document))
    if not examples:
        yield _hint(media.place, "has no example")
    for example in examples:
        if media.validator is not None:
            for violation in media.validator.violations(example):
                yield _warning(media.place, f"an example is wrong: {violation}")


def _hint(place: str, message: str) -> DocumentProblem:
    return DocumentProblem(place, message, "hint")


def _warning(place: str, message: str) -> DocumentProblem:
    return DocumentProblem(place, message, "warning")
