"""Random request bodies and queries: the contract's examples with fields left out, a few words in
place of texts, and references in place of ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from understudy.conformance.exploration.sequence import ClientId, substitute
from understudy.errors import Problem
from understudy.http.json_codec import ABSENT
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.example_response import generate, generated_value
from understudy.openapi.extensions import REFERENCES, REQUIRES_ONE_OF
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.openapi.resources.resource_types import is_id_name, is_uuid, type_of_field
from understudy.openapi.schemas.schema import item_schema, merged, parts, types, types_of

WORDS = ("amber", "birch", "cedar")

#: Chooses a reference for a field, by its resource type, its schema, and whether it is required;
#: ABSENT for none. Raises LookupError if the operation that creates it does not exist.
ChooseId = Callable[[str, Mapping[str, Any], bool], Any]

#: Keywords of a schema of which any short text is valid.
_FREE_TEXT = frozenset(
    ("type", "description", "example", "examples", "title", "minLength", "maxLength")
)

#: What stands for an id while a body is validated.
_SOME_UUID = "3f2b8c1e-90ad-4d3b-8a56-3e1f0c9d7b24"


class RequestGenerator:
    """Generates bodies and queries."""

    def __init__(self, document: Document, random: Random) -> None:
        self._document = document
        self._random = random

    def body(self, operation: Operation, choose_id: ChooseId) -> Any:
        """Return a valid body with references in it.

        That is ABSENT if the operation takes no JSON, and None if none could be generated.
        """
        media = operation.body.json if operation.body else None
        if operation.body is None or media is None:
            return ABSENT
        schema = media.definition.get("schema", {})
        for _ in range(6):
            try:
                start = self._start(operation, media)
                body = self._varied(start, schema, choose_id, required=True)
            except LookupError:  # nothing creates an id that it needs
                return None
            if media.validator is None or media.validator.accepts(_with_ids(body)):
                return body
        return None

    def query(
        self, operation: Operation, choose_id: ChooseId, *, only_required: bool
    ) -> dict[str, Any]:
        """Return some of the query parameters, or only the required ones."""
        one_of = operation.definition.get(REQUIRES_ONE_OF, ())
        query: dict[str, Any] = {}
        for parameter in operation.parameters:
            if parameter.where != "query":
                continue
            required = parameter.required or parameter.name in one_of
            if required or (not only_required and self._random.random() < 0.3):
                value = self._parameter(parameter, choose_id, required)
                if value is not ABSENT:
                    query[parameter.name] = value
        return query

    def without_required_field(self, operation: Operation, body: Any) -> Any:
        """Return the body without one required field; ABSENT if it has none."""
        media = operation.body.json if operation.body else None
        if media is None or not isinstance(body, dict) or media.validator is None:
            return ABSENT
        for name in self._random.sample(sorted(body), len(body)):
            rest = {key: value for key, value in body.items() if key != name}
            if not media.validator.accepts(_with_ids(rest)):
                return rest
        return ABSENT

    def _start(self, operation: Operation, media: MediaType) -> Any:
        examples = list(media.examples(self._document))
        if examples:
            return self._random.choice(examples)
        try:
            return generated_value(operation, media, str(self._random.randrange(1000)))
        except Problem:
            return {}

    def _varied(self, value: Any, schema: Any, choose_id: ChooseId, *, required: bool) -> Any:
        if isinstance(value, dict):
            return self._object(value, schema, choose_id)
        if isinstance(value, list):
            items = self._random.choice((value[:1], value, value + value[:1]))
            return [
                self._varied(
                    item,
                    item_schema(self._document, schema, number) or {},
                    choose_id,
                    required=required,
                )
                for number, item in enumerate(items)
            ]
        if isinstance(value, str) and is_uuid(value):
            return choose_id("uuid", merged(self._document, schema), required)
        if isinstance(value, str) and self._random.random() < 0.4 and self._is_free_text(schema):
            return self._random.choice(WORDS)
        return value

    def _object(self, value: dict[str, Any], schema: Any, choose_id: ChooseId) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in parts(self._document, schema):
            properties = {**part.get("properties", {}), **properties}
            required |= set(part.get("required", ()))
        body: dict[str, Any] = {}
        for name, item in value.items():
            part = merged(self._document, properties.get(name, {}))
            is_required = name in required
            if name in properties and not is_required and self._random.random() < 0.3:
                continue
            varied = self._field(name, item, part, choose_id, required=is_required)
            if varied is not ABSENT:
                body[name] = varied
        return body

    def _field(
        self, name: str, item: Any, schema: Any, choose_id: ChooseId, *, required: bool
    ) -> Any:
        if name == "name" and isinstance(item, str) and self._is_free_text(schema):
            # Names of this run, because others may have used any other name.
            return ClientId("name", self._random.randint(1, 2))
        resource_type = type_of_field(name)
        if resource_type is None and is_id_name(name) and isinstance(item, str):
            resource_type = name.lower()
        if resource_type is None and not schema.get(REFERENCES):
            return self._varied(item, schema, choose_id, required=required)
        resource_type = resource_type or name.lower()
        if isinstance(item, list):
            of_item = merged(self._document, item_schema(self._document, schema))
            count = self._random.randint(1, 2)
            ids = [choose_id(resource_type, of_item, required) for _ in range(count)]
            return [each for each in ids if each is not ABSENT] or ABSENT
        return choose_id(resource_type, schema, required) if isinstance(item, str) else item

    def _parameter(self, parameter: Parameter, choose_id: ChooseId, required: bool) -> Any:
        resource_type = type_of_field(parameter.name)
        if resource_type is not None:
            return choose_id(resource_type, parameter.schema, required)
        if parameter.schema.get("format") in ("date-time", "date", "time"):
            return ABSENT
        if "integer" in parameter.types:
            value: Any = self._random.randint(1, 3)
        elif not required and self._is_any_text(parameter):
            return ABSENT
        else:
            seed = str(self._random.randrange(10))
            value = generate(self._document, {**parameter.schema, "example": None}, seed)
            if value is None:
                value = parameter.schema.get("example")
        return value if parameter.validator.accepts(value) else ABSENT

    def _is_any_text(self, parameter: Parameter) -> bool:
        """Return whether a parameter is a text, or a list of texts, and none of some values."""
        schema: Any = parameter.schema
        if parameter.types == ("array",):
            schema = resolve(self._document, item_schema(self._document, schema) or {})
        kinds = [kind for kind in types(self._document, schema) if kind != "null"]
        return kinds == ["string"] and not parameter.schema.keys() & {"enum", "const"}

    def _is_free_text(self, schema: Any) -> bool:
        """Return whether any text is valid."""
        whole = merged(self._document, schema)
        return {*types_of(whole)} - {"null"} == {"string"} and whole.keys() <= _FREE_TEXT


def _with_ids(body: Any) -> Any:
    """Return the body as a validator sees it: every reference is a UUID."""
    return substitute(body, lambda _: _SOME_UUID)
