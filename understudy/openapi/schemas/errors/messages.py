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


def message_of(error: SchemaError, rule: str, document: Document) -> str:
    """Return what is wrong with a value; `rule` is the JSON pointer to the rule in the document."""
    if error.cause is None:
        return _cut(error.text)
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
