"""An operation of a document with its parameters, bodies and responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.documented_examples import example_values
from understudy.openapi.extensions import IDEMPOTENCY_KEY, PERSONAS, SDK
from understudy.openapi.schemas.schema_validator import SchemaValidator

if TYPE_CHECKING:
    from understudy.openapi.contract import Contract

JSON = "application/json"
#: The media types that are a sequence of items (OpenAPI 3.2, section 4.14.4).
JSON_LINES = frozenset(
    {"application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"}
)
JSON_SEQUENCE = "application/json-seq"
EVENT_STREAM = "text/event-stream"

OCTET_STREAM = "application/octet-stream"
#: The media type to send for a range such as `image/*`.
_OF_RANGE = MappingProxyType(
    {"text": "text/plain", "image": "image/png", "audio": "audio/mpeg", "video": "video/mp4"}
)

#: The keywords of a schema that restrict a string.
_LIMITS = frozenset(
    [
        *("enum", "const", "format", "pattern", "minLength", "maxLength", "allOf", "anyOf"),
        *("oneOf", "not", "if", "$ref", "$dynamicRef"),
    ]
)


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON by its name: `application/json`, or one with `+json`."""
    return media_type in (JSON, "text/json") or media_type.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Return whether a media type is XML by its name."""
    return media_type in ("application/xml", "text/xml") or media_type.endswith("+xml")


def is_sequence(media_type: str) -> bool:
    """Return whether a media type is a sequence of items by its name."""
    return (
        media_type in JSON_LINES
        or media_type in (JSON_SEQUENCE, EVENT_STREAM)
        or media_type.endswith("+json-seq")
    )


def method_name(entry: Any) -> str:
    """Return the method that an entry of `x-sdk` names, alone or with how it is called."""
    return str(entry.get("method", "") if isinstance(entry, dict) else entry)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `argument` is its name as an argument of the handler, `place`
    the JSON pointer to it.

    `types` are those of its schema, in the document's order. A parameter with `content` has a
    `media_type`; its text is a body of that type. `default` is its default value, or None.
    """

    name: str
    argument: str
    where: str
    required: bool
    definition: dict[str, Any]
    schema: dict[str, Any]
    validator: SchemaValidator
    style: str
    explode: bool
    types: tuple[str, ...]
    default: Any
    media_type: str | None
    place: str

    @property
    def is_plain(self) -> bool:
        """Return whether every text is a valid value."""
        if self.style != "simple" or self.media_type is not None:
            return False
        return self.schema.get("type") == "string" and not self.schema.keys() & _LIMITS

    @property
    def is_json(self) -> bool:
        """Return whether its text is JSON."""
        return self.media_type is not None and is_json(self.media_type)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type of a body, with the validator of its schema (None without a schema), and the
    JSON pointer to it (`place`).

    `type` is its name without `parameters`, such as `version=2` or `charset=utf-8`; `key` is how
    the document writes both. A sequence of items (JSON lines, server-sent events) may have the
    validator of an item.
    """

    type: str
    definition: dict[str, Any]
    validator: SchemaValidator | None
    place: str
    key: str
    document: Document = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)
    item_validator: SchemaValidator | None = None

    @property
    def name(self) -> str:
        """The type and its parameters, in one spelling: `application/json; version=2`."""
        return "; ".join([self.type, *(f"{key}={text}" for key, text in self.parameters.items())])

    @property
    def is_json(self) -> bool:
        """Return whether it is JSON: `application/json`, a name that ends in `+json`, or a range
        that includes JSON (older generators write `*/*` for it), but not of binary data."""
        if self.type in ("*/*", "application/*"):
            schema = resolve(self.document, self.definition.get("schema"))
            return not (isinstance(schema, dict) and schema.get("format") == "binary")
        return is_json(self.type)

    @property
    def is_xml(self) -> bool:
        """Return whether it is XML."""
        return is_xml(self.type)

    @property
    def is_sequential(self) -> bool:
        """Return whether it is a sequence of items, such as lines of JSON or server-sent events."""
        return is_sequence(self.type)

    @property
    def content_type(self) -> str:
        """The media type to send: as the document writes it, or one of a range: JSON if it is
        among them."""
        if "*" not in self.type:
            return self.key
        if self.is_json:
            return JSON
        main, _, sub = self.type.partition("/")
        return f"{main}/{sub[2:]}" if sub[1:] else _OF_RANGE.get(main, OCTET_STREAM)

    def examples(self, document: Document) -> Iterator[Any]:
        """Yield the example values in the document."""
        if "example" in self.definition:
            yield self.definition["example"]
        yield from self.named_examples(document).values()

    def named_examples(self, document: Document) -> dict[str, Any]:
        """Return the named example values in the document."""
        examples = {
            name: resolve(document, example)
            for name, example in self.definition.get("examples", {}).items()
        }
        return {
            name: value
            for name, example in examples.items()
            for value in example_values(example, is_json=self.is_json)
        }


@dataclass(frozen=True, slots=True)
class Header:
    """A header that a response declares, and the JSON pointer to it (`place`)."""

    name: str
    required: bool
    definition: dict[str, Any] = field(repr=False)
    schema: Any = field(repr=False)
    validator: SchemaValidator
    place: str
    #: The media type of a header with `content`.
    media_type: str | None = None

    @property
    def is_json(self) -> bool:
        """Return whether its text is JSON."""
        return self.media_type is not None and is_json(self.media_type)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request or of a response, by the names of its media types, and the headers of a
    response."""

    required: bool
    media: dict[str, MediaType]
    definition: dict[str, Any] = field(repr=False)
    #: The JSON pointer to the request body or the response.
    place: str
    headers: tuple[Header, ...] = ()

    @property
    def json(self) -> MediaType | None:
        """The media type `application/json`, whatever its parameters, or None."""
        return self.media.get(JSON) or next(
            (m for m in self.media.values() if m.type == JSON), None
        )

    @property
    def preferred(self) -> MediaType:
        """The media type to respond with: JSON if there is a choice. There must be one at least."""
        media = self.media.values()
        return next((m for m in media if m.is_json), next(iter(media)))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a document."""

    contract: Contract = field(repr=False)
    id: str
    method: str
    path: str
    definition: dict[str, Any] = field(repr=False)
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: dict[str, Body]
    security: tuple[dict[str, Any], ...]
    #: The paths below which it is served; those of its own servers, if it declares some.
    base_paths: tuple[str, ...]
    #: The JSON pointer to the operation.
    place: str

    @property
    def success(self) -> int:
        """The status of a plain success: the lowest 2xx that the document declares.

        Without a 2xx it is 200 if there is a default, else the lowest status. A 1xx is not a final
        response.
        """
        declared = sorted(status for status in self.responses if not status.startswith("1"))
        successes = [status for status in declared if status.startswith("2")]
        if not successes and ("default" in self.responses or not declared):
            return 200
        return int((successes or declared)[0].upper().replace("X", "0"))

    def response(self, status: int) -> Body | None:
        """Return what the document declares for a status (as itself, as 4XX or as default), or
        None."""
        text = str(status)
        return (
            self.responses.get(text)
            or self.responses.get(text[0] + "XX")
            or self.responses.get("default")
        )

    @property
    def idempotency_key(self) -> Parameter | None:
        """The header that the document marks as an idempotency key, if there is one."""
        headers = (parameter for parameter in self.parameters if parameter.where == "header")
        return next((p for p in headers if p.definition.get(IDEMPOTENCY_KEY) is True), None)

    @property
    def sdk_methods(self) -> dict[str, str]:
        """The methods of clients that call it, by their languages."""
        named = self.definition.get(SDK)
        entries = named.items() if isinstance(named, dict) else ()
        return {str(language): method_name(entry) for language, entry in entries}

    @property
    def tag(self) -> str:
        """The first of its tags, or an empty string."""
        return next(iter(self.definition.get("tags", ())), "")

    @property
    def personas(self) -> frozenset[str] | None:
        """The personas that have this operation; None if all have it."""
        named = self.definition.get(PERSONAS)
        return frozenset(map(str, named)) if isinstance(named, list) else None
