"""Answers for operations that no handler implements: the document's examples, or else values
that its schemas generate, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from random import Random
from typing import Any
from uuid import UUID

from rstr import Rstr

from understudy.errors import Problem, Violation
from understudy.openapi.contract import MediaType, Operation
from understudy.openapi.document import Document, resolve
from understudy.openapi.schema import merged

#: Tries with other chances before a schema counts as one that we cannot generate for.
TRIES = 20
#: Depth beyond which optional properties and items are left out.
_DEEP = 4


def example_response(operation: Operation, status: int) -> tuple[Any, int]:
    """A value that the operation may answer with `status`. Raises Problem 501."""
    body = operation.answer(status)
    if body is None or not body.media:
        return None, status
    media = body.preferred
    for value in _candidates(operation, media):
        fits = media.validator is None or media.validator.accepts(value)
        if fits and (media.is_json or isinstance(value, str | bytes)):
            return value, status
    raise _unanswerable(operation)


def _candidates(operation: Operation, media: MediaType) -> Iterator[Any]:
    """The documented examples, then generated values; from the middle on without the examples in
    the schema, which may themselves be wrong."""
    document = operation.contract.document
    yield from media.examples(document)
    schema = media.definition.get("schema", {})
    for number in range(TRIES):
        with suppress(RecursionError):  # a schema that requires itself
            seed = f"{operation.id}:{number}"
            yield _Generator(document, Random(seed), trusting=number < TRIES // 2).value(schema, 0)


def _unanswerable(operation: Operation) -> Problem:
    message = (
        f"no valid answer to {operation.id} could be generated from its schema; "
        "give its response an example"
    )
    return Problem(
        501, message, code="NOT_IMPLEMENTED", violations=(Violation("response", "", message),)
    )


def generated_value(operation: Operation, media: MediaType, seed: str) -> Any:
    """A valid value by the schema alone, the same for the same seed. Raises Problem 501."""
    document, schema = operation.contract.document, media.definition.get("schema", {})
    for number in range(TRIES):
        chance = Random(f"{operation.id}:{seed}:{number}")
        with suppress(RecursionError):
            value = _Generator(document, chance, trusting=False).value(schema, 0)
            if media.validator is None or media.validator.accepts(value):
                return value
    raise _unanswerable(operation)


def generate(document: Document, schema: Any, seed: str) -> Any:
    """A value for `schema`; most likely a valid one, always the same for the same seed."""
    return _Generator(document, Random(seed)).value(schema, 0)


class _Generator:
    def __init__(self, document: Document, chance: Random, *, trusting: bool = True) -> None:
        self._document = document
        self._chance = chance
        self._known = ("example", "default") if trusting else ()

    def value(self, schema: Any, depth: int) -> Any:
        schema = resolve(self._document, schema)
        if not isinstance(schema, dict):
            return None
        for known in self._known:
            if known in schema:
                return schema[known]
        if schema.get("enum"):
            return self._chance.choice(schema["enum"])
        if depth > _DEEP and schema.get("nullable"):
            return None
        for choice in ("oneOf", "anyOf"):
            if schema.get(choice):
                rest = {k: v for k, v in schema.items() if k != choice}
                options = schema[choice]
                option = options[0] if depth > _DEEP else self._chance.choice(options)
                return self.value({"allOf": [rest, option]} if rest else option, depth)
        if schema.get("allOf"):
            return self.value(merged(self._document, schema), depth)
        return self._typed(schema, depth)

    def _typed(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type") or ("object" if "properties" in schema else "string")
        make: Callable[[dict[str, Any], int], Any] = {
            "object": self._object,
            "array": self._array,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda _schema, _depth: self._chance.random() < 0.5,
        }.get(kind, self._string)
        return make(schema, depth)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {
            name: self.value(part, depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in required or depth <= _DEEP
        }
        more = schema.get("additionalProperties")
        fewest = max(schema.get("minProperties", 0), len(required) if more else 0)
        for name in required:
            if name not in made:
                made[name] = self.value(more if isinstance(more, dict) else {}, depth + 1)
        while len(made) < fewest:
            made[f"key{len(made)}"] = self.value(more if isinstance(more, dict) else {}, depth + 1)
        return made

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        fewest = schema.get("minItems", 0 if depth > _DEEP else 1)
        most = schema.get("maxItems", max(fewest, 2))
        length = self._chance.randint(min(fewest, most), min(most, fewest + 1))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(length)]

    def _integer(self, schema: dict[str, Any], depth: int) -> int:
        step = int(schema.get("multipleOf", 1)) or 1
        low, high = self._bounds(schema, step)
        first = ceil(low / step)
        return step * self._chance.randint(first, max(first, floor(high / step)))

    def _number(self, schema: dict[str, Any], depth: int) -> float:
        step = schema.get("multipleOf")
        low, high = self._bounds(schema, step or 0.01)
        if step:
            first = ceil(low / step)
            return float(step * self._chance.randint(first, max(first, floor(high / step))))
        return round(self._chance.uniform(low, high), 2)

    @staticmethod
    def _bounds(schema: dict[str, Any], step: float) -> tuple[float, float]:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and schema.get("exclusiveMinimum"):
            low += step
        if high is not None and schema.get("exclusiveMaximum"):
            high -= step
        if low is None:
            low = 0 if high is None or high >= 0 else high - 100 * step
        return low, low + 100 * step if high is None else high

    def _string(self, schema: dict[str, Any], depth: int) -> str:
        made = _FORMATS.get(schema.get("format", ""))
        if made is not None:
            return made(self._chance)
        if "pattern" in schema:
            return str(_Strings(self._chance).xeger(schema["pattern"]))
        fewest, most = schema.get("minLength", 0), schema.get("maxLength", 10**9)
        text = self._chance.choice(("amber", "birch", "cedar", "delta", "ember", "fjord"))
        while len(text) < fewest:
            text += "-" + text
        return text[: max(fewest, min(most, len(text)))]


class _Strings(Rstr):
    """Strings for patterns, short ones: rstr's own repeat up to a hundred times, within repeats."""

    def _handle_repeat(self, start_range: int, end_range: int, value: str) -> str:
        return super()._handle_repeat(start_range, min(end_range, start_range + 5), value)


def _day(chance: Random) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(500_000))


_FORMATS: dict[str, Callable[[Random], str]] = {
    "uuid": lambda chance: str(UUID(int=chance.getrandbits(128), version=4)),
    "date-time": lambda chance: _day(chance).isoformat().replace("+00:00", "Z"),
    "date": lambda chance: _day(chance).date().isoformat(),
    "time": lambda chance: _day(chance).time().isoformat() + "Z",
    "duration": lambda chance: f"PT{chance.randint(1, 59)}M",
    "email": lambda chance: f"user{chance.randint(1, 99)}@example.com",
    "hostname": lambda chance: f"host{chance.randint(1, 99)}.example.com",
    "ipv4": lambda chance: f"192.0.2.{chance.randint(1, 254)}",
    "ipv6": lambda chance: f"2001:db8::{chance.randint(1, 9999)}",
    "uri": lambda chance: f"https://example.com/{chance.randint(1, 99)}",
    "uri-reference": lambda chance: f"/{chance.randint(1, 99)}",
    "byte": lambda _chance: "dW5kZXJzdHVkeQ==",
    "binary": lambda _chance: "",
}
