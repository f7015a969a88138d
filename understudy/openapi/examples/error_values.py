"""Values of error responses that read well: generated from a schema, in which the fields that
errors usually have say what the error is."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from inflection import parameterize, underscore

from understudy.openapi.document import Document
from understudy.openapi.operation import MediaType
from understudy.openapi.schemas.schema import item_schema, parts

_MESSAGES = frozenset(
    [
        *("message", "msg", "detail", "details", "description", "reason", "text", "error"),
        *("error_message", "error_description", "error_msg", "error_detail", "user_message"),
    ]
)
_CODES = frozenset(["code", "type", "kind", "error_code", "error_type"])
_STATUSES = frozenset(["status", "status_code", "http_status", "http_code", "http_status_code"])
_LISTS = frozenset(["errors", "details", "messages", "violations", "problems", "issues", "causes"])
#: The keywords by which a schema itself says what a value is.
_STATED = frozenset(["example", "examples", "default", "const", "enum"])
#: The keywords that a text without a known name has to follow.
_SHAPED = frozenset(["format", "pattern"])
#: Levels of a value that are looked at.
_DEEPEST = 6
#: Changes that are tried in one value: each is validated.
_MOST_CHANGES = 100


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What an error says: its status, its message, and a message for each thing that is wrong."""

    status: int
    message: str
    details: Sequence[str] = ()

    @property
    def phrase(self) -> str:
        """The status in words: `Service Unavailable`."""
        return http.client.responses.get(self.status, "Error")

    @property
    def code(self) -> str:
        """The status as a name: `service_unavailable`."""
        return parameterize(self.phrase, separator="_")


def filled(value: Any, media: MediaType, words: ErrorWords) -> Any:
    """Return a generated value of a media type in which messages, codes and statuses are those of
    the error, as far as the schema allows.

    Optional texts that nothing says anything about are left out: they would be noise.
    """
    if isinstance(value, bytes):
        return value
    root = {"": deepcopy(value)}
    schema = {"properties": {"": media.definition.get("schema", {})}, "required": [""]}
    validator = media.validator
    accepts = (lambda: True) if validator is None else (lambda: validator.accepts(root[""]))
    _Filler(media.document, words, accepts).fill(root, schema, words.message)
    return root[""]


class _Filler:
    """Replaces the fields of a value one by one, and keeps what is valid."""

    def __init__(self, document: Document, words: ErrorWords, accepts: Callable[[], bool]) -> None:
        self._document = document
        self._words = words
        self._accepts = accepts
        self._changes = 0

    def fill(self, value: dict[str, Any], schema: Any, message: str, depth: int = 0) -> None:
        """Fill the fields of an object; `message` is what its message says."""
        known = list(parts(self._document, schema))
        required = {name for part in known for name in part.get("required", ())}
        for name in list(value):
            inner = {"allOf": [p["properties"][name] for p in known if _has(p, name)]}
            stated = {word for part in parts(self._document, inner) for word in part}
            field = value[name]
            if stated & _STATED or depth > _DEEPEST:
                continue
            if isinstance(field, dict):
                self.fill(field, inner, message, depth + 1)
                if not field and name not in required:
                    self._remove(value, name)
            elif isinstance(field, list) and field:
                self._fill_list(value, name, inner, message, depth)
            elif not self._set_first(value, name, self._candidates(name, value, stated, message)):
                is_noise = isinstance(field, str) and not stated & _SHAPED
                if is_noise and name not in required and not _is_known(name):
                    self._remove(value, name)

    def _fill_list(
        self, value: dict[str, Any], name: str, schema: Any, message: str, depth: int
    ) -> None:
        """Fill a list: one item for each thing that is wrong, if it is a list of errors."""
        first = value[name][0]
        items = [first]
        texts = [message]
        if underscore(name) in _LISTS | {""}:
            texts = list(self._words.details) or texts
            items = [text if isinstance(first, str) else deepcopy(first) for text in texts]
            self._set_first(value, name, [items, items[:1]])
        for item, text in zip(value[name], texts, strict=False):
            if isinstance(item, dict):
                self.fill(item, item_schema(self._document, schema), text, depth + 1)

    def _candidates(
        self, name: str, siblings: dict[str, Any], stated: set[str], message: str
    ) -> list[Any]:
        """Return what a field may be, the best first."""
        words, field, snake = self._words, siblings[name], underscore(name)
        if isinstance(field, int) and not isinstance(field, bool):
            return [words.status] if snake in _STATUSES | _CODES else []
        if not isinstance(field, str):
            return []
        if snake in _STATUSES:
            return [str(words.status), words.code]
        if snake in _CODES:
            return ["about:blank"] if "format" in stated else [words.code, str(words.status)]
        if snake == "title":
            return [words.phrase]
        if snake == "error":
            return [*_short_error(siblings, words), message, words.phrase]
        return [message, words.phrase] if snake in _MESSAGES | {""} else []

    def _set_first(self, value: dict[str, Any], name: str, candidates: list[Any]) -> bool:
        """Set a field to the first value that is valid; return whether there is one."""
        before = value[name]
        for candidate in candidates:
            value[name] = candidate
            self._changes += 1
            if self._changes < _MOST_CHANGES and self._accepts():
                return True
        value[name] = before
        return False

    def _remove(self, value: dict[str, Any], name: str) -> None:
        before = dict(value)
        del value[name]
        self._changes += 1
        if self._changes >= _MOST_CHANGES or not self._accepts():
            value.clear()
            value.update(before)


def _has(part: dict[str, Any], name: str) -> bool:
    properties = part.get("properties")
    return isinstance(properties, dict) and name in properties


def _is_known(name: str) -> bool:
    return underscore(name) in _MESSAGES | _CODES | _STATUSES | {"title", ""}


def _short_error(siblings: dict[str, Any], words: ErrorWords) -> list[str]:
    """Return what `error` is beside another message: a code, as in OAuth, or a phrase."""
    others = {underscore(name) for name in siblings}
    if "error_description" in others:
        return [words.code]
    return [words.phrase] if others & _MESSAGES - {"error"} else []
