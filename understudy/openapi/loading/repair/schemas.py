"""Makes slightly wrong schemas usable: keywords whose values are impossible are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from understudy.openapi.document import Document, pointer
from understudy.openapi.lint.messages import message_of
from understudy.openapi.lint.specification import closest_errors
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.schemas.strings.patterns import is_supported
from understudy.openapi.structure import Part, walk

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
#: The dialects whose words are understood: those of JSON Schema, and of each OpenAPI.
_DIALECT = re.compile(
    r"https?://json-schema\.org/(draft-0[3-7]|draft/20(19-09|20-12))/schema#?"
    r"|https://spec\.openapis\.org/oas/3\.[0-2]/dialect/[\w-]+#?"
)
#: A pattern as programs write it: the first slash excludes that anything matches the rest.
_DELIMITED = re.compile(r"^/(\^.*\$)/([a-z]*)$", re.DOTALL)
#: The rounds after which what is still wrong with a schema makes it allow anything.
_MAX_ROUNDS = 20


def repair_schemas(document: Document) -> Iterator[DocumentProblem]:
    """Leave out of the schemas of a document what no validator can read; yield the problems."""
    dialect = document.get("jsonSchemaDialect")
    if isinstance(dialect, str) and not _DIALECT.fullmatch(dialect):
        message = f"the dialect {dialect} is not known; schemas are read as JSON Schema 2020-12"
        yield DocumentProblem(pointer("jsonSchemaDialect"), message, "warning")
    validator = _meta_validator()
    compiles = cache(is_supported)  # documents have the same patterns again and again
    inner: set[int] = set()
    for part in list(walk(document)):
        if part.kind != "schema" or id(part.node) in inner or not isinstance(part.node, dict):
            continue
        parts = [each for each in walk(part.node, "schema") if isinstance(each.node, dict)]
        inner.update(id(each.node) for each in parts)
        for each in parts:
            yield from _repair_dialect(each, part)
            yield from _repair_patterns(each, part, compiles)
            yield from _repair_discriminator(each, part)
        yield from _repair_keywords(part, validator)


def _meta_validator() -> Draft202012Validator:
    return Draft202012Validator({"$ref": _META_SCHEMA}, offline=True)


def _place(root: Part, inner: Part) -> str:
    return root.pointer + pointer(*inner.steps)[1:]


def _repair_keywords(part: Part, validator: Draft202012Validator) -> Iterator[DocumentProblem]:
    for _ in range(_MAX_ROUNDS):
        if validator.is_valid(part.node):
            return
        errors = sorted(
            validator.iter_errors(part.node), key=lambda error: -len(error.instance_path)
        )
        for error in errors:
            yield from _repair_keyword(part, error)
    part.node.clear()
    yield DocumentProblem(part.pointer, "is not a schema; any value is allowed")


def _repair_keyword(part: Part, error: ValidationError) -> Iterator[DocumentProblem]:
    path = list(error.instance_path)
    if not path:
        return
    holder: Any = part.node
    try:
        for step in path[:-1]:
            holder = holder[step]
        value = holder[path[-1]]
    except (LookupError, TypeError):  # another error was about the same value
        return
    if error.kind.name == "uniqueItems" and isinstance(value, list):
        holder[path[-1]] = list({repr(item): item for item in value}.values())
        return
    if isinstance(holder, list):  # such as an item of `required` or `allOf`
        holder.remove(value)
    else:
        del holder[path[-1]]
    place = part.pointer + pointer(*path)[1:]
    closest, message = next(closest_errors(error))
    yield DocumentProblem(place, f"{message or message_of(closest)}; it is left out")


def _repair_dialect(part: Part, root: Part) -> Iterator[DocumentProblem]:
    """Remove `$schema`: schemas in the inner form are of 2020-12."""
    dialect = part.node.pop("$schema", None)
    if isinstance(dialect, str) and not _DIALECT.fullmatch(dialect):
        message = f"the dialect {dialect} is not known; the schema is read as JSON Schema 2020-12"
        yield DocumentProblem(f"{_place(root, part)}/$schema", message, "warning")


def _repair_discriminator(part: Part, root: Part) -> Iterator[DocumentProblem]:
    discriminator = part.node.get("discriminator")
    if discriminator is None:
        return
    mapping = discriminator.get("mapping", {}) if isinstance(discriminator, dict) else None
    if (
        isinstance(mapping, dict)
        and isinstance(discriminator.get("propertyName"), str)
        and all(isinstance(target, str) for target in mapping.values())
    ):
        return
    del part.node["discriminator"]
    message = "is not an object with a `propertyName` and a `mapping` of texts; it is left out"
    yield DocumentProblem(f"{_place(root, part)}/discriminator", message)


def _repair_patterns(
    part: Part, root: Part, compiles: Callable[[str], bool]
) -> Iterator[DocumentProblem]:
    node = part.node
    pattern = node.get("pattern", "")
    delimited = _DELIMITED.search(pattern) if isinstance(pattern, str) else None
    if delimited:
        node["pattern"] = pattern = ("(?i)" if "i" in delimited[2] else "") + delimited[1]
        message = "begins and ends with a slash, as in programs; they are left out, remove them"
        yield DocumentProblem(f"{_place(root, part)}/pattern", message, "warning")
    if not isinstance(pattern, str) or not compiles(pattern):
        del node["pattern"]
        message = f"{_shown(pattern)} cannot be read as a regular expression; it is left out"
        yield DocumentProblem(f"{_place(root, part)}/pattern", message)
    named = node.get("patternProperties")
    for name in list(named) if isinstance(named, dict) else ():
        if not compiles(name):
            del named[name]
            message = f"{_shown(name)} cannot be read as a regular expression; it is left out"
            yield DocumentProblem(f"{_place(root, part)}/patternProperties", message)


def _shown(pattern: Any) -> str:
    """Return a pattern as it is shown, the start of a long one."""
    return repr(pattern) if len(str(pattern)) <= 200 else f"{str(pattern)[:200]!r} and more"
