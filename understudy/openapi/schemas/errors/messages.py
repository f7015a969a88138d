"""What is wrong with a value, in words: those of jsonschema-rs, and what the document allows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from understudy.openapi.document import Document, follow
from understudy.openapi.schemas.errors.keyword_rules import MASK, excerpt
from understudy.openapi.schemas.errors.schema_error import SchemaError
from understudy.suggestions import hint

#: Characters of a message, without what is allowed; values of an enum that are listed, and the
#: characters that they take.
_LONGEST = 300
_MOST_VALUES = 50
_LONGEST_LIST = 1000
_MOST_ALTERNATIVES = 5

_ALTERNATIVES = (ValidationErrorKind.AnyOf, ValidationErrorKind.OneOfNotValid)


def message_of(error: SchemaError, rule: str, document: Document) -> str:
    """Return what is wrong with a value; `rule` is the JSON pointer to the rule in the document."""
    if error.cause is None:
        return _cut(error.text)
    if not isinstance(error.cause.kind, _ALTERNATIVES):
        return _of_one_rule(error, rule, document)
    text = error.cause.message.rpartition(" is not valid under any ")[0]
    value = text.replace(MASK, excerpt(error.masked))
    # Of a large value only that it fits none was asked.
    reasons = "" if MASK in text else _of_alternatives(error.cause, document)
    return _cut(f"{value} fits none of the alternatives{reasons and f': {reasons}'}")


def _of_alternatives(cause: ValidationError, document: Document) -> str:
    """Return what is wrong with a value by those alternatives that come closest."""
    kind: Any = cause.kind
    depth = len(cause.instance_path)
    branches = [branch for branch in kind.context if branch]
    inside = [b for b in branches if all(len(error.instance_path) > depth for error in b)]
    typed = [b for b in branches if not isinstance(b[0].kind, ValidationErrorKind.Type)]
    messages = dict.fromkeys(
        _with_place(branch[0], depth, document) for branch in inside or typed or branches
    )
    return "; or ".join(list(messages)[:_MOST_ALTERNATIVES])


def _with_place(error: ValidationError, depth: int, document: Document) -> str:
    place = "".join(f"/{part}" for part in error.instance_path[depth:])
    message = _of_one_rule(SchemaError((), "", cause=error), "#", document)
    return f"{place}: {message}" if place else message


def _of_one_rule(error: SchemaError, rule: str, document: Document) -> str:
    assert error.cause is not None
    kind: Any = error.cause.kind
    text: str = error.cause.message
    allowed = ""
    if isinstance(kind, ValidationErrorKind.Enum):
        text, allowed = text.rpartition(" is not one of ")[0], _options(kind.options, rule)
    elif isinstance(kind, ValidationErrorKind.AdditionalProperties):
        allowed = _allowed(kind.unexpected, rule, document)
    elif isinstance(kind, ValidationErrorKind.Not):
        text = _not_together(kind.schema) or text
    elif isinstance(kind, ValidationErrorKind.Pattern):
        shown = _pattern(rule, document) or kind.pattern
        text = text.replace(f'"{kind.pattern}"', f'"{shown}"')
    elif isinstance(kind, ValidationErrorKind.BacktrackLimitExceeded):
        pattern = _pattern(rule, document)
        text = (
            f'{_json(error.cause)} does not match "{pattern}": the comparison took too many steps'
        )
    return _cut(text.replace(MASK, excerpt(error.masked))) + allowed


def _not_together(schema: Any) -> str:
    """Return the message of `not` for a schema that only requires several properties, or ""."""
    names = schema.get("required", ()) if isinstance(schema, dict) and len(schema) == 1 else ()
    return f"{' and '.join(names)} cannot be given together" if len(names) > 1 else ""


def _options(values: Iterable[Any], rule: str) -> str:
    if rule.endswith("/discriminator"):
        return f" chooses no schema; the values that do are {_listed(values)}"
    return f" is not one of {_listed(values)}"


def _cut(text: str) -> str:
    half = _LONGEST // 2 - 10
    return f"{text[:half]} ... {text[-half:]}" if len(text) > _LONGEST else text


def _listed(values: Iterable[Any]) -> str:
    """Return values as JSON, as many as a message has room for."""
    known = list(values)
    shown: list[str] = []
    for value in known[:_MOST_VALUES]:
        text = _cut(json.dumps(value, ensure_ascii=False))
        if shown and sum(map(len, shown)) + len(text) > _LONGEST_LIST:
            break
        shown.append(text)
    more = len(known) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} {'other' if more == 1 else 'others'}"
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _allowed(unexpected: list[str], rule: str, document: Document) -> str:
    """Return which properties the schema allows, and the one that is nearest to the first that it
    does not."""
    parent, sign, _ = rule.rpartition("/")
    schema = follow(document, parent) if sign else None
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not unexpected or not isinstance(properties, dict) or not properties:
        return ""
    return hint(unexpected[0], properties)


def _pattern(rule: str, document: Document) -> str | None:
    """Return the pattern that a rule is, as it is in the document."""
    pattern = follow(document, rule)
    return pattern if isinstance(pattern, str) else None


def _json(error: ValidationError) -> str:
    return json.dumps(error.instance, ensure_ascii=False, default=str)
