"""The faults of a document by the specification of its version.

jsonschema-rs is asked with the specifications' own JSON Schemas, which openapi-spec-validator
carries, and with the meta-schema of JSON Schema. Where a value may have several forms, the errors
are those of the form that was most likely meant.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema_rs import Draft202012Validator, ValidationError

from understudy.openapi.document import Document, pointer
from understudy.openapi.lint.messages import alternatives, message_of, shown, type_list_fault
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.schemas.strings.patterns import is_supported
from understudy.openapi.structure import walk

#: The most problems of one document: a document with more has the same one again and again.
MAX_PROBLEMS = 1000
_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
#: The drafts whose words the meta-schema does not have.
_OLD_DIALECT = re.compile(r"https?://json-schema\.org/draft(-0|/2019-09)")
_EXTENSIBLE = {"patternProperties": {"^x-": True}, "additionalProperties": False}
#: The keywords that OpenAPI adds to JSON Schema; the specifications' schemas leave them out.
_VOCABULARY: dict[str, Any] = {
    "properties": {
        "discriminator": {
            "type": "object",
            "required": ["propertyName"],
            "properties": {
                "propertyName": {"type": "string"},
                "mapping": {"type": "object", "additionalProperties": {"type": "string"}},
                "defaultMapping": {"type": "string"},
            },
            **_EXTENSIBLE,
        },
        "externalDocs": {
            "type": "object",
            "required": ["url"],
            "properties": {
                "url": {"type": "string", "format": "uri-reference"},
                "description": {"type": "string"},
            },
            **_EXTENSIBLE,
        },
        "xml": {
            "type": "object",
            "properties": {
                **{key: {"type": "string"} for key in ("name", "prefix")},
                "namespace": {"type": "string", "format": "uri"},
                **{key: {"type": "boolean"} for key in ("attribute", "wrapped")},
                "nodeType": {"enum": ["element", "attribute", "text", "cdata", "none"]},
            },
            "dependentSchemas": {
                "nodeType": {"properties": {"attribute": False, "wrapped": False}}
            },
            **_EXTENSIBLE,
        },
    }
}
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")


def structural_problems(document: Document, version: str) -> list[DocumentProblem]:
    """Return the problems of a document, in its author's version and words."""
    errors = _errors(_schema_validator(version), document, ())
    problems = list(islice(_problems(errors), MAX_PROBLEMS))
    if version in ("3.1", "3.2"):
        problems += islice(_schema_problems(document), MAX_PROBLEMS)
    return list(dict.fromkeys(problems))


def _schema_validator(version: str) -> Any:
    from openapi_spec_validator import schemas

    schema: Any = {
        "2.0": schemas.schema_v2,
        "3.0": schemas.schema_v30,
        "3.1": schemas.schema_v31,
        "3.2": schemas.schema_v32,
    }[version]
    if version == "3.1":
        schema = copy.deepcopy(dict(schema))
        link = schema["$defs"]["link"]["properties"]  # it calls a link's `server` `body`
        link.setdefault("server", link.pop("body", True))
    return jsonschema_rs.validator_for(dict(schema), offline=True)


def _schema_problems(document: Document) -> Iterator[DocumentProblem]:
    """Yield what the meta-schema finds in the schemas of 3.1 and 3.2, each a whole one."""
    validator = Draft202012Validator(
        {
            "$id": "urn:openapi:schema",
            "$ref": _META_SCHEMA,
            "$dynamicAnchor": "meta",
            **_VOCABULARY,
        },
        offline=True,
    )
    usual = document.get("jsonSchemaDialect", _META_SCHEMA)
    inner: set[int] = set()
    for part in walk(document):
        if part.kind != "schema" or id(part.node) in inner:
            continue
        if isinstance(part.node, dict):
            inner.update(id(each.node) for each in walk(part.node, "schema"))
        elif isinstance(part.node, bool):
            continue
        dialect = part.node.get("$schema", usual) if isinstance(part.node, dict) else ""
        if not _OLD_DIALECT.match(str(dialect)):
            yield from _problems(_errors(validator, part.node, part.steps))


def _errors(
    validator: Any, node: Any, steps: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], ValidationError, str | None]]:
    """Yield the closest errors: their steps, themselves, and a message of their own if any."""
    for error in validator.iter_errors(node):
        for closest, message in closest_errors(error):
            yield (*steps, *closest.instance_path), closest, message


def _problems(
    errors: Iterator[tuple[tuple[Any, ...], ValidationError, str | None]],
) -> Iterator[DocumentProblem]:
    """Yield a problem for each error that no other one explains.

    A fault in a part makes the schemas of 3.1 and 3.2 call the part itself unknown as well.
    """
    found = list(islice(errors, MAX_PROBLEMS * 4))
    ancestors = {
        steps[:length]
        for steps, error, _ in found
        if error.kind.name not in _UNEVALUATED
        for length in range(len(steps) + 1)
    }
    mistyped = {steps for steps, error, _ in found if error.kind.name == "type"}
    incomplete = {steps for steps, error, _ in found if error.kind.name == "required"}
    for steps, error, message in found:
        if error.kind.name == "enum" and steps in mistyped:
            continue
        if _is_readable_pattern(error) or (steps in incomplete and _is_combination(error)):
            continue
        if error.kind.name in _UNEVALUATED and any(
            (*steps, name) in ancestors for name in _unexpected(error)
        ):
            continue
        if error.kind.name == "falseSchema" and steps:
            steps, message = steps[:-1], message_of(error)
        yield DocumentProblem(pointer(*steps), message or message_of(error))


def _is_combination(error: ValidationError) -> bool:
    """Return whether an error only says that fields exclude each other."""
    return error.kind.name == "not" or "MultipleValid" in type(error.kind).__name__


def _is_readable_pattern(error: ValidationError) -> bool:
    """Return whether an error is about a pattern that ECMA-262 allows without its flag `u`."""
    is_pattern = error.kind.name == "format" and getattr(error.kind, "format", "") == "regex"
    return is_pattern and isinstance(error.instance, str) and is_supported(error.instance)


def _unexpected(error: ValidationError) -> list[Any]:
    value = getattr(error.kind, "value", None)
    return value if isinstance(value, list) else []


def closest_errors(error: ValidationError) -> Iterator[tuple[ValidationError, str | None]]:
    """Yield the errors of the form that was most likely meant, if a value may have several; each
    with a message that says more than its own, or None."""
    branches: list[list[ValidationError]] | None = getattr(error.kind, "context", None)
    if not branches:
        yield error, None
        return
    if error.instance_path[-1:] == ["type"] and isinstance(error.instance, list):
        yield error, type_list_fault(error.instance)
        return
    likely = [branch for branch in branches if branch and not _is_unlikely(branch, error)]
    message = _common_alternatives(likely)
    if message is not None:
        yield likely[0][0], message
        return
    message = _missing_alternatives(likely, error)
    if message is not None:
        yield error, message
        return
    meant = [branch for branch in likely if not _contradicts(branch, error)] or likely
    if not meant:
        yield _type_error(branches) or error, None
        return
    best = max(meant, key=lambda branch: (_depth(branch), -len(branch)))
    if len(meant) > 1 and _depth(best) <= len(error.instance_path):
        yield error, None
        return
    for each in best:
        yield from closest_errors(each)


def _depth(branch: list[ValidationError]) -> int:
    return max((len(error.instance_path) for error in branch), default=0)


def _is_unlikely(branch: list[ValidationError], parent: ValidationError) -> bool:
    """Return whether a form is a reference, or of another JSON type."""
    return any(
        len(error.instance_path) == len(parent.instance_path)
        and (
            error.kind.name == "type"
            or (error.kind.name == "required" and error.kind.value == "$ref")
        )
        for error in branch
    )


def _contradicts(branch: list[ValidationError], parent: ValidationError) -> bool:
    """Return whether a form has another value in a field that tells forms apart."""
    return any(
        len(error.instance_path) == len(parent.instance_path) + 1
        and error.kind.name in ("enum", "const")
        for error in branch
    )


def _common_alternatives(branches: list[list[ValidationError]]) -> str | None:
    """Return a message if every form allows other values of the same field."""
    if len(branches) < 2:
        return None
    allowed: list[Any] = []
    paths = set()
    for branch in branches:
        error = next((e for e in branch if e.kind.name in ("enum", "const")), None)
        if error is None:
            return None
        value: Any = error.kind.value
        allowed += value if error.kind.name == "enum" else [value]
        paths.add(tuple(error.instance_path))
        branch.sort(key=lambda each: each is not error)
    if len(paths) > 1:
        return None
    instance = branches[0][0].instance
    return f"is {shown(instance)}, and must be {alternatives([shown(v) for v in allowed])}"


def _missing_alternatives(
    branches: list[list[ValidationError]], parent: ValidationError
) -> str | None:
    """Return a message if every form only lacks a field."""
    names = []
    for branch in branches:
        error = branch[0]
        if len(branch) > 1 or error.kind.name != "required":
            return None
        if len(error.instance_path) != len(parent.instance_path):
            return None
        names.append(f"`{error.kind.value}`")
    return f"has no {alternatives(names)}; add one of them" if len(names) > 1 else None


def _type_error(branches: list[list[ValidationError]]) -> ValidationError | None:
    errors = (error for branch in branches for error in branch if error.kind.name == "type")
    return next(errors, None)
