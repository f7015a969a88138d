"""Reads the operations of a document, with their parameters, bodies and responses."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from inflection import underscore

from understudy.openapi.document import Document, escape, locate, pointer
from understudy.openapi.operation import Body, Header, MediaType, Operation, Parameter
from understudy.openapi.schemas.schema import merged, types
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.openapi.servers.server_urls import base_paths
from understudy.openapi.structure import METHODS

if TYPE_CHECKING:
    from understudy.openapi.contract import Contract


class OperationReader:
    """Reads the operations of a contract's document, which has the words of OpenAPI 3.1 and 3.2.

    A part that is not an object, or a parameter without `name` and `in`, is passed over.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._document = contract.document
        self._schemas = contract.schemas
        self._ids: set[str] = set()
        #: What several operations refer to is read once, by its place.
        self._bodies: dict[tuple[str, str], Body] = {}
        self._known_parameters: dict[str, Parameter] = {}

    def operations(self) -> Iterator[Operation]:
        """Yield the operations of `paths`, in their order."""
        for path, node in self._document.get("paths", {}).items():
            if not path.startswith("x-"):
                yield from self.path_item(path, node, pointer("paths", path))

    def path_item(self, path: str, node: Any, place: str) -> Iterator[Operation]:
        """Yield the operations of a path item; `place` is the JSON pointer to it."""
        item, place = locate(self._document, node, place)
        if not isinstance(item, dict):
            return
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield self._operation(path, method, item[method], item, f"{place}/{method}", place)
        for method, definition in item.get("additionalOperations", {}).items():
            if isinstance(definition, dict):
                at = f"{place}/additionalOperations/{escape(method)}"
                yield self._operation(path, method, definition, item, at, place)

    def _operation(
        self,
        path: str,
        method: str,
        definition: dict[str, Any],
        item: dict[str, Any],
        place: str,
        item_place: str,
    ) -> Operation:
        security = definition.get("security", self._document.get("security")) or ()
        servers = definition.get("servers") or item.get("servers")
        body = None
        if "requestBody" in definition:
            body = self._body(definition["requestBody"], f"{place}/requestBody", "body")
        return Operation(
            contract=self._contract,
            id=self._id(definition.get("operationId"), method, path),
            method=method.upper() if method in METHODS else method,
            path=path,
            definition=definition,
            parameters=tuple(self._parameters(item, item_place, definition, place)),
            body=body,
            responses={
                status: self._body(response, f"{place}/responses/{escape(status)}", "response")
                for status, response in definition.get("responses", {}).items()
                if not status.startswith("x-")
            },
            security=tuple(security),
            base_paths=base_paths(servers) if servers else self._contract.base_paths,
            place=place,
        )

    def _id(self, declared: Any, method: str, path: str) -> str:
        """Return the operationId, or one for an operation without its own; each is given once."""
        is_named = isinstance(declared, str) and declared.strip()
        name = declared if is_named else _generated_id(method, path)
        unique, number = name, 2
        while unique in self._ids:
            unique, number = f"{name}_{number}", number + 1
        self._ids.add(unique)
        return unique

    def _parameters(
        self, item: dict[str, Any], item_place: str, definition: dict[str, Any], place: str
    ) -> Iterator[Parameter]:
        """Yield the parameters of a path item and of its operation; the operation's win."""
        located = [
            locate(self._document, parameter, f"{start}/parameters/{number}")
            for holder, start in ((item, item_place), (definition, place))
            for number, parameter in enumerate(holder.get("parameters", ()))
        ]
        named = {
            (p["in"], p["name"]): (p, where)
            for p, where in located
            if isinstance(p, dict) and {"in", "name"} <= p.keys()
        }
        for parameter, where in named.values():
            known = self._known_parameters.get(where)
            if known is None:
                known = self._known_parameters[where] = self._parameter(parameter, where)
            yield known

    def _parameter(self, definition: dict[str, Any], place: str) -> Parameter:
        name, where = str(definition["name"]), definition["in"]
        node, node_place, media_type = _parameter_schema(self._document, definition, place)
        schema, schema_place = locate(self._document, node, node_place)
        schema = schema if isinstance(schema, dict) else {}
        validator = SchemaValidator(
            self._schemas,
            schema,
            where="query" if where == "querystring" else where,
            place=schema_place,
            request=True,
        )
        style = definition.get("style", _STYLES.get(where, "form"))
        return Parameter(
            name=name,
            argument=_argument(name),
            where=where,
            required=definition.get("required", False),
            definition=definition,
            schema=schema,
            validator=validator,
            style=style,
            explode=definition.get("explode", style in _EXPLODED),
            types=types(self._document, schema),
            default=_default(self._document, schema),
            media_type=media_type,
            place=place,
        )

    def _body(self, node: Any, place: str, where: str) -> Body:
        definition, place = locate(self._document, node, place)
        known = self._bodies.get((place, where))
        if known is None:
            known = self._bodies[place, where] = self._read_body(definition, place, where)
        return known

    def _read_body(self, definition: dict[str, Any], place: str, where: str) -> Body:
        media: dict[str, MediaType] = {}
        for name, node in definition.get("content", {}).items():
            content, at = locate(self._document, node, f"{place}/content/{escape(name)}")
            media_type = self._media_type(name, content, at, where)
            media.setdefault(media_type.name, media_type)
        headers = tuple(self._headers(definition.get("headers", {}), f"{place}/headers"))
        return Body(definition.get("required", False), media, definition, place, headers)

    def _headers(self, declared: dict[str, Any], place: str) -> Iterator[Header]:
        """Yield the headers of a response. The document has no say about Content-Type."""
        for name, node in declared.items():
            definition, at = locate(self._document, node, f"{place}/{escape(name)}")
            if isinstance(definition, dict) and name.lower() != "content-type":
                schema, schema_place, media_type = _parameter_schema(self._document, definition, at)
                validator = SchemaValidator(
                    self._schemas, schema, where="response", place=schema_place, request=False
                )
                required = definition.get("required", False)
                yield Header(name, required, definition, schema, validator, at, media_type)

    def _media_type(self, name: str, content: dict[str, Any], place: str, where: str) -> MediaType:
        kind, parameters = parse_media_type(name)
        validators = {
            key: SchemaValidator(
                self._schemas,
                content[key],
                where=where,
                place=f"{place}/{key}",
                request=where == "body",
            )
            for key in ("schema", "itemSchema")
            if key in content
        }
        return MediaType(
            type=kind,
            definition=content,
            validator=validators.get("schema"),
            place=place,
            key=name,
            document=self._document,
            parameters=parameters,
            item_validator=validators.get("itemSchema"),
        )


#: The default styles of parameters; of the others it is form.
_STYLES = {"path": "simple", "header": "simple"}
#: The styles that are exploded unless a parameter says otherwise.
_EXPLODED = ("form", "cookie", "deepObject")


def parse_media_type(text: str) -> tuple[str, dict[str, str]]:
    """Return the name of a media type, in lower case, and its parameters by lower-case names."""
    kind, *rest = text.split(";")
    pairs = (parameter.partition("=") for parameter in rest if parameter.strip())
    parameters = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
    return kind.strip().lower(), parameters


def _default(document: Document, schema: dict[str, Any]) -> Any:
    """Return the default of a schema, or of the schemas that it combines by `allOf`, or None."""
    return merged(document, schema).get("default")


def _parameter_schema(
    document: Document, definition: dict[str, Any], place: str
) -> tuple[Any, str, str | None]:
    """Return the schema of a parameter and the JSON pointer to it; if it is that of its `content`,
    also the media type."""
    for name, node in definition.get("content", {}).items():
        content, at = locate(document, node, f"{place}/content/{escape(name)}")
        if "schema" not in definition and isinstance(content, dict):
            return content.get("schema", {}), f"{at}/schema", parse_media_type(name)[0]
    return definition.get("schema", {}), f"{place}/schema", None


def _argument(name: str) -> str:
    """Return a parameter's name in Python, as Connexion makes it: in snake_case, and with an
    underscore at the end if it is a keyword or a built-in name."""
    argument = underscore(name.replace("[]", "").replace(".", "_"))
    return f"{argument}_" if iskeyword(argument) or hasattr(builtins, argument) else argument


def _generated_id(method: str, path: str) -> str:
    """Return an id for an operation without one: `get_pets_by_petId` for GET /pets/{petId}."""
    words = path.replace("{", "by_").replace("}", "").replace("-", "_").split("/")
    return "_".join([method.lower(), *filter(None, words)])
