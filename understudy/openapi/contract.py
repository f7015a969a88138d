"""An OpenAPI document as a contract: its operations with their parameters, bodies and responses.

It knows nothing about handlers or state. It is built once; validators are compiled at first use.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from inflection import underscore

from understudy.errors import UsageError
from understudy.openapi.document import (
    METHODS,
    Document,
    escape,
    locate,
    pointer,
    read,
    resolve,
)
from understudy.openapi.examples.documented_examples import example_values
from understudy.openapi.examples.value_cache import ValueCache
from understudy.openapi.extensions import CLIENTS, DISAGREEMENTS, PATH_PREFIXES, PERSONAS
from understudy.openapi.schemas.schema import types
from understudy.openapi.schemas.schema_validator import SchemaValidator

JSON = "application/json"

#: The kinds of parameters that are lists, and what separates the items of each.
DIVIDERS = {"array": ",", "list": ",", "pipeDelimited": "|", "spaceDelimited": " "}

#: The keywords of a schema that restrict a string.
_LIMITS = frozenset(
    ["enum", "format", "pattern", "minLength", "maxLength", "allOf", "anyOf", "oneOf", "not"]
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `argument` is its name as an argument of the handler, `place`
    the JSON pointer to it."""

    name: str
    argument: str
    where: str
    required: bool
    definition: dict[str, Any]
    schema: dict[str, Any]
    validator: SchemaValidator
    kind: str
    types: tuple[str, ...]
    place: str

    @property
    def is_plain(self) -> bool:
        """Return whether every text is a valid value."""
        return self.schema.get("type") == "string" and not self.schema.keys() & _LIMITS

    @property
    def default(self) -> Any:
        """The default value in the document, or None."""
        return self.schema.get("default")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type of a body, with the validator of its schema (None without a schema), the types
    of its fields, for forms, and the JSON pointer to it (`place`)."""

    type: str
    definition: dict[str, Any]
    validator: SchemaValidator | None
    fields: dict[str, str]
    place: str

    @property
    def is_json(self) -> bool:
        """Return whether its name is that of JSON: `application/json`, or ending in `+json`."""
        return self.type == JSON or self.type.endswith("+json")

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
class Body:
    """The body of a request or of a response, by media type."""

    required: bool
    media: dict[str, MediaType]

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
    #: The JSON pointer to the operation.
    place: str

    @property
    def success(self) -> int:
        """The status of a plain success: the lowest 2xx that the document declares.

        Without a 2xx it is 200 if there is a default, else the lowest status.
        """
        declared = sorted(self.responses)
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
    def tag(self) -> str:
        """The first of its tags, or an empty string."""
        return next(iter(self.definition.get("tags", ())), "")

    @property
    def personas(self) -> frozenset[str] | None:
        """The personas that have this operation; None if all have it."""
        named = self.definition.get(PERSONAS)
        return None if named is None else frozenset(map(str, named))


class Contract:
    """A document, its operations, and the paths below which they are served.

    `base_path` is the start of every path ("" or "/api/v2"). `path_prefixes` are the paths below
    which unknown paths get this API's own "not found"; the document may list them, the main one
    first. Without a list it is the longest path that all operations share. `path_prefix` is the
    main one. `path` is the file that the document was read from, if any.
    """

    def __init__(
        self, name: str, document: Document, text: str = "", path: Path | None = None
    ) -> None:
        self.name = name
        self.document = document
        self.text = text
        self.path = path
        self.base_path = _base_path(document)
        #: Generated values that took long.
        self.values = ValueCache(document)
        self.operations = tuple(self._operations())
        common = _common_path([o.path for o in self.operations])
        prefixes = document.get(PATH_PREFIXES, [common])
        self.path_prefixes = tuple(f"{self.base_path}{prefix}" for prefix in prefixes)
        self.path_prefix = self.path_prefixes[0]
        self._reject_duplicate_ids()
        self._by_route = {(o.method, o.path): o for o in self.operations}

    @classmethod
    def load(cls, path: Path, name: str | None = None) -> Contract:
        """Read the contract in a file; its name is that of the file. Raises UsageError."""
        document = read(path)
        try:
            text = path.read_text(encoding="utf-8")
            return cls(name or path.stem.replace(".", "_"), document, text, path)
        except (AttributeError, TypeError, KeyError) as error:
            raise UsageError(
                f"{path} is not a well-formed OpenAPI document ({error!r}); "
                f"`understudy lint {path}` says what is wrong"
            ) from None

    def operation(self, method: str, path: str) -> Operation:
        """Return the operation of a method, in either case, and a path template.

        Raises KeyError.
        """
        return self._by_route[method.upper(), path]

    @property
    def paths(self) -> dict[str, Any]:
        """The path items by path template, with references to path items followed."""
        items = self.document.get("paths", {}).items()
        return {path: resolve(self.document, item) for path, item in items}

    @property
    def title(self) -> str:
        """The title of the document."""
        return str(self.document.get("info", {}).get("title", self.name))

    @property
    def disagreements(self) -> list[dict[str, Any]]:
        """The points on which the sources of this document disagree.

        Each has its `point`, the `operations` concerned, what the `sources` say, and what the
        `standIn` does, by persona or for "all".
        """
        return list(self.document.get(DISAGREEMENTS, ()))

    @property
    def clients(self) -> list[dict[str, str]]:
        """The clients of this API.

        Each has its `language` and the `code` that points it at a server; it may have a `package`,
        how to `install` it, and a `note`. {url}, {origin} and {key} stand for the URL of the API,
        the origin of the server, and a key.
        """
        clients = self.document.get(CLIENTS, ())
        return [client for client in clients if {"language", "code"} <= client.keys()]

    @property
    def security_schemes(self) -> dict[str, Any]:
        """The security schemes by name."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        return {name: resolve(self.document, scheme) for name, scheme in schemes.items()}

    def _operations(self) -> Iterator[Operation]:
        for path, node in self.document.get("paths", {}).items():
            item, place = locate(self.document, node, pointer("paths", path))
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item, place)

    def _operation(
        self, path: str, method: str, item: dict[str, Any], item_place: str
    ) -> Operation:
        definition = item[method]
        place = f"{item_place}/{method}"
        security = definition.get("security", self.document.get("security", ()))
        body = None
        if "requestBody" in definition:
            body = self._body(definition["requestBody"], f"{place}/requestBody", "body")
        return Operation(
            contract=self,
            id=definition.get("operationId") or _generated_id(method, path),
            method=method.upper(),
            path=path,
            definition=definition,
            parameters=tuple(self._parameters(item, item_place, definition, place)),
            body=body,
            responses={
                status: self._body(response, f"{place}/responses/{escape(status)}", "response")
                for status, response in definition.get("responses", {}).items()
            },
            security=tuple(security),
            place=place,
        )

    def _parameters(
        self, item: dict[str, Any], item_place: str, definition: dict[str, Any], place: str
    ) -> Iterator[Parameter]:
        """Yield the parameters of a path item and of its operation; the operation's win."""
        located = [
            locate(self.document, parameter, f"{start}/parameters/{number}")
            for holder, start in ((item, item_place), (definition, place))
            for number, parameter in enumerate(holder.get("parameters", ()))
        ]
        named = {(p["in"], p["name"]): (p, where) for p, where in located}
        for parameter, where in named.values():
            yield self._parameter(parameter, where)

    def _parameter(self, definition: dict[str, Any], place: str) -> Parameter:
        name, where = definition["name"], definition["in"]
        schema, schema_place = locate(
            self.document, definition.get("schema", {}), f"{place}/schema"
        )
        validator = SchemaValidator(
            self.document, schema, where=where, place=schema_place, request=True
        )
        kind = schema.get("type", "string")
        style = definition.get("style", "form")
        if where == "query" and style == "deepObject":
            kind = "deepObject"
        elif kind == "array" and not definition.get("explode", style == "form"):
            kind = style if style in DIVIDERS else "list"
        return Parameter(
            name=name,
            argument=_argument(name),
            where=where,
            required=definition.get("required", False),
            definition=definition,
            schema=schema,
            validator=validator,
            kind=kind,
            types=types(self.document, schema.get("items", {}) if kind in DIVIDERS else schema),
            place=place,
        )

    def _body(self, node: Any, place: str, where: str) -> Body:
        definition, place = locate(self.document, node, place)
        media = {}
        for name, content in definition.get("content", {}).items():
            kind = name.split(";")[0].strip().lower()
            media[kind] = self._media_type(kind, content, f"{place}/content/{escape(name)}", where)
        return Body(definition.get("required", False), media)

    def _media_type(self, kind: str, content: dict[str, Any], place: str, where: str) -> MediaType:
        if "schema" not in content:
            return MediaType(kind, content, None, {}, place)
        validator = SchemaValidator(
            self.document,
            content["schema"],
            where=where,
            place=f"{place}/schema",
            request=where == "body",
        )
        schema = resolve(self.document, content["schema"])
        fields = {
            name: resolve(self.document, part).get("type", "string")
            for name, part in schema.get("properties", {}).items()
        }
        return MediaType(kind, content, validator, fields, place)

    def _reject_duplicate_ids(self) -> None:
        seen: set[str] = set()
        for operation in self.operations:
            if operation.id in seen:
                raise UsageError(
                    f"{self.name}: operationId {operation.id} is used twice; give each its own"
                )
            seen.add(operation.id)


def _base_path(document: Document) -> str:
    servers = document.get("servers") or [{"url": "/"}]
    url = str(servers[0].get("url", "/"))
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    return urljoin("/", urlsplit(url).path).rstrip("/")


def _common_path(paths: list[str]) -> str:
    """Return the segments without parameters that all paths begin with."""
    common: list[str] = []
    for segments in zip(*(path.split("/")[1:-1] for path in paths), strict=False):
        if len(set(segments)) > 1 or "{" in segments[0]:
            break
        common.append("/" + segments[0])
    return "".join(common)


def _argument(name: str) -> str:
    """Return a parameter's name in Python, as Connexion makes it: in snake_case, and with an
    underscore at the end if it is a keyword or a built-in name."""
    argument = underscore(name.replace("[]", "").replace(".", "_"))
    return f"{argument}_" if iskeyword(argument) or hasattr(builtins, argument) else argument


def _generated_id(method: str, path: str) -> str:
    """Return an id for an operation without one: `get_pets_by_petId` for GET /pets/{petId}."""
    words = path.replace("{", "by_").replace("}", "").replace("-", "_").split("/")
    return "_".join([method, *filter(None, words)])
