"""Reads the operations of a document, with their parameters, bodies and responses."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from inflection import underscore

from understudy.openapi.document import METHODS, escape, locate, pointer, resolve
from understudy.openapi.operation import DIVIDERS, Body, Header, MediaType, Operation, Parameter
from understudy.openapi.schemas.schema import item_schema, types
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.openapi.servers import base_paths

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
        name = declared if isinstance(declared, str) and declared else _generated_id(method, path)
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
            yield self._parameter(parameter, where)

    def _parameter(self, definition: dict[str, Any], place: str) -> Parameter:
        name, where = definition["name"], definition["in"]
        node, node_place = _parameter_schema(definition, place)
        schema, schema_place = locate(self._document, node, node_place)
        schema = schema if isinstance(schema, dict) else {}
        validator = SchemaValidator(
            self._schemas, schema, where=where, place=schema_place, request=True
        )
        kinds = [kind for kind in types(self._document, schema) if kind != "null"]
        kind = kinds[0] if kinds else "string"
        style = definition.get("style", "form")
        if where == "query" and style == "deepObject":
            kind = "deepObject"
        elif kind == "array" and not definition.get("explode", style == "form"):
            kind = style if style in DIVIDERS else "list"
        items = item_schema(self._document, schema) or {}
        return Parameter(
            name=name,
            argument=_argument(name),
            where=where,
            required=definition.get("required", False),
            definition=definition,
            schema=schema,
            validator=validator,
            kind=kind,
            types=types(self._document, items if kind in DIVIDERS else schema),
            place=place,
        )

    def _body(self, node: Any, place: str, where: str) -> Body:
        definition, place = locate(self._document, node, place)
        media = {}
        for name, content in definition.get("content", {}).items():
            kind = name.split(";")[0].strip().lower()
            content, at = locate(self._document, content, f"{place}/content/{escape(name)}")
            media[kind] = self._media_type(name, content, at, where)
        headers = tuple(self._headers(definition.get("headers", {}), f"{place}/headers"))
        return Body(definition.get("required", False), media, definition, place, headers)

    def _headers(self, declared: dict[str, Any], place: str) -> Iterator[Header]:
        """Yield the headers of a response. The document has no say about Content-Type."""
        for name, node in declared.items():
            definition, at = locate(self._document, node, f"{place}/{escape(name)}")
            if isinstance(definition, dict) and name.lower() != "content-type":
                schema, schema_place = _parameter_schema(definition, at)
                validator = SchemaValidator(
                    self._schemas, schema, where="response", place=schema_place, request=False
                )
                required = definition.get("required", False)
                yield Header(name, required, definition, schema, validator, at)

    def _media_type(self, name: str, content: dict[str, Any], place: str, where: str) -> MediaType:
        kind = name.split(";")[0].strip().lower()
        if "schema" not in content:
            return MediaType(kind, content, None, {}, place, name, self._document)
        validator = SchemaValidator(
            self._schemas,
            content["schema"],
            where=where,
            place=f"{place}/schema",
            request=where == "body",
        )
        schema = resolve(self._document, content["schema"])
        properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
        fields = {
            name: next((t for t in types(self._document, part) if t != "null"), "string")
            for name, part in properties.items()
        }
        return MediaType(kind, content, validator, fields, place, name, self._document)


def _parameter_schema(definition: dict[str, Any], place: str) -> tuple[Any, str]:
    """Return the schema of a parameter, which may be that of its `content`, and the JSON pointer
    to it."""
    for name, content in definition.get("content", {}).items():
        if "schema" not in definition and isinstance(content, dict):
            return content.get("schema", {}), f"{place}/content/{escape(name)}/schema"
    return definition.get("schema", {}), f"{place}/schema"


def _argument(name: str) -> str:
    """Return a parameter's name in Python, as Connexion makes it: in snake_case, and with an
    underscore at the end if it is a keyword or a built-in name."""
    argument = underscore(name.replace("[]", "").replace(".", "_"))
    return f"{argument}_" if iskeyword(argument) or hasattr(builtins, argument) else argument


def _generated_id(method: str, path: str) -> str:
    """Return an id for an operation without one: `get_pets_by_petId` for GET /pets/{petId}."""
    words = path.replace("{", "by_").replace("}", "").replace("-", "_").split("/")
    return "_".join([method.lower(), *filter(None, words)])
