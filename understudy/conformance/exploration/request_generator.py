"""Bodies and queries by chance: the contract's examples, with fields left out, a few words in the
place of texts, and ids that mean something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from understudy.conformance.exploration.resource_types import is_uuid, kind_of_field, names_an_id
from understudy.conformance.exploration.sequence import Named, filled
from understudy.errors import Problem
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import JSON, MediaType, Operation, Parameter
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples import generate, generated_value

WORDS = ("amber", "birch", "cedar")

#: The id to say for a field of that kind, by its schema, where it must be there; ABSENT for none.
Identify = Callable[[str, Mapping[str, Any], bool], Any]

_PLAIN = frozenset(
    ("type", "description", "example", "nullable", "title", "minLength", "maxLength")
)


class RequestGenerator:
    """Makes what operations are sent."""

    def __init__(self, document: Document, chance: Random) -> None:
        self._document = document
        self._chance = chance

    def body(self, operation: Operation, identify: Identify) -> Any:
        """A valid body with references in it; ABSENT where the operation takes none, or where none
        could be made."""
        media = operation.body.media.get(JSON) if operation.body else None
        if operation.body is None or media is None:
            return ABSENT
        schema = media.definition.get("schema", {})
        for _ in range(6):
            try:
                made = self._varied(self._start(operation, media), schema, identify, needed=True)
            except LookupError:  # an id that is needed and not there
                return None
            if media.validator is None or media.validator.accepts(_tried(made)):
                return made
        return None

    def query(self, operation: Operation, identify: Identify, *, whole: bool) -> dict[str, Any]:
        """Some of the query parameters; only those that must be there, where `whole`."""
        needs = operation.definition.get("x-understudy-requires-one-of", ())
        found: dict[str, Any] = {}
        for parameter in operation.parameters:
            if parameter.where != "query":
                continue
            needed = parameter.required or parameter.name in needs
            if needed or (not whole and self._chance.random() < 0.3):
                value = self._parameter(parameter, identify, needed)
                if value is not ABSENT:
                    found[parameter.name] = value
        return found

    def lacking(self, operation: Operation, body: Any) -> Any:
        """The body without one field that it must have; ABSENT where there is none such."""
        media = operation.body.media.get(JSON) if operation.body else None
        if media is None or not isinstance(body, dict) or media.validator is None:
            return ABSENT
        for name in self._chance.sample(sorted(body), len(body)):
            less = {key: value for key, value in body.items() if key != name}
            if not media.validator.accepts(_tried(less)):
                return less
        return ABSENT

    def _start(self, operation: Operation, media: MediaType) -> Any:
        examples = list(media.examples(self._document))
        if examples:
            return self._chance.choice(examples)
        try:
            return generated_value(operation, media, str(self._chance.randrange(1000)))
        except Problem:
            return {}

    def _varied(self, value: Any, schema: Any, identify: Identify, *, needed: bool) -> Any:
        if isinstance(value, dict):
            return self._object(value, schema, identify)
        if isinstance(value, list):
            items: Any = next((s["items"] for s in self._parts(schema) if "items" in s), {})
            wanted = self._chance.choice((value[:1], value, value + value[:1]))
            return [self._varied(item, items, identify, needed=needed) for item in wanted]
        if isinstance(value, str) and is_uuid(value):
            return identify("uuid", resolve(self._document, schema), needed)
        if isinstance(value, str) and self._chance.random() < 0.4 and self._is_free(schema):
            return self._chance.choice(WORDS)
        return value

    def _object(self, value: dict[str, Any], schema: Any, identify: Identify) -> dict[str, Any]:
        named: dict[str, Any] = {}
        required: set[str] = set()
        for part in self._parts(schema):
            named = {**part.get("properties", {}), **named}
            required |= set(part.get("required", ()))
        made: dict[str, Any] = {}
        for name, item in value.items():
            part = resolve(self._document, named.get(name, {}))
            if name in named and name not in required and self._chance.random() < 0.3:
                continue
            found = self._field(name, item, part, identify, needed=name in required)
            if found is not ABSENT:
                made[name] = found
        return made

    def _field(self, name: str, item: Any, schema: Any, identify: Identify, *, needed: bool) -> Any:
        if name == "name" and isinstance(item, str) and self._is_free(schema):
            return Named("name", self._chance.randint(1, 2))  # what others have is named otherwise
        kind = kind_of_field(name)
        if kind is None and names_an_id(name) and isinstance(item, str):
            kind = name.lower()
        if kind is None and not schema.get("x-understudy-references"):
            return self._varied(item, schema, identify, needed=needed)
        kind = kind or name.lower()
        if isinstance(item, list):
            items = resolve(self._document, schema.get("items", {}))
            count = self._chance.randint(1, 2)
            found = [identify(kind, items, needed) for _ in range(count)]
            return [one for one in found if one is not ABSENT] or ABSENT
        return identify(kind, schema, needed) if isinstance(item, str) else item

    def _parameter(self, parameter: Parameter, identify: Identify, needed: bool) -> Any:
        kind = kind_of_field(parameter.name)
        if kind is not None:
            return identify(kind, parameter.schema, needed)
        if parameter.schema.get("format") in ("date-time", "date", "time"):
            return ABSENT
        if "integer" in parameter.types:
            value: Any = self._chance.randint(1, 3)
        elif parameter.types == ("string",) and "enum" not in parameter.schema and not needed:
            return ABSENT
        else:
            seed = str(self._chance.randrange(10))
            value = generate(self._document, {**parameter.schema, "example": None}, seed)
            if value is None:
                value = parameter.schema.get("example")
        return value if parameter.validator.accepts(value) else ABSENT

    def _is_free(self, schema: Any) -> bool:
        """Whether any text will do."""
        schema = resolve(self._document, schema)
        return bool(schema.get("type") == "string" and schema.keys() <= _PLAIN)

    def _parts(self, schema: Any) -> Iterator[dict[str, Any]]:
        schema = resolve(self._document, schema)
        if isinstance(schema, dict):
            yield schema
            for key in ("allOf", "anyOf", "oneOf"):
                for part in schema.get(key, ()):
                    yield from self._parts(part)


def _tried(body: Any) -> Any:
    """The body as a validator sees it: every id is a UUID."""
    return filled(body, lambda _: "3f2b8c1e-90ad-4d3b-8a56-3e1f0c9d7b24")
